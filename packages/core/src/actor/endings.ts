/**
 * Ends actors one after the other, however deep their tree: what the end of one entails, up or down the tree, waits until
 * that end is done. Everybody hears when all of it is over: in the order of the ends, so a child is announced before its parent,
 * and with all names free.
 */
import { RingQueue } from '../base/ring-queue.ts'

/** An actor, as far as its end goes. */
export interface Mortal {
  /** Ends it without its queue and its hooks. */
  endNow(): void
  /** It is gone: does what that entails, perhaps the end of others. */
  settle(): void
  /** Tells watchers and listeners that it is gone. */
  announce(): void
}

export class Endings {
  readonly #toKill = new RingQueue<Mortal>()
  readonly #toSettle = new RingQueue<Mortal>()
  readonly #toAnnounce = new RingQueue<Mortal>()
  #isRunning = false

  /** Now, or after the end that is under way. */
  kill(mortal: Mortal): void {
    this.#toKill.push(mortal)
    if (!this.#isRunning) this.#run()
  }

  /** It is gone for good. */
  publish(mortal: Mortal): void {
    this.#toAnnounce.push(mortal)
    this.#toSettle.push(mortal)
    if (!this.#isRunning) this.#run()
  }

  #run(): void {
    this.#isRunning = true
    try {
      for (;;) {
        const gone = this.#toSettle.shift()
        if (gone !== undefined) gone.settle()
        else if (this.#toKill.length > 0) this.#toKill.shift()?.endNow()
        else break
      }
    } finally {
      this.#isRunning = false
    }
    for (let gone = this.#toAnnounce.shift(); gone !== undefined; gone = this.#toAnnounce.shift()) gone.announce()
  }
}
