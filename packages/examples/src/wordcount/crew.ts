/**
 * Who counts: the workers, as a plan and as what their supervisor is told. Each worker is a node with one counting actor
 * on it; when it dies, the supervisor starts both again.
 */
import type { ActorRef, SupervisorOptions } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Counter } from './counter.ts'
import type { WorkerKind } from './options.ts'
import type { CoordinatorProtocol } from './protocol.ts'

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

/** The supervisor of the crew. */
export function crewOptions(workers: readonly WorkerPlan[], coordinator: ActorRef<CoordinatorProtocol>): SupervisorOptions {
  return {
    name: 'Crew',
    strategy: 'one-for-one',
    children: workers.flatMap(({ id, counter, kind }) => [
      { id, actor: kind === 'thread' ? thread({ name: id }) : childProcess({ name: id }) },
      { id: counter, actor: Counter, args: [coordinator, id], on: id },
    ]),
  }
}
