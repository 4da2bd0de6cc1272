/**
 * A map that reads its input while its results are taken: so many items ahead, and no more.
 */
import type { Future } from '../futures/future.ts'
import type { ImapOptions } from './call-options.ts'

/** An item under way. */
interface Entry {
  readonly future: Future<unknown>
  settled: boolean
}

type Input = Iterator<unknown> | AsyncIterator<unknown>

export class ImapResults implements AsyncIterableIterator<unknown> {
  readonly #input: Input
  readonly #submit: (item: unknown) => Future<unknown>
  readonly #ahead: number
  readonly #ordered: boolean
  readonly #onError: 'fail-fast' | 'collect'
  /** In the order of the input. */
  #entries: Entry[] = []
  #inputEnded = false
  #reading: Promise<void> | null = null
  #over = false
  #wake: (() => void) | null = null
  /** What the input, or a task, failed with: the next step rejects with it. */
  #failure: { readonly error: unknown } | null = null
  /** Steps are taken one at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(input: Input, submit: (item: unknown) => Future<unknown>, options: ImapOptions, ahead: number) {
    this.#input = input
    this.#submit = submit
    this.#ahead = options.ahead ?? ahead
    this.#ordered = options.ordered ?? true
    this.#onError = options.onError ?? 'fail-fast'
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const step = this.#last.then(() => this.#next())
    this.#last = step.catch(() => undefined)
    return step
  }

  /** Cancels what is under way, and ends the input. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    await this.#end()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #next(): Promise<IteratorResult<unknown, undefined>> {
    for (;;) {
      if (this.#over) return { value: undefined, done: true }
      this.#read()
      const entry = this.#takeReady()
      if (entry !== null) return await this.#result(entry)
      if (this.#failure !== null && this.#entries.length === 0) {
        const { error } = this.#failure
        await this.#end()
        throw error
      }
      if (this.#inputEnded && this.#entries.length === 0) {
        this.#over = true
        return { value: undefined, done: true }
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async #result({ future }: Entry): Promise<IteratorResult<unknown, undefined>> {
    try {
      const value = await future
      this.#read()
      return { value: this.#onError === 'collect' ? { status: 'fulfilled', value } : value, done: false }
    } catch (error) {
      if (this.#onError === 'collect') {
        this.#read()
        return { value: { status: 'rejected', reason: error }, done: false }
      }
      await this.#end()
      throw error
    }
  }

  #takeReady(): Entry | null {
    const at = this.#ordered ? 0 : this.#entries.findIndex(({ settled }) => settled)
    const entry = this.#entries[at]
    if (entry === undefined || !entry.settled) return null
    this.#entries.splice(at, 1)
    return entry
  }

  /** Reads the input as long as there is room. */
  #read(): void {
    if (this.#reading !== null || this.#inputEnded || this.#over || this.#entries.length >= this.#ahead) return
    this.#reading = this.#readOn().finally(() => {
      this.#reading = null
      this.#wakeUp()
    })
  }

  async #readOn(): Promise<void> {
    try {
      while (!this.#over && this.#entries.length < this.#ahead) {
        const step = this.#input.next()
        const read = step instanceof Promise ? await step : step
        const value: unknown = read.value
        if (read.done === true) {
          this.#inputEnded = true
          return
        }
        if (this.#over) return
        this.#enter(this.#submit(value))
      }
    } catch (error) {
      this.#inputEnded = true
      this.#failure = { error }
    }
  }

  #enter(future: Future<unknown>): void {
    const entry: Entry = { future, settled: false }
    this.#entries.push(entry)
    const settled = (): void => {
      entry.settled = true
      this.#wakeUp()
    }
    future.then(settled, settled)
  }

  async #end(): Promise<void> {
    if (this.#over) return
    this.#over = true
    for (const { future } of this.#entries.splice(0)) future.cancel('the results are not taken any more')
    this.#wakeUp()
    if (!this.#inputEnded) await this.#input.return?.()
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
