/**
 * Which workers there are, before any of them runs.
 */
import type { WorkerKind } from './options.ts'

export interface WorkerPlan {
  /** The node's id among the supervisor's children. */
  readonly id: string
  /** The id of the counting actor on it. */
  readonly counter: string
  readonly kind: 'thread' | 'process'
}

/** So many workers; of 'mixed' the first half are threads. */
export function planWorkers(kind: WorkerKind, count: number): readonly WorkerPlan[] {
  const threads = kind === 'thread' ? count : kind === 'process' ? 0 : Math.ceil(count / 2)
  return Array.from({ length: count }, (_, index) => ({
    id: `worker-${index + 1}`,
    counter: `counter-${index + 1}`,
    kind: index < threads ? 'thread' : 'process',
  }))
}
