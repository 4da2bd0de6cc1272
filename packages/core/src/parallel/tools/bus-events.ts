/**
 * The events of a topic as a loop reads them. What comes while nobody reads waits here.
 */
const END = { done: true, value: undefined } as const

export class BusEvents<Event> implements AsyncIterableIterator<Event, undefined> {
  readonly #leave: () => void
  readonly #came: Event[] = []
  readonly #waiting: ((result: IteratorResult<Event, undefined>) => void)[] = []
  #over = false

  /** `leave` is called when the loop is left. */
  constructor(leave: () => void) {
    this.#leave = leave
  }

  heard(event: Event): void {
    const reader = this.#waiting.shift()
    if (reader !== undefined) reader({ done: false, value: event })
    else if (!this.#over) this.#came.push(event)
  }

  /** No more will come. */
  end(): void {
    this.#over = true
    for (const reader of this.#waiting.splice(0)) reader(END)
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#came.length > 0) {
      // Safe: there is one.
      return Promise.resolve({ done: false, value: this.#came.shift() as Event })
    }
    if (this.#over) return Promise.resolve(END)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  return(): Promise<IteratorResult<Event, undefined>> {
    this.#came.length = 0
    this.end()
    this.#leave()
    return Promise.resolve(END)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
