/**
 * Who waits for the abort of a signal: one listener per signal, however many asks and streams share it. Platforms warn of a
 * leak when a signal gets more than ten.
 */

/** Called with the signal's reason. */
export interface AbortWaiter {
  aborted(reason: unknown): void
}

interface Fan {
  readonly waiters: Set<AbortWaiter>
  readonly listener: () => void
}

export class AbortFan {
  readonly #fans = new WeakMap<AbortSignal, Fan>()

  /** Calls back once, at once when the signal is aborted already. */
  add(signal: AbortSignal, waiter: AbortWaiter): void {
    if (signal.aborted) {
      waiter.aborted(signal.reason)
      return
    }
    const fan = this.#fans.get(signal) ?? this.#open(signal)
    fan.waiters.add(waiter)
  }

  /** The last one takes the listener along. */
  remove(signal: AbortSignal, waiter: AbortWaiter): void {
    const fan = this.#fans.get(signal)
    if (fan === undefined || !fan.waiters.delete(waiter) || fan.waiters.size > 0) return
    signal.removeEventListener('abort', fan.listener)
    this.#fans.delete(signal)
  }

  #open(signal: AbortSignal): Fan {
    const waiters = new Set<AbortWaiter>()
    const listener = (): void => {
      this.#fans.delete(signal)
      for (const waiter of waiters) waiter.aborted(signal.reason)
    }
    const fan = { waiters, listener }
    this.#fans.set(signal, fan)
    signal.addEventListener('abort', listener, { once: true })
    return fan
  }
}
