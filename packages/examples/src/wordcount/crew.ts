/**
 * Who counts: the crew, as its supervisor is told. Each worker here is a node with one counting actor on it, each machine
 * elsewhere is a node with several; when a node dies, the supervisor starts it and them again.
 */
import type { ActorRef, ChildSpec, SupervisorOptions } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { Counter } from './counter.ts'
import { CountingActor } from './counting-actor.ts'
import type { Machine } from './machine.ts'
import type { CoordinatorProtocol } from './protocol.ts'
import type { WorkerPlan } from './worker-plan.ts'

/** A machine may take its time to come back: it is called for about a minute. */
const PATIENCE = { maxRestarts: 30, within: 60_000, backoff: { min: 100, max: 5_000, jitter: 0.2 } }

export interface Crew {
  readonly workers: readonly WorkerPlan[]
  /** Where the remote ones of them live. */
  readonly machines: readonly Machine[]
}

/** The supervisor of the crew. */
export function crewOptions({ workers, machines }: Crew, coordinator: ActorRef<CoordinatorProtocol>): SupervisorOptions {
  return {
    name: 'Crew',
    strategy: 'one-for-one',
    ...(machines.length > 0 ? PATIENCE : {}),
    children: [...machines, ...workers.flatMap((worker) => childrenOf(worker, coordinator))],
  }
}

function childrenOf({ id, counter, node, kind }: WorkerPlan, coordinator: ActorRef<CoordinatorProtocol>): readonly ChildSpec[] {
  const args = [coordinator, id]
  if (kind === 'remote') return [{ id: counter, actor: CountingActor, args, on: node }]
  return [
    { id, actor: kind === 'thread' ? thread({ name: id }) : childProcess({ name: id }) },
    { id: counter, actor: Counter, args, on: id },
  ]
}
