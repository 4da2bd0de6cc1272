/**
 * Decides which actor goes on, and when the event loop gets a turn: one first-in-first-out run queue, drained from one
 * microtask. It yields by time, not by count: the clock is read every 64 messages and after a millisecond timers and I/O
 * go first (docs/DECISIONS.md, D-003: counting alone let timers wait for 50 ms).
 */
import { RingQueue } from '../base/ring-queue.ts'
import type { Yield } from '../base/event-loop.ts'

/** Something that can go on. */
export interface Runnable {
  /** Handles up to `budget` messages; returns how many it did. It schedules itself again when there is more. */
  run(budget: number): number
}

/** Messages that one actor handles before the next one goes on. */
const BUDGET = 64
/** Messages between two looks at the clock. */
const LOOK_EVERY = 64
/** Milliseconds of work before the event loop turns. */
const SLICE = 1

const SOON: Promise<void> = Promise.resolve()

export class Dispatcher {
  readonly #queue = new RingQueue<Runnable>()
  readonly #now: () => number
  readonly #yield: Yield
  readonly #report: (error: unknown) => void
  /** True while a drain runs or is on its way. */
  #active = false
  readonly #drain: () => void

  /** `now` is real time even in tests with a manual clock: it measures work, not waiting. */
  constructor(now: () => number, yieldTurn: Yield, report: (error: unknown) => void) {
    this.#now = now
    this.#yield = yieldTurn
    this.#report = report
    this.#drain = () => this.#run()
  }

  /** Puts it at the end of the run queue. The caller sees to it that it is in there once. */
  schedule(runnable: Runnable): void {
    this.#queue.push(runnable)
    if (this.#active) return
    this.#active = true
    // Cheaper than queueMicrotask, which makes an async resource each time in Node.
    void SOON.then(this.#drain)
  }

  #run(): void {
    const end = this.#now() + SLICE
    let untilLook = LOOK_EVERY
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      try {
        untilLook -= next.run(BUDGET)
      } catch (error) {
        this.#report(error)
      }
      if (untilLook > 0) continue
      untilLook = LOOK_EVERY
      if (this.#now() >= end && this.#queue.length > 0) {
        this.#yield(this.#drain)
        return
      }
    }
    this.#active = false
  }
}
