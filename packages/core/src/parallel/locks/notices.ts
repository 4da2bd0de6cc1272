/**
 * The policy of conditions, as a state machine: who waits for a notice, and whom a notice wakes. Whoever waits longest is woken
 * first, and a notice that nobody waits for is lost, as it must be: whoever waits looks at the state first, with the lock held.
 */
export class Notices<Waiter> {
  readonly #waiting = new Map<string, Waiter>()

  get waiting(): readonly Waiter[] {
    return [...this.#waiting.values()]
  }

  enqueue(key: string, waiter: Waiter): void {
    this.#waiting.set(key, waiter)
  }

  /** At most `count` of those who wait. */
  wake(count: number): readonly Waiter[] {
    const woken: Waiter[] = []
    for (const [key, waiter] of this.#waiting) {
      if (woken.length >= count) break
      this.#waiting.delete(key)
      woken.push(waiter)
    }
    return woken
  }

  /** The one who waits by this key, and does so no more. */
  drop(key: string): Waiter | null {
    const waiter = this.#waiting.get(key) ?? null
    this.#waiting.delete(key)
    return waiter
  }
}
