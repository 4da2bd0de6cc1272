/**
 * Loops over a queue that are sent values ahead: such a loop tells what it handed over, and gives back what it did not.
 */
import { isFailure, isTroupeError, STOP } from '../../index.ts'
import type { ExitReason, Self } from '../../index.ts'
import type { Line } from './line.ts'
import { fromParcel, type Parcel } from './parcel.ts'

type Result<Value> = IteratorResult<Value, undefined>

const END: Result<never> = { done: true, value: undefined }

/** Of values sent ahead, how many a loop takes before it says so: at least these, and of a long batch a sixteenth. */
const CONFIRM_EVERY = 16

export interface AheadOptions {
  readonly signal?: AbortSignal
  readonly by?: Pick<Self, 'ref'>
}

/** `queue` is the handle, which must not be collected while a loop runs. */
export function iterateAhead(queue: object, line: Line, options: AheadOptions): AsyncIterableIterator<unknown, undefined> {
  return new AheadIterator(queue, line, options)
}

class AheadIterator implements AsyncIterableIterator<unknown, undefined> {
  readonly #queue: object
  readonly #line: Line
  readonly #options: AheadOptions
  readonly #number: number
  /** The current batch, and how many of it were handed over and told. */
  #batch: readonly Parcel[] = []
  #handed = 0
  #told = 0
  #confirmEvery = CONFIRM_EVERY
  /** Counts the batches, as the owner does. */
  #count = 0
  #isOver = false
  /** One read after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(queue: object, line: Line, options: AheadOptions) {
    this.#queue = queue
    this.#line = line
    this.#options = options
    this.#number = line.nextNumber()
    line.listen(this.#number, () => this.#giveBack())
  }

  next(): Promise<Result<unknown>> {
    if (this.#handed < this.#batch.length && this.#options.signal?.aborted !== true) {
      try {
        return Promise.resolve(this.#hand())
      } catch (error) {
        return Promise.reject(error)
      }
    }
    const read = this.#last.then(() => this.#fetch())
    this.#last = read.catch(() => undefined)
    return read
  }

  return(): Promise<Result<unknown>> {
    this.#leave()
    return Promise.resolve(END)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #fetch(): Promise<Result<unknown>> {
    void this.#queue
    if (this.#isOver) return END
    try {
      if (this.#options.signal?.aborted === true) throw this.#options.signal.reason
      if (this.#handed < this.#batch.length) return this.#hand()
      this.#batch = []
      // Safe: what the owner answers to a fetch.
      const batch = (await this.#line.call('fetch', [this.#number], this.#options)) as readonly Parcel[]
      this.#count++
      this.#handed = 0
      this.#told = 1
      this.#batch = batch
      this.#confirmEvery = Math.max(CONFIRM_EVERY, batch.length >> 4)
    } catch (error) {
      const wasOver = this.#isOver
      const isLost = isTroupeError(error, 'TROUPE_QUEUE_CLOSED')
      if (isLost) this.#end()
      else this.#leave()
      if (isLost && (wasOver || isEnd(error))) return END
      throw error
    }
    return this.#isOver ? END : this.#hand()
  }

  /** The next one of the batch. It is told first, so that nobody hears of a value that the owner thinks is still here. */
  #hand(): Result<unknown> {
    const parcel = this.#batch[this.#handed++]
    if (this.#handed - this.#told >= this.#confirmEvery) {
      this.#told = this.#handed
      this.#line.tell('handed', this.#number, this.#count, this.#handed)
    }
    if (parcel === STOP) {
      this.#leave()
      return END
    }
    return { done: false, value: fromParcel(parcel) }
  }

  /** Somebody else waits for what is here, or this loop is slow. */
  #giveBack(): void {
    if (this.#batch.length === 0) return
    this.#line.tell('back', this.#number, this.#count, this.#handed)
    this.#batch = []
    this.#handed = 0
  }

  #leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#line.tell('leave', this.#number, this.#count, this.#handed)
    this.#end()
  }

  #end(): void {
    this.#isOver = true
    this.#batch = []
    this.#line.ignore(this.#number)
  }
}

/** True for the error that only says that a queue is closed and empty. */
export function isEnd(error: unknown): boolean {
  if (!isTroupeError(error, 'TROUPE_QUEUE_CLOSED') || !('reason' in error)) return false
  // Safe: this error has an exit reason.
  const reason = error.reason as ExitReason
  return !isFailure(reason) || reason.kind === 'not-found'
}
