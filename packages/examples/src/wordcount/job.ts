/**
 * The job from start to end: starts the crew, has everything counted, stops the crew, and says how each worker ended.
 */
import { describeExit, supervisor } from '@troupe/core'
import type { ActorRef, ExitReason, SupervisorProtocol, System } from '@troupe/core'
import { Coordinator } from './coordinator.ts'
import type { JobPlan } from './coordinator.ts'
import { crewOptions } from './crew.ts'
import type { Crew } from './crew.ts'
import type { CoordinatorProtocol, CounterProtocol, CounterRef, Outcome, RemoteCounterProtocol } from './protocol.ts'

export interface JobResult extends Outcome {
  /** How each worker's last life ended, by its id; empty when the crew never came up. */
  readonly lastEnds: ReadonlyMap<string, ExitReason>
}

/** What is to count, and who counts. */
export interface JobOrder extends JobPlan, Crew {}

export interface Job {
  readonly coordinator: ActorRef<CoordinatorProtocol>
  /** Rejects when the crew does not come up or gives up. When `signal` aborts it resolves with what was counted until then. */
  readonly result: Promise<JobResult>
}

/** Starts counting. Who aborts `signal` also shuts the system down: that is what stops the job. */
export function startJob(system: System, plan: JobOrder, signal: AbortSignal): Job {
  const coordinator = system.spawn(Coordinator, [plan], { name: 'coordinator' })
  return { coordinator, result: run(system, plan, coordinator, signal) }
}

async function run(
  system: System,
  plan: JobOrder,
  coordinator: ActorRef<CoordinatorProtocol>,
  signal: AbortSignal,
): Promise<JobResult> {
  const restarts = system.events.subscribe((event) => {
    if (event.kind !== 'child-restarting') return
    for (const { id, node, counter } of plan.workers)
      if (event.child === node || event.child === counter) void coordinator.tell('ended', id, event.reason)
  })
  const finished = coordinator.with({ timeout: Infinity }).ask('finished')
  const crew = system.spawn(supervisor(crewOptions(plan, coordinator)), [], { name: 'crew' })
  // A crew that ends early ends the job, unless all is being stopped: then the coordinator says what there is.
  const gaveUp = crew.exited.then((reason) => {
    if (!signal.aborted) throw new Error(`the crew gave up: ${describeExit(reason)}`)
    return finished
  })
  try {
    const begun = begin(plan, crew, coordinator).catch((error: unknown): Exits => {
      if (!signal.aborted) throw error
      return new Map()
    })
    const outcome = await Promise.race([begun.then(() => finished), gaveUp])
    const exited = await begun
    crew.stop({ kind: 'shutdown' })
    return { ...outcome, lastEnds: await settled(exited) }
  } finally {
    gaveUp.catch(() => undefined) // the end of a crew that is done is no failure
    restarts.unsubscribe()
    coordinator.stop()
  }
}

/** The ends of the workers for good, by id. */
type Exits = ReadonlyMap<string, Promise<ExitReason>>

/** Waits for the crew, and has the coordinator hand out. */
async function begin(
  plan: JobPlan,
  crew: ActorRef<SupervisorProtocol>,
  coordinator: ActorRef<CoordinatorProtocol>,
): Promise<Exits> {
  await crew.ready
  const exited = new Map<string, Promise<ExitReason>>()
  const counters = new Map<string, CounterRef>()
  for (const { id, node, counter, kind } of plan.workers) {
    exited.set(id, (await crew.ask('child', node)).exited)
    const ref = await crew.ask('child', counter)
    // Safe: the crew's plan says that a CountingActor lives there, or a Counter.
    if (kind === 'remote') counters.set(id, { takes: 'contents', ref: ref as ActorRef<RemoteCounterProtocol> })
    else counters.set(id, { takes: 'paths', ref: ref as ActorRef<CounterProtocol> })
  }
  void coordinator.tell('begin', counters)
  return exited
}

async function settled(exited: Exits): Promise<ReadonlyMap<string, ExitReason>> {
  return new Map(await Promise.all([...exited].map(async ([id, end]) => [id, await end] as const)))
}
