/**
 * The children of one parent, in the order spawned, with their names.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { NameTakenError } from '../errors/actor-errors.ts'
import type { Child } from '../model/target.ts'
import { StopSequence } from './stop-sequence.ts'

const NAME = /^[\p{L}\p{N}_.-]+$/u

/** A name that a program gives: letters, digits, `_`, `-`, `.`. Generated ones hold a `$`, so that the two never meet. */
export function checkName(name: string): void {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new TypeError(`a name takes letters, digits, "_", "-" and ".", not ${JSON.stringify(name)}`)
  }
}

export class Children {
  /** With the name that the program gave, if it gave one. */
  readonly #ordered = new Map<Child, string | null>()
  #names: Map<string, Child> | null = null
  #sequence: StopSequence | null = null

  get size(): number {
    return this.#ordered.size
  }

  list(): readonly Child[] {
    return [...this.#ordered.keys()]
  }

  /** Throws NameTakenError. Call before anything of the spawn is done. */
  checkFree(name: string, parent: string): void {
    if (this.#names?.has(name) === true) throw new NameTakenError(name, `among the children of ${parent}`)
  }

  /** `name` only where the program gave one. */
  add(child: Child, name: string | null): void {
    this.#ordered.set(child, name)
    if (name !== null) (this.#names ??= new Map()).set(name, child)
  }

  named(name: string): Child | undefined {
    return this.#names?.get(name)
  }

  /** A child has ended: its name is free from now on. */
  remove(child: Child): void {
    const name = this.#ordered.get(child)
    if (name === undefined) return
    this.#ordered.delete(child)
    if (name !== null) this.#names?.delete(name)
    this.#sequence?.ended(child)
  }

  /** Stops all in reverse order under one deadline of `ms` milliseconds, then kills what is left. `done` comes once. */
  stopAll(ms: number, clock: Clock, done: () => void): void {
    let timer: Timer | null = null
    this.#sequence = new StopSequence([...this.list()].reverse(), clock, () => {
      timer?.cancel()
      this.#sequence = null
      done()
    })
    const { size } = this
    if (size > 0) timer = clock.start(ms, () => this.#sequence?.killAll(), 'deadline')
    this.#sequence.start()
  }

  /** Kills all, last one first. `done` comes once, when they are gone: at once for children on this node. */
  killAll(clock: Clock, done: () => void): void {
    if (this.#sequence !== null) {
      this.#sequence.killAll()
      return
    }
    this.#sequence = new StopSequence([...this.list()].reverse(), clock, () => {
      this.#sequence = null
      done()
    })
    this.#sequence.killAll()
  }
}
