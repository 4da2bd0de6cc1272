/**
 * A rate with bursts: so many a second, and as many at once after a quiet second.
 */
import type { Clock } from '../base/clock.ts'

const SECOND = 1_000

export class TokenBucket {
  readonly #clock: Clock
  readonly #perSecond: number
  #left: number
  #filled: number

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#left = perSecond
    this.#filled = clock.now()
  }

  /** Takes one; false when there is none now. */
  take(): boolean {
    if (this.#left < 1) this.#fill()
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  #fill(): void {
    const now = this.#clock.now()
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#filled) * this.#perSecond) / SECOND)
    this.#filled = now
  }
}
