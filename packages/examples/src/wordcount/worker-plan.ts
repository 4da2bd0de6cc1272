/**
 * Which workers there are, before any of them runs.
 */
import type { WorkerKind } from './options.ts'

export interface WorkerPlan {
  readonly id: string
  /** The id of its counting actor among the supervisor's children. */
  readonly counter: string
  /** The id of the node that it lives on. Here each worker is a node and this its own id; a machine has several. */
  readonly node: string
  readonly kind: 'thread' | 'process' | 'remote'
}

/** So many workers on this machine; of 'mixed' the first half are threads. */
export function planWorkers(kind: WorkerKind, count: number): readonly WorkerPlan[] {
  const threads = kind === 'thread' ? count : kind === 'process' ? 0 : Math.ceil(count / 2)
  return Array.from({ length: count }, (_, index) => ({
    ...named(index),
    node: `worker-${index + 1}`,
    kind: index < threads ? 'thread' : 'process',
  }))
}

/** So many workers, dealt out to the machines with these ids; each machine gets one at least. */
export function planRemoteWorkers(machines: readonly string[], count: number): readonly WorkerPlan[] {
  return Array.from({ length: Math.max(count, machines.length) }, (_, index) => ({
    ...named(index),
    node: machines[index % machines.length] ?? '',
    kind: 'remote',
  }))
}

function named(index: number): Pick<WorkerPlan, 'id' | 'counter'> {
  return { id: `worker-${index + 1}`, counter: `counter-${index + 1}` }
}
