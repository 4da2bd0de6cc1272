/**
 * Stops children one after another, in the order given: each is asked, given its deadline, then killed; the next one's turn
 * comes when it has ended. Used by plain actors, by supervisors and by the system for its roots.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { stopSentinel } from '../model/envelope.ts'
import { SHUTDOWN } from '../model/exit-reason.ts'
import type { Child } from '../model/target.ts'

/** How one child is stopped: asked with so many milliseconds to follow, killed at once, or asked and waited for. */
export type Shutdown = number | 'brutal-kill' | 'infinity'

export interface StopStep {
  readonly child: Child
  readonly shutdown: Shutdown
}

export class StopSequence {
  readonly #clock: Clock
  readonly #steps: StopStep[]
  readonly #left: Set<Child>
  readonly #done: () => void
  #current: Child | null = null
  #timer: Timer | null = null
  #killing = false
  #finished = false

  /** `steps` in the order in which they stop. `done` is called once, when the last one has ended; perhaps before `start` returns. */
  constructor(steps: readonly StopStep[], clock: Clock, done: () => void) {
    this.#clock = clock
    this.#steps = steps.slice().reverse()
    this.#left = new Set(steps.map((step) => step.child))
    this.#done = done
  }

  start(): void {
    this.#next()
  }

  /** The owner heard that a child ended: the one whose turn it is, or one that went by itself. */
  ended(child: Child): void {
    if (!this.#left.delete(child)) return
    if (this.#killing) {
      if (this.#left.size === 0) this.#finish()
    } else if (this.#current === child) this.#next()
  }

  /** No more patience: all that are left are killed now, still in order. */
  killAll(): void {
    if (this.#killing || this.#finished) return
    this.#killing = true
    this.#timer?.cancel()
    for (const child of [...this.#left]) child.kill()
    if (this.#left.size === 0) this.#finish()
  }

  #next(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#current = null
    let step = this.#steps.pop()
    while (step !== undefined && !this.#left.has(step.child)) step = this.#steps.pop()
    if (step === undefined) this.#finish()
    else this.#stop(step)
  }

  #stop({ child, shutdown }: StopStep): void {
    this.#current = child
    if (shutdown === 'brutal-kill') {
      child.kill()
      return
    }
    if (shutdown !== 'infinity') this.#timer = this.#clock.start(shutdown, () => child.kill())
    void child.deliver(stopSentinel(SHUTDOWN))
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#timer?.cancel()
    this.#done()
  }
}
