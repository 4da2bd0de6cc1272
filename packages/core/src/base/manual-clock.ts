/**
 * Time that moves only when a test says so. Timers fire in the order of their deadlines, equal ones in the order started.
 */
import type { Clock, Timer } from './clock.ts'
import { createYield } from './event-loop.ts'

interface Waiting {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

/** A Clock for tests: `advance` moves it and fires what is due. */
export class ManualClock implements Clock {
  #now = 0
  #order = 0
  readonly #waiting = new Set<Waiting>()
  readonly #yield = createYield()

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return this.#now
  }

  start(ms: number, fire: () => void): Timer {
    const waiting: Waiting = { at: this.#now + Math.max(0, ms), order: this.#order++, fire }
    this.#waiting.add(waiting)
    return { cancel: () => void this.#waiting.delete(waiting), hold: () => undefined }
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#waiting.size
  }

  /**
   * Moves time on by `ms` milliseconds and fires what falls due, one timer at a time. Between two timers it lets the event
   * loop turn, so that what the first one set off, also on other actors, happens before the second.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`advance takes milliseconds from 0 up, not ${String(ms)}`)
    const end = this.#now + ms
    await this.#settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at)
      this.#waiting.delete(next)
      next.fire()
      await this.#settle()
    }
    this.#now = end
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined
    for (const waiting of this.#waiting) {
      if (waiting.at > end) continue
      if (!first || waiting.at < first.at || (waiting.at === first.at && waiting.order < first.order)) first = waiting
    }
    return first
  }

  /** Two turns of the event loop: promises and the run queue have had theirs. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => this.#yield(resolve))
  }
}
