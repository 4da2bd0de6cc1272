/**
 * Children that wait for their backoff: each wait holds those that will be started together. A child waits once, for the
 * longest that it was told to; a wait that nobody is left in is over.
 */
import type { Clock, Timer } from '../base/clock.ts'

interface Wait {
  readonly until: number
  readonly ids: Set<string>
  readonly timer: Timer
}

export class RestartWaits {
  readonly #clock: Clock
  readonly #open = new Set<Wait>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** In `ms` milliseconds, calls `start` with those of `ids` that still wait then. They leave the waits that they were in. */
  add(ids: readonly string[], ms: number, start: (ids: readonly string[]) => void): void {
    const now = this.#clock.now()
    const left = [...this.#open].filter((other) => ids.some((id) => other.ids.has(id)))
    const until = Math.max(now + ms, ...left.map((other) => other.until))
    for (const id of ids) this.drop(id)
    const waiting = new Set(ids)
    const timer = this.#clock.start(until - now, () => {
      this.#open.delete(wait)
      start([...waiting])
    })
    const wait: Wait = { until, ids: waiting, timer }
    this.#open.add(wait)
  }

  /** It waits no more. */
  drop(id: string): void {
    for (const wait of this.#open) {
      if (!wait.ids.delete(id) || wait.ids.size > 0) continue
      wait.timer.cancel()
      this.#open.delete(wait)
    }
  }

  /** Nobody waits any more. */
  close(): void {
    for (const { timer } of this.#open) timer.cancel()
    this.#open.clear()
  }
}
