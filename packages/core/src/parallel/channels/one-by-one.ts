/**
 * Loops that get value by value, from a pipe, or from a queue of which nothing may come ahead. Other than a generator, such a loop
 * can be left while it waits: what was asked for is given up then, and stays where it is.
 */
import { STOP } from '../../index.ts'
import { Delivery } from './delivery.ts'

export interface OneByOneSource<Taken> {
  /** The next value; its abort gives the call up. */
  get(signal: AbortSignal): Promise<Taken>
  /** True for the error that only says that there will be no more. */
  isEnd(error: unknown): boolean
}

const END = { done: true, value: undefined } as const

/** Ends at STOP, which it takes, and at the end of the source. */
export class OneByOne<Taken> implements AsyncIterableIterator<Taken, undefined> {
  readonly #source: OneByOneSource<Taken>
  readonly #over = new AbortController()
  /** One step after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(source: OneByOneSource<Taken>) {
    this.#source = source
  }

  next(): Promise<IteratorResult<Taken, undefined>> {
    const step = this.#last.then(() => this.#next())
    this.#last = step.catch(() => undefined)
    return step
  }

  return(): Promise<IteratorResult<Taken, undefined>> {
    this.#over.abort()
    return Promise.resolve(END)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #next(): Promise<IteratorResult<Taken, undefined>> {
    const { signal } = this.#over
    if (signal.aborted) return END
    try {
      const value = await this.#source.get(signal)
      const isStop = value === STOP || (value instanceof Delivery && value.value === STOP)
      if (!isStop) return { done: false, value }
      this.#over.abort()
      if (value instanceof Delivery) await value.done()
      return END
    } catch (error) {
      const isOver = signal.aborted || this.#source.isEnd(error)
      this.#over.abort()
      if (isOver) return END
      throw error
    }
  }
}
