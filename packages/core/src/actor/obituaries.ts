/**
 * Tells who ended in the order in which they did: a child before its parent, whose end it completes. Everybody hears once
 * all names are free that these ends set free.
 */
import { RingQueue } from '../base/ring-queue.ts'

/** An actor that is gone for good. */
export interface Deceased {
  /** Tells watchers and listeners. */
  announce(): void
}

export class Obituaries {
  readonly #waiting = new RingQueue<Deceased>()
  #isOpen = false

  /** `settle` does what this end entails, perhaps the end of others; then all of them are announced, this one first. */
  publish(deceased: Deceased, settle: () => void): void {
    this.#waiting.push(deceased)
    if (this.#isOpen) {
      settle()
      return
    }
    this.#isOpen = true
    try {
      settle()
    } finally {
      this.#isOpen = false
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next.announce()
    }
  }
}
