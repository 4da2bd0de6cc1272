/**
 * Decides which actor goes on, and when the event loop gets a turn: one first-in-first-out run queue, drained from
 * microtasks. It yields by time, not by count: the clock is read every 64 messages, and when actors and the promises that
 * they settle have had a millisecond, timers and I/O go first (docs/DECISIONS.md, D-003: counting alone let timers wait
 * for 50 ms, and a loop of asks would never let them in).
 */
import { RingQueue } from '../base/ring-queue.ts'
import type { Yield } from '../base/event-loop.ts'

/** Something that can go on. */
export interface Runnable {
  /** Handles up to `budget` messages; returns how many it did. It schedules itself again when there is more. */
  run(budget: number): number
}

/** Messages that one actor handles and sends before the next one goes on. */
const BUDGET = 128
/** Messages between two looks at the clock. */
const LOOK_EVERY = 64
/** Milliseconds of work before the event loop turns. */
const SLICE = 1
/** Milliseconds without a turn of the event loop that are worth an event. */
const BLOCKED = 1_000

/** What the dispatcher tells its system. */
export interface DispatchReport {
  /** A defect: nothing that an actor runs may throw this far. */
  failed(error: unknown): void
  /** The event loop did not turn for `ms` milliseconds; `runnable` held it, null when several ran, or the program itself. */
  blocked(runnable: Runnable | null, ms: number): void
}

const SOON: Promise<void> = Promise.resolve()

export class Dispatcher {
  readonly #queue = new RingQueue<Runnable>()
  readonly #now: () => number
  readonly #yield: Yield
  readonly #report: DispatchReport
  /** True while a drain runs or is on its way. */
  #active = false
  /** When the event loop shall turn, unless it did since this slice began. */
  #sliceEnd = Number.NEGATIVE_INFINITY
  /** The event loop has not turned since this slice began. */
  #unturned = false
  /** Who ran since the last look at the clock. */
  #ran: Runnable | null = null
  #severalRan = false
  readonly #drain: () => void
  readonly #turned: () => void

  /** `now` is real time: it measures work, not waiting. A clock that stands still never yields, which tests like. */
  constructor(now: () => number, yieldTurn: Yield, report: DispatchReport) {
    this.#now = now
    this.#yield = yieldTurn
    this.#report = report
    this.#drain = () => this.#run()
    this.#turned = () => void (this.#unturned = false)
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
    const late = this.#now() - this.#sliceEnd
    if (this.#unturned) this.#reportBlocked(late)
    if (this.#isSpent(late)) return
    let untilLook = LOOK_EVERY
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (this.#ran === null) this.#ran = next
      else if (this.#ran !== next) this.#severalRan = true
      try {
        untilLook -= next.run(BUDGET)
      } catch (error) {
        this.#report.failed(error)
      }
      if (untilLook > 0) continue
      untilLook = LOOK_EVERY
      const over = this.#now() - this.#sliceEnd
      this.#reportBlocked(over)
      if (this.#isSpent(over)) return
    }
    this.#active = false
    this.#reportBlocked(this.#now() - this.#sliceEnd)
  }

  /**
   * The slice ended `over` milliseconds ago, and the event loop has not turned since it began: the next drain comes after a turn.
   * Whether it turned is asked of it once in a slice, not at each message: so it may wait for the rest of one slice and the next.
   */
  #isSpent(over: number): boolean {
    if (over < 0) return false
    if (this.#unturned) {
      this.#yield(this.#drain)
      return true
    }
    this.#sliceEnd = this.#now() + SLICE
    this.#unturned = true
    this.#yield(this.#turned, 'free')
    return false
  }

  #reportBlocked(over: number): void {
    if (over >= BLOCKED) {
      this.#report.blocked(this.#severalRan ? null : this.#ran, Math.round(over + SLICE))
      // Once for each time: the next one counts from here.
      this.#sliceEnd = this.#now()
    }
    this.#ran = null
    this.#severalRan = false
  }
}
