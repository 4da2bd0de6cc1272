/**
 * The end of a stream at which an actor produces: reads what its handler returned at the pace of the consumer's demand.
 * An iterable is pulled; an Observable pushes, so what comes above the demand is kept, up to a bound.
 */
import { type Observable, isObservable } from '../base/observable.ts'
import { RingQueue } from '../base/ring-queue.ts'
import { StreamOverflowError } from '../errors/actor-errors.ts'
import type { StreamPort } from '../model/envelope.ts'

/** Values of an Observable that may wait for a slow consumer. */
const KEPT = 65_536

/** What a handler may return to a stream request. */
export type StreamSource = Observable<unknown> | AsyncIterable<unknown> | Iterable<unknown>

export function isStreamSource(value: unknown): value is StreamSource {
  if (typeof value !== 'object' || value === null) return false
  return isObservable(value) || Symbol.asyncIterator in value || Symbol.iterator in value
}

/** Feeds a port from a source. `ended` is called once, when the stream is over for whatever reason. Returns what ends the source early. */
export function feed(source: StreamSource, port: StreamPort, path: string, ended: () => void): () => void {
  return isObservable(source) ? feedFromObservable(source, port, path, ended) : feedFromIterable(source, port, ended)
}

function feedFromObservable(source: Observable<unknown>, port: StreamPort, path: string, ended: () => void): () => void {
  const kept = new RingQueue<unknown>()
  /** Set when the source is done while values are kept. */
  let finish: (() => void) | null = null
  let over = false
  let subscription: { unsubscribe(): void } | null = null
  const end = (): void => {
    if (over) return
    over = true
    subscription?.unsubscribe()
    ended()
  }
  const flush = (): void => {
    while (!port.closed && kept.length > 0 && port.demand > 0) port.next(kept.shift())
    if (kept.length === 0) finish?.()
  }
  const close = (last: () => void): void => {
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
    error: (error: unknown) => close(() => port.error(error)),
    complete: () => close(() => port.complete()),
  })
  if (over) subscription.unsubscribe()
  return end
}

function feedFromIterable(source: AsyncIterable<unknown> | Iterable<unknown>, port: StreamPort, ended: () => void): () => void {
  let over = false
  let wake: (() => void) | null = null
  const end = (): void => {
    if (over) return
    over = true
    wake?.()
    ended()
  }
  port.onDemand(() => wake?.())
  port.onCancel(end)
  const pump = async (): Promise<void> => {
    try {
      for await (const value of source) {
        while (!over && port.demand <= 0) await new Promise<void>((resolve) => (wake = resolve))
        wake = null
        if (over) return
        port.next(value)
      }
      if (!over) port.complete()
    } catch (error) {
      if (!over) port.error(error)
    } finally {
      end()
    }
  }
  void pump()
  return end
}
