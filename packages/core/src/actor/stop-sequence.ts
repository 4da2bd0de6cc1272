/**
 * Stops children one after another, in the order given: the next one's turn comes when the one before has ended. Used by
 * plain actors and by the system for its roots; supervisors give each child its own deadline (supervised-child).
 */
import type { Clock, Timer } from '../base/clock.ts'
import { stopSentinel } from '../model/envelope.ts'
import { SHUTDOWN } from '../model/exit-reason.ts'
import type { Child } from '../model/target.ts'

/** Milliseconds that killed children on other nodes have to report their end. Only a node whose event loop is blocked does not. */
const KILL_GRACE = 5_000

export class StopSequence {
  readonly #clock: Clock
  /** In the order in which they stop. */
  readonly #left: Set<Child>
  /** Kept, since a set of which the first was deleted many times is slow to begin with. */
  readonly #following: Iterator<Child>
  readonly #done: () => void
  /** The one that was asked. */
  #current: Child | null = null
  #timer: Timer | null = null
  #state: 'asking' | 'killing' | 'done' = 'asking'

  /** `done` is called once, when the last one has ended; perhaps before `start` returns. */
  constructor(children: readonly Child[], clock: Clock, done: () => void) {
    this.#clock = clock
    this.#left = new Set(children)
    this.#following = this.#left.values()
    this.#done = done
  }

  start(): void {
    this.#next()
  }

  /** The owner heard that a child ended: the one whose turn it is, or one that went by itself. */
  ended(child: Child): void {
    if (!this.#left.delete(child)) return
    if (this.#left.size === 0) this.#finish()
    else if (this.#state === 'asking' && this.#current === child) this.#next()
  }

  /** No more patience: all that are left are killed now, still in order. What does not obey is given up. */
  killAll(): void {
    if (this.#state !== 'asking') return
    this.#state = 'killing'
    for (const child of [...this.#left]) child.kill()
    if (this.#left.size === 0) this.#finish()
    else this.#timer = this.#clock.start(KILL_GRACE, () => this.#finish(), 'deadline')
  }

  #next(): void {
    const next = this.#following.next()
    if (next.done === true) {
      this.#finish()
      return
    }
    this.#current = next.value
    void next.value.deliver(stopSentinel(SHUTDOWN))
  }

  #finish(): void {
    if (this.#state === 'done') return
    this.#state = 'done'
    this.#timer?.cancel()
    this.#done()
  }
}
