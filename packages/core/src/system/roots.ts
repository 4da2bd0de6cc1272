/**
 * The top of a tree: the actors that the program itself spawned, or the workers that it started. Not an actor: it has no
 * mailbox and cannot fail.
 */
import type { Clock } from '../base/clock.ts'
import { Children } from '../actor/children.ts'
import type { Cradle } from '../actor/spawn.ts'
import type { Child, ParentPort } from '../model/target.ts'

export class Roots implements ParentPort {
  readonly target = null
  readonly children: Children = new Children()
  readonly path: string
  readonly #clock: Clock

  constructor(path: string, clock: Clock) {
    this.path = path
    this.#clock = clock
  }

  get cradle(): Cradle {
    return { port: this, path: this.path, children: this.children }
  }

  childReady(): void {
    // Nobody waits for it here: whoever spawned it has its ref.
  }

  childEnded(child: Child): void {
    this.children.remove(child)
  }

  /** Stops all, the last one first, and kills what is left after `ms` milliseconds. */
  stop(ms: number): Promise<void> {
    return new Promise((resolve) => this.children.stopAll(ms, this.#clock, resolve))
  }

  kill(): void {
    this.children.killAll(this.#clock, () => undefined)
  }
}
