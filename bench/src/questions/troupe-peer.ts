/**
 * The near end of Troupe's contenders in hop-thread and hop-process: an actor spawned on a worker.
 */
import { createSystem, type Node, type NodeDefinition } from '@troupe/core'
import { Far } from './far-actors.ts'
import type { Peer } from './hop.ts'

export async function connectTroupe<Handle extends Node>(worker: NodeDefinition<Handle>): Promise<Peer> {
  const system = createSystem({ name: 'bench' })
  const on = await system.start(worker)
  const far = system.spawn(Far, [], { on })
  await far.ready
  return {
    take: (n) => far.tell('take', { name: 'reading', n }),
    taken: () => far.with({ timeout: Infinity }).ask('taken'),
    increment: (n) => far.ask('increment', n),
    takeBytes: (bytes) => far.tell('takeBytes', bytes),
    takenBytes: () => far.with({ timeout: Infinity }).ask('takenBytes'),
    end: () => system.shutdown(),
  }
}
