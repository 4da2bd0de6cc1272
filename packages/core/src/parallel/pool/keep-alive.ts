/**
 * Keeps the program running while a pool starts, has work, or ends its workers: whoever awaits that is not to find the program ended
 * instead. The workers themselves do not, so a program that has nothing else to do ends, also when nobody closed the pool.
 */
import type { Clock, Timer } from '../../index.ts'

export class KeepAlive {
  readonly #clock: Clock
  /** Never fires. Made when first needed; it is cheaper to hold and let go of than to make anew. */
  #timer: Timer | null = null
  #isHeld = false
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  hold(): void {
    if (this.#isHeld || this.#isOver) return
    this.#isHeld = true
    if (this.#timer === null) this.#timer = this.#clock.start(Infinity, ignore)
    else this.#timer.hold(true)
  }

  letGo(): void {
    this.#isHeld = false
    this.#timer?.hold(false)
  }

  /** For good. */
  end(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }
}

function ignore(): void {
  // Time has nothing to say here.
}
