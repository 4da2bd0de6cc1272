/**
 * The owner's end of lines. A line is a stream that a handle holds open to the actor that owns a channel: answers come over
 * it, and when the handle's node is gone the line is. An ask would do neither: its late answer is dropped, and with it the
 * value that was taken for it.
 */
import type { Self } from '../../index.ts'

/**
 * How a call ended; `NEWS` for something that nobody called for; `ALL_DONE` for so many calls in a row as the value says.
 */
export type Outcome = typeof DONE | typeof FAILED | typeof NEWS | typeof ALL_DONE
export const DONE = 0
export const FAILED = 1
export const NEWS = 2
export const ALL_DONE = 3

export type Reply = readonly [call: number, outcome: Outcome, value: unknown]

/** One line. What is said in one turn goes out as one value of the stream. */
export class OwnerLine implements AsyncIterable<readonly Reply[]> {
  readonly id: string
  #said: Reply[] = []
  #flushComes = false
  #over = false
  #reader: ((result: IteratorResult<readonly Reply[], undefined>) => void) | null = null
  #drained: (() => void) | null = null
  readonly #lost: () => void
  readonly #flush = (): void => {
    this.#flushComes = false
    const reader = this.#reader
    if (reader === null || (this.#said.length === 0 && !this.#over)) return
    this.#reader = null
    reader(this.#take())
  }

  /** `lost` is called when whoever reads it is gone. */
  constructor(id: string, lost: () => void) {
    this.id = id
    this.#lost = lost
  }

  say(call: number, outcome: Outcome, value: unknown): void {
    if (this.#over) return
    this.#said.push([call, outcome, value])
    this.#wake()
  }

  /** After what was said, the line ends in order. */
  end(): void {
    this.#over = true
    this.#wake()
  }

  /** Resolves when all that was said has left. */
  drained(): Promise<void> {
    if (this.#said.length === 0 && this.#reader !== null) return Promise.resolve()
    return new Promise((resolve) => (this.#drained = resolve))
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Reply[], undefined> {
    return {
      next: () => {
        if (this.#said.length > 0) return Promise.resolve(this.#take())
        this.#drained?.()
        if (this.#over) return Promise.resolve({ done: true, value: undefined })
        return new Promise((resolve) => (this.#reader = resolve))
      },
      return: () => {
        this.#said = []
        this.#over = true
        this.#drained?.()
        this.#lost()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  #wake(): void {
    if (this.#flushComes) return
    this.#flushComes = true
    queueMicrotask(this.#flush)
  }

  #take(): IteratorResult<readonly Reply[], undefined> {
    const said = this.#said
    if (said.length === 0) return { done: true, value: undefined }
    this.#said = []
    return { done: false, value: said }
  }
}

/** The open lines of an owner. */
export class Lines<Line extends OwnerLine> {
  readonly #self: Self
  readonly #make: (id: string, lost: () => void) => Line
  readonly #open = new Map<string, Line>()

  /** The loss of a line comes to the owner as its own message `lineLost(id)`, behind all that came over it before. */
  constructor(self: Self, make: (id: string, lost: () => void) => Line) {
    this.#self = self
    this.#make = make
  }

  /** The line of that id: a new one when there is none. */
  get(id: string): Line {
    let line = this.#open.get(id)
    if (line === undefined) {
      line = this.#make(id, () => {
        if (!this.#self.signal.aborted) void this.#self.ref.tell('lineLost', id)
      })
      this.#open.set(id, line)
    }
    return line
  }

  find(id: string): Line | undefined {
    return this.#open.get(id)
  }

  forget(id: string): void {
    this.#open.delete(id)
  }

  /** Resolves when all that was said on any line has left. */
  async drained(): Promise<void> {
    await Promise.all([...this.#open.values()].map((line) => line.drained()))
  }
}
