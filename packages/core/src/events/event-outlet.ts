/**
 * A stream of events for whoever operates a system. Making an event costs nothing while nobody listens, and a listener
 * that throws harms neither the runtime nor the next listener.
 */
import { Observable } from '../base/observable.ts'
import type { Subscriber } from '../base/observable.ts'

export class EventOutlet<Event> {
  readonly #listeners = new Set<Subscriber<Event>>()
  /** What programs subscribe to. Completes when the system is down. */
  readonly stream: Observable<Event>
  #closed = false

  /** `first` gives each new listener what it missed. */
  constructor(first: () => readonly Event[] = () => []) {
    this.stream = new Observable<Event>((listener) => {
      for (const event of first()) listener.next(event)
      if (this.#closed) {
        listener.complete()
        return undefined
      }
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    })
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0
  }

  /** rxjs reports what a listener throws on a later turn, so that nothing comes back here. */
  emit(event: Event): void {
    for (const listener of this.#listeners) listener.next(event)
  }

  close(): void {
    this.#closed = true
    for (const listener of [...this.#listeners]) listener.complete()
    this.#listeners.clear()
  }
}
