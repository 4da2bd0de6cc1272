/**
 * The coordinator hands the files out: whoever is free gets the next batch. A batch is merged only when its answer came,
 * and goes to another worker when it cannot come any more, so that every file counts exactly once. In the middle it kills
 * one process, when the plan says so.
 */
import { actor } from '@troupe/core'
import type { Deferred } from '@troupe/core'
import { handOver } from './hand-over.ts'
import type { WorkerPlan } from './worker-plan.ts'
import type { CoordinatorProtocol, CounterRef, Outcome } from './protocol.ts'
import { TallyKeeper } from './tally.ts'
import { WorkList } from './work-list.ts'
import type { Batch } from './work-list.ts'

/** The middle: so much of the batches is done. */
const MIDDLE = 0.4
/** A batch that was lost so often is to blame itself. */
const MOST_LOSSES = 3

export interface JobPlan {
  readonly batches: readonly Batch[]
  readonly workers: readonly WorkerPlan[]
  /** The worker to kill in the middle, or null. */
  readonly victim: string | null
  /** Whether the job waits for workers that are started anew when all is counted. A machine of others may be gone for good. */
  readonly finish: 'when-all-are-up' | 'when-all-is-counted'
}

export const Coordinator = actor({
  name: 'Coordinator',
  setup(self, plan: JobPlan): CoordinatorProtocol {
    const work = new WorkList(plan.batches)
    const tally = new TallyKeeper(plan.workers)
    const counters = new Map<string, CounterRef>()
    const waiting: Deferred<Outcome>[] = []
    let killed: string | null = null
    let begun = 0
    let elapsed = 0

    function handOut(worker: string): void {
      const counter = counters.get(worker)
      if (!counter || tally.worker(worker)?.state !== 'up' || work.isBusy(worker)) return
      const batch = work.take(worker)
      if (!batch) return
      handOver(self, counter, batch.paths).then(
        (result) => self.ref.tell('counted', worker, batch.number, result),
        (error: unknown) => self.ref.tell('lost', worker, batch.number, error),
      )
      killInTheMiddle()
    }

    function killInTheMiddle(): void {
      const { victim } = plan
      if (victim === null || killed !== null || !work.isBusy(victim) || work.done < Math.floor(work.total * MIDDLE)) return
      const pid = tally.worker(victim)?.where?.pid
      if (pid === undefined || pid === process.pid) return
      killed = plan.workers.find(({ id }) => id === victim)?.node ?? victim
      process.kill(pid, 'SIGKILL')
    }

    function answer(extent: Outcome['extent']): void {
      for (const reply of waiting.splice(0)) reply.resolve({ tally: tally.read(), extent, killed, elapsed })
    }

    function checkFinished(): void {
      if (work.isFinished && (plan.finish === 'when-all-is-counted' || tally.areAllUp)) answer('complete')
    }

    function giveBack(worker: string): void {
      const batch = work.giveBack(worker)
      tally.isDown(worker, batch?.paths.length ?? 0)
      if (batch) for (const { id } of plan.workers) handOut(id)
    }

    self.onStop((reason) => {
      if (reason.kind === 'error') for (const reply of waiting.splice(0)) reply.reject(reason.error)
      else answer('partial')
    })
    return {
      ready(worker, where) {
        if (work.isBusy(worker)) giveBack(worker)
        tally.isUp(worker, where)
        handOut(worker)
        checkFinished()
      },
      begin(refs) {
        begun = performance.now()
        for (const [worker, ref] of refs) counters.set(worker, ref)
        for (const { id } of plan.workers) handOut(id)
      },
      counted(worker, batch, result) {
        if (!work.finish(worker, batch)) return
        tally.merge(worker, result)
        elapsed = performance.now() - begun
        handOut(worker)
        killInTheMiddle()
        checkFinished()
      },
      lost(worker, batch, error) {
        if (work.batchOf(worker)?.number !== batch) return
        giveBack(worker)
        if (work.lossesOf(batch) === MOST_LOSSES)
          throw new Error(`batch ${batch} was lost ${MOST_LOSSES} times`, { cause: error })
      },
      ended: (worker, reason) => tally.ended(worker, reason),
      progress: () => tally.read(),
      finished() {
        const reply = self.defer<Outcome>()
        waiting.push(reply)
        checkFinished()
        return reply
      },
    }
  },
})
