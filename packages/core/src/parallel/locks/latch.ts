/**
 * The policy of events, as a state machine: set or not, and who waits for it. Each set has a number, so that a wait which it
 * ended says which one it was, though the event may have been cleared since.
 */
export class Latch<Waiter> {
  readonly #waiting = new Map<string, Waiter>()
  #isSet: boolean
  #sets: number

  constructor(isSet: boolean) {
    this.#isSet = isSet
    this.#sets = isSet ? 1 : 0
  }

  get isSet(): boolean {
    return this.#isSet
  }

  /** How often it was set, from clear. */
  get sets(): number {
    return this.#sets
  }

  get waiting(): readonly Waiter[] {
    return [...this.#waiting.values()]
  }

  /** Returns all that wait: the next `clear` does not concern them. */
  set(): readonly Waiter[] {
    if (this.#isSet) return NOBODY
    this.#isSet = true
    this.#sets++
    const woken = [...this.#waiting.values()]
    this.#waiting.clear()
    return woken
  }

  clear(): void {
    this.#isSet = false
  }

  /** For the next set. Only while it is clear. */
  enqueue(key: string, waiter: Waiter): void {
    this.#waiting.set(key, waiter)
  }

  drop(key: string): boolean {
    return this.#waiting.delete(key)
  }
}

const NOBODY: readonly never[] = Object.freeze([])
