/**
 * Who counts: the crew, as its supervisor is told. Each worker is a node with one counting actor
 * on it; when it dies, the supervisor starts both again.
 */
import type { ActorRef, SupervisorOptions } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Counter } from './counter.ts'
import type { CoordinatorProtocol } from './protocol.ts'
import type { WorkerPlan } from './worker-plan.ts'

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
