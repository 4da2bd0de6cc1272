/**
 * The end of a stream at which a program reads: an Observable that is pushed to, and an async iterable that pulls at its
 * reader's pace. Each subscription opens the stream anew.
 */
import { Observable, type Stream, type Subscriber } from '../base/observable.ts'
import { RingQueue } from '../base/ring-queue.ts'
import type { StreamPort } from '../model/envelope.ts'

/** Values that an iterating reader lets come ahead of it. */
const AHEAD = 16

/** A stream that asks for its values with `open`, once per reader. */
export function openStream(open: (port: StreamPort) => void, signal: AbortSignal | undefined): Stream<unknown> {
  const stream = new Observable<unknown>((subscriber) => {
    const port = new PushPort(subscriber)
    try {
      open(port)
    } catch (error) {
      subscriber.error(error)
      return
    }
    const abort = (): void => subscriber.error(signal?.reason)
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort, { once: true })
    return () => {
      signal?.removeEventListener('abort', abort)
      port.cancel('unsubscribed')
    }
  })
  return Object.assign(stream, {
    [Symbol.asyncIterator]: () => {
      const port = new PullPort(signal)
      open(port)
      return port.iterator()
    },
  })
}

/** What both ends have in common: it closes once, and tells the source when the reader leaves. */
abstract class ReaderPort implements StreamPort {
  closed = false
  #cancelled: ((reason: unknown) => void)[] = []
  protected demanded: (() => void)[] = []

  abstract get demand(): number
  protected abstract take(value: unknown): void
  protected abstract finish(error: unknown, failed: boolean): void

  next(value: unknown): void {
    if (!this.closed) this.take(value)
  }

  complete(): void {
    this.#end(undefined, false)
  }

  error(error: unknown): void {
    this.#end(error, true)
  }

  onDemand(notify: () => void): void {
    this.demanded.push(notify)
  }

  onCancel(notify: (reason: unknown) => void): void {
    this.#cancelled.push(notify)
  }

  /** The reader wants no more. */
  cancel(reason: unknown): void {
    if (this.closed) return
    this.closed = true
    for (const notify of this.#cancelled) notify(reason)
    this.#cancelled = []
  }

  #end(error: unknown, failed: boolean): void {
    if (this.closed) return
    this.closed = true
    this.#cancelled = []
    this.finish(error, failed)
  }
}

class PushPort extends ReaderPort {
  readonly #subscriber: Subscriber<unknown>

  constructor(subscriber: Subscriber<unknown>) {
    super()
    this.#subscriber = subscriber
  }

  /** An observer takes whatever comes, at once. */
  get demand(): number {
    return Number.POSITIVE_INFINITY
  }

  protected take(value: unknown): void {
    this.#subscriber.next(value)
  }

  protected finish(error: unknown, failed: boolean): void {
    if (failed) this.#subscriber.error(error)
    else this.#subscriber.complete()
  }
}

interface Waiting {
  resolve(result: IteratorResult<unknown, undefined>): void
  reject(error: unknown): void
}

class PullPort extends ReaderPort {
  readonly #values = new RingQueue<unknown>()
  readonly #readers = new RingQueue<Waiting>()
  readonly #signal: AbortSignal | undefined
  readonly #abort = (): void => {
    this.cancel(this.#signal?.reason)
    this.finish(this.#signal?.reason, true)
  }
  #failure: { readonly error: unknown } | null = null

  constructor(signal: AbortSignal | undefined) {
    super()
    this.#signal = signal
    if (signal?.aborted === true) this.#abort()
    signal?.addEventListener('abort', this.#abort, { once: true })
  }

  get demand(): number {
    return AHEAD - this.#values.length + this.#readers.length
  }

  /** What `for await` reads. Leaving the loop early ends the source. */
  iterator(): AsyncIterator<unknown, undefined> {
    return {
      next: () => this.#read(),
      return: async () => {
        this.cancel('unsubscribed')
        this.finish(undefined, false)
        return { done: true, value: undefined }
      },
    }
  }

  protected take(value: unknown): void {
    const reader = this.#readers.shift()
    if (reader === undefined) this.#values.push(value)
    else reader.resolve({ done: false, value })
  }

  protected finish(error: unknown, failed: boolean): void {
    this.#signal?.removeEventListener('abort', this.#abort)
    if (failed) this.#failure = { error }
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift()) {
      if (failed) reader.reject(error)
      else reader.resolve({ done: true, value: undefined })
    }
  }

  #read(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#values.length > 0) {
      const value = this.#values.shift()
      this.#demandMore()
      return Promise.resolve({ done: false, value })
    }
    if (this.#failure !== null) return Promise.reject(this.#failure.error)
    if (this.closed) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject })
      this.#demandMore()
    })
  }

  #demandMore(): void {
    if (!this.closed) for (const notify of this.demanded) notify()
  }
}
