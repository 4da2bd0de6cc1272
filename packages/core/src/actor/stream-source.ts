/**
 * The end of a stream at which an actor produces: reads what its handler returned at the pace of the consumer's demand.
 * An iterable is pulled; an Observable pushes, so what comes above the demand is kept, up to a bound.
 */
import { type Yield, createYield } from '../base/event-loop.ts'
import { type Observable, isObservable } from '../base/observable.ts'
import { RingQueue } from '../base/ring-queue.ts'
import { StreamOverflowError } from '../errors/actor-errors.ts'
import type { StreamPort } from '../model/envelope.ts'
import { isThenable } from './stop-hooks.ts'

/** Values of an Observable that may wait for a slow consumer. */
const KEPT = 65_536
/** Values that a source that never waits gives before the event loop turns. */
const RUN = 64

/** What a handler may return to a stream request. */
export type StreamSource = Observable<unknown> | AsyncIterable<unknown> | Iterable<unknown>

export interface FeedOptions {
  /** The actor's. */
  readonly path: string
  /** Called once, when the stream is over for whatever reason. */
  readonly ended: () => void
  /** The source failed while it was being ended: nobody reads it any more. */
  readonly failed: (error: unknown) => void
}

export function isStreamSource(value: unknown): value is StreamSource {
  if (typeof value !== 'object' || value === null) return false
  return isObservable(value) || Symbol.asyncIterator in value || Symbol.iterator in value
}

/** Feeds a port from a source. Returns what ends the source early; it never throws. */
export function feed(source: StreamSource, port: StreamPort, options: FeedOptions): () => void {
  return isObservable(source) ? feedFromObservable(source, port, options) : feedFromIterable(source, port, options)
}

/** Ends a source that nobody will read: what it holds open is closed. */
export function discard(source: unknown, failed: (error: unknown) => void): void {
  if (isStreamSource(source) && !isObservable(source) && 'return' in source) close(source as Partial<Source>, failed)
}

function feedFromObservable(source: Observable<unknown>, port: StreamPort, { path, ended, failed }: FeedOptions): () => void {
  const kept = new RingQueue<unknown>()
  /** Set when the source is done while values are kept. */
  let finish: (() => void) | null = null
  let over = false
  let subscription: { unsubscribe(): void } | null = null
  const unsubscribe = (): void => {
    try {
      subscription?.unsubscribe()
    } catch (error) {
      failed(error)
    }
  }
  const end = (): void => {
    if (over) return
    over = true
    unsubscribe()
    ended()
  }
  const flush = (): void => {
    while (!port.closed && kept.length > 0 && port.demand > 0) port.next(kept.shift())
    if (kept.length === 0) finish?.()
  }
  const closeWith = (last: () => void): void => {
    finish = () => {
      finish = null
      if (!port.closed) last()
      end()
    }
    flush()
  }
  port.onDemand(flush)
  port.onCancel(end)
  subscription = source.subscribe({
    next: (value) => {
      if (over) return
      if (kept.length === 0 && port.demand > 0) port.next(value)
      else if (kept.length < KEPT) kept.push(value)
      else {
        port.error(new StreamOverflowError(path, KEPT))
        end()
      }
    },
    error: (error: unknown) => closeWith(() => port.error(error)),
    complete: () => closeWith(() => port.complete()),
  })
  if (over) unsubscribe()
  return end
}

/** An iterator of either kind. */
interface Source {
  next(): IteratorResult<unknown, unknown> | Promise<IteratorResult<unknown, unknown>>
  return?(): unknown
}

function feedFromIterable(
  source: AsyncIterable<unknown> | Iterable<unknown>,
  port: StreamPort,
  { ended, failed }: FeedOptions,
): () => void {
  let iterator: Source | null = null
  let over = false
  let wake: (() => void) | null = null
  const stop = (early: boolean): void => {
    if (over) return
    over = true
    wake?.()
    if (early && iterator !== null) close(iterator, failed)
    ended()
  }
  const end = (): void => stop(true)
  port.onDemand(() => wake?.())
  port.onCancel(end)
  const pump = async (): Promise<void> => {
    const pace = new Pace()
    try {
      iterator = open(source)
      for (;;) {
        while (!over && port.demand <= 0) await new Promise<void>((resolve) => (wake = resolve))
        wake = null
        if (over) return
        const taken = iterator.next()
        const { done, value } = isThenable(taken) ? await taken : taken
        if (over) return
        if (done === true) break
        port.next(isThenable(value) ? await value : value)
        if (pace.isSpent()) await pace.turn()
      }
    } catch (error) {
      if (!over) port.error(error)
      stop(false)
      return
    }
    port.complete()
    stop(false)
  }
  void pump()
  return end
}

function open(source: AsyncIterable<unknown> | Iterable<unknown>): Source {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

/** Lets a source clean up; a generator runs its finally. Not waited for: it may be in the middle of a wait of its own. */
function close(iterator: Partial<Source>, failed: (error: unknown) => void): void {
  try {
    const result = iterator.return?.()
    if (isThenable(result)) result.then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}

/** Timers and I/O get their turn, also while a source never waits for anything. */
class Pace {
  #left = RUN
  #yield: Yield | null = null

  isSpent(): boolean {
    return --this.#left === 0
  }

  turn(): Promise<void> {
    this.#left = RUN
    const yieldTurn = (this.#yield ??= createYield())
    return new Promise((resolve) => yieldTurn(resolve))
  }
}
