/**
 * Pools for tests, in one thread: each worker is a node of its own over a memory transport.
 */
import type { System } from '../../../src/index.ts'
import { type Pool, type PoolOptions, createPool } from '../../../src/parallel/index.ts'
import { MemoryNode } from '../../support/memory-node.ts'
import * as tasks from './tasks.ts'

export interface MemoryPool {
  readonly pool: Pool
  /** One for each place. */
  readonly nodes: readonly MemoryNode[]
}

export async function memoryPool(system: System, size: number, options: Omit<PoolOptions, 'worker'> = {}): Promise<MemoryPool> {
  const nodes = memoryNodes(size)
  const pool = await createPool(system, { size, worker: nodes.map(({ definition }) => definition), ...options })
  return { pool, nodes }
}

export function memoryNodes(size: number): readonly MemoryNode[] {
  return Array.from({ length: size }, (_, index) => new MemoryNode(`w${index}`, { ...tasks } as never))
}
