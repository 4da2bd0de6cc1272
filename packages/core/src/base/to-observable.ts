/**
 * Async iterables as Observables: the other direction of a stream's `for await`.
 */
import { Observable, type Stream, type Subscriber } from './observable.ts'

/**
 * An Observable of what an async iterable gives: a queue, the end of a pipe, the results of `imap`, the events of a bus. Each
 * subscription begins an iteration, and takes the next value when the one before has been handled; unsubscribing ends the
 * iteration at once, also while it waits, so that nothing is taken that nobody gets. Completes with the iteration.
 *
 * @example
 * const numbers = toObservable((async function* () { yield 1; yield 2 })())
 * numbers.subscribe((value) => console.log(value))
 */
export function toObservable<Value>(source: AsyncIterable<Value>): Stream<Value> {
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source))
    throw new TypeError(`toObservable takes an async iterable, not ${String(source)}`)
  return new IterableStream(source)
}

class IterableStream<Value> extends Observable<Value> implements AsyncIterable<Value> {
  readonly #source: AsyncIterable<Value>

  constructor(source: AsyncIterable<Value>) {
    super((subscriber) => {
      const iterator = source[Symbol.asyncIterator]()
      void pump(iterator, subscriber)
      return () => void leave(iterator)
    })
    this.#source = source
  }

  [Symbol.asyncIterator](): AsyncIterator<Value> {
    return this.#source[Symbol.asyncIterator]()
  }
}

async function pump<Value>(iterator: AsyncIterator<Value>, subscriber: Subscriber<Value>): Promise<void> {
  try {
    while (!subscriber.closed) {
      const step = await iterator.next()
      if (step.done === true) subscriber.complete()
      else subscriber.next(step.value)
    }
  } catch (error) {
    subscriber.error(error)
  }
}

/** An iteration that is over is left in vain. */
async function leave(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // Nobody listens any more.
  }
}
