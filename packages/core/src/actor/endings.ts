/**
 * Ends actors one after the other, however deep their tree: what the end of one entails, up or down the tree, waits until
 * that end is done. Everybody hears when all of it is over: in the order of the ends, so a child is announced before its parent,
 * and with all names free.
 */
import { RingQueue } from '../base/ring-queue.ts'

/** An actor that is gone for good. */
export interface Deceased {
  /** Tells watchers and listeners. */
  announce(): void
}

export class Endings {
  readonly #steps = new RingQueue<() => void>()
  readonly #gone = new RingQueue<Deceased>()
  #isRunning = false

  /** Takes a step now, or after those that are under way. */
  run(step: () => void): void {
    this.#steps.push(step)
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let next = this.#steps.shift(); next !== undefined; next = this.#steps.shift()) next()
    } finally {
      this.#isRunning = false
    }
    for (let next = this.#gone.shift(); next !== undefined; next = this.#gone.shift()) next.announce()
  }

  /** An actor is gone: `settle` does what that entails, perhaps the end of others. Then it is announced. */
  publish(deceased: Deceased, settle: () => void): void {
    this.#gone.push(deceased)
    this.run(settle)
  }
}
