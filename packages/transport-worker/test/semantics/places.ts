/**
 * Places for describeSemantics in workers. Starting one costs a good part of a second on Node 20 with tsx, so a file's tests
 * share a worker until one of them loses it.
 */
import type { NodeDefinition } from '@troupe/core'
import type { Placement } from '@troupe/testkit/semantics'
import { afterAll } from 'vitest'
import type { WorkerNode } from '../../src/index.ts'
import { testSystem } from '../support.ts'

export function workerPlaces(worker: (options: { name: string }) => NodeDefinition<WorkerNode>): Placement {
  const system = testSystem()
  let current: WorkerNode | null = null
  afterAll(() => system.shutdown())
  return {
    place: async () => {
      const node = current?.alive === true ? current : await system.start(worker({ name: 'worker' }))
      current = node
      return {
        system,
        node,
        lose: () => node.kill(),
        [Symbol.asyncDispose]: async () => undefined,
      }
    },
  }
}
