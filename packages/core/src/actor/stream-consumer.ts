/**
 * The end of a stream at which a program reads: an Observable that is pushed to, and an async iterable that pulls at its
 * reader's pace. Each subscription opens the stream anew.
 */
import { Observable, type Observer, type Stream, type Subscriber, type Subscription } from '../base/observable.ts'
import { RingQueue } from '../base/ring-queue.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import type { StreamPort } from '../model/envelope.ts'
import { type ExitReason, isFailure } from '../model/exit-reason.ts'
import type { AbortFan } from './abort-fan.ts'

/** Values that an iterating reader lets come ahead of it. */
const AHEAD = 16

/** What ends a stream from outside: the reader's signal. */
export interface StreamSignal {
  readonly signal: AbortSignal
  readonly aborts: AbortFan
}

/** Runs a reader's code, which is no part of the actor's turn in which a value comes. */
type AsNobody = (run: () => void) => void

/** A stream that asks for its values with `open`, once per reader. */
export function openStream(open: (port: StreamPort) => void, signal: StreamSignal | null, asNobody: AsNobody): Stream<unknown> {
  return new ActorStream(open, signal, asNobody)
}

class ActorStream extends Observable<unknown> implements AsyncIterable<unknown> {
  readonly #open: (port: StreamPort) => void
  readonly #signal: StreamSignal | null

  constructor(open: (port: StreamPort) => void, signal: StreamSignal | null, asNobody: AsNobody) {
    super((subscriber) => {
      const port = new PushPort(subscriber, asNobody)
      connect(open, port, signal)
      return () => port.cancel('unsubscribed')
    })
    this.#open = open
    this.#signal = signal
  }

  /**
   * A reader without an error handler is not harmed by an actor that ended in order: rxjs would throw the error at the
   * program, for instance at every shutdown. Other errors go that way, as in every Observable.
   */
  override subscribe(
    observer?: Partial<Observer<unknown>> | ((value: unknown) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (typeof observer === 'object' && observer !== null) {
      if (observer.error !== undefined) return super.subscribe(observer)
      return super.subscribe({
        next: (value) => observer.next?.(value),
        error: throwFailure,
        complete: () => observer.complete?.(),
      })
    }
    return super.subscribe({ next: (value) => observer?.(value), error: error ?? throwFailure, complete: () => complete?.() })
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    const port = new PullPort()
    connect(this.#open, port, this.#signal)
    return port.iterator()
  }
}

function throwFailure(error: unknown): void {
  // Safe: the reason of an error with this code is an exit reason, also when it came from another node.
  if (isTroupeError(error, 'TROUPE_ACTOR_STOPPED') && 'reason' in error && !isFailure(error.reason as ExitReason)) return
  throw error
}

/** Opens the stream for a reader, and ends it with the reader's signal. */
function connect(open: (port: StreamPort) => void, port: ReaderPort, signal: StreamSignal | null): void {
  if (signal === null) {
    start(open, port)
    return
  }
  const waiter = { aborted: (reason: unknown) => port.abort(reason) }
  signal.aborts.add(signal.signal, waiter)
  port.onClose(() => signal.aborts.remove(signal.signal, waiter))
  if (!port.closed) start(open, port)
}

/** What cannot be sent is told through the port. */
function start(open: (port: StreamPort) => void, port: ReaderPort): void {
  try {
    open(port)
  } catch (error) {
    port.error(error)
  }
}

/** What both ends have in common: it closes once, and tells the source when the reader leaves. */
abstract class ReaderPort implements StreamPort {
  closed = false
  #cancelled: ((reason: unknown) => void)[] = []
  #onClose: (() => void) | null = null
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

  /** Calls back once, when it is closed for whatever reason. */
  onClose(notify: () => void): void {
    if (this.closed) notify()
    else this.#onClose = notify
  }

  /** The reader wants no more. */
  cancel(reason: unknown): void {
    const cancelled = this.#cancelled
    if (!this.#close()) return
    for (const notify of cancelled) notify(reason)
  }

  /** The reader's signal was aborted: it gets the reason as an error, and the source hears that it left. */
  abort(reason: unknown): void {
    const cancelled = this.#cancelled
    if (!this.#close()) return
    for (const notify of cancelled) notify(reason)
    this.finish(reason, true)
  }

  #end(error: unknown, failed: boolean): void {
    if (this.#close()) this.finish(error, failed)
  }

  #close(): boolean {
    if (this.closed) return false
    this.closed = true
    this.#cancelled = []
    this.demanded = []
    this.#onClose?.()
    this.#onClose = null
    return true
  }
}

class PushPort extends ReaderPort {
  readonly #subscriber: Subscriber<unknown>
  readonly #asNobody: AsNobody

  constructor(subscriber: Subscriber<unknown>, asNobody: AsNobody) {
    super()
    this.#subscriber = subscriber
    this.#asNobody = asNobody
  }

  /** An observer takes whatever comes, at once. */
  get demand(): number {
    return Number.POSITIVE_INFINITY
  }

  protected take(value: unknown): void {
    this.#asNobody(() => this.#subscriber.next(value))
  }

  protected finish(error: unknown, failed: boolean): void {
    this.#asNobody(() => {
      if (failed) this.#subscriber.error(error)
      else this.#subscriber.complete()
    })
  }
}

interface Waiting {
  resolve(result: IteratorResult<unknown, undefined>): void
  reject(error: unknown): void
}

class PullPort extends ReaderPort {
  readonly #values = new RingQueue<unknown>()
  readonly #readers = new RingQueue<Waiting>()
  #failure: { readonly error: unknown } | null = null

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
