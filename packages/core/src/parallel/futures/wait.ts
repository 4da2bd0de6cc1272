/**
 * Waits for several futures at once, as Python's `concurrent.futures.wait` and `as_completed` do.
 */
import { FutureTimeoutError } from './errors.ts'
import { Future, clockOf } from './future.ts'

export interface WaitOptions {
  /**
   * 'first-exception' waits for the first one that failed (cancelling is no failure), or for all. Default: 'all-completed'.
   */
  readonly until?: 'first-completed' | 'first-exception' | 'all-completed'
  /** Milliseconds, after which the result is what there is by then; it never rejects. 0 looks once. Default: no limit. */
  readonly timeout?: number
}

export interface WaitResult<AnyFuture> {
  /** Settled: fulfilled, rejected or cancelled. */
  readonly done: Set<AnyFuture>
  readonly pending: Set<AnyFuture>
}

/**
 * What `asCompleted` returns. Not an AsyncIterableIterator by name: of that one TypeScript believes that `for await` awaits what it
 * yields, which it does not, and would take a future for its value.
 */
export interface CompletedFutures<AnyFuture> {
  next(): Promise<IteratorResult<AnyFuture, undefined>>
  return(): Promise<IteratorResult<AnyFuture, undefined>>
  [Symbol.asyncIterator](): this
}

const UNTIL = ['first-completed', 'first-exception', 'all-completed']

/**
 * Resolves with who is done and who is not, once it is time. Duplicates count once, no futures are done at once. Nothing is
 * cancelled. What the futures reject with counts as seen: it is in the caller's hands. Throws RangeError for a negative timeout.
 */
export async function wait<AnyFuture extends Future<unknown>>(
  futures: Iterable<AnyFuture>,
  options: WaitOptions = {},
): Promise<WaitResult<AnyFuture>> {
  const { until = 'all-completed', timeout } = options
  if (!UNTIL.includes(until)) throw new TypeError(`wait: until takes one of ${UNTIL.join(', ')}, not ${String(until)}`)
  checkTimeout('wait', timeout)
  const all = new Set(checked('wait', futures))
  const isOver = (): boolean => isEnough(all, until)
  if (!isOver() && timeout !== 0) {
    await new Promise<void>((resolve) => {
      const timer = startTimer(all, timeout, resolve)
      const settled = (): void => {
        if (!isOver()) return
        timer?.cancel()
        resolve()
      }
      for (const future of all) future.then(settled, settled)
    })
  }
  const done = new Set<AnyFuture>()
  const pending = new Set<AnyFuture>()
  for (const future of all) (future.done ? done : pending).add(future)
  for (const future of done) future.catch(ignore)
  return { done, pending }
}

/**
 * The futures in the order in which they settle; each one once. `timeout` counts from the call: after it, the next step rejects
 * FutureTimeoutError. Nothing is cancelled. Throws RangeError for a negative timeout.
 *
 * @example
 * for await (const future of asCompleted(futures)) console.log(await future)
 */
export function asCompleted<AnyFuture extends Future<unknown>>(
  futures: Iterable<AnyFuture>,
  options: { readonly timeout?: number } = {},
): CompletedFutures<AnyFuture> {
  const { timeout } = options
  checkTimeout('asCompleted', timeout)
  return new Completions(new Set(checked('asCompleted', futures)), timeout)
}

class Completions<AnyFuture extends Future<unknown>> implements CompletedFutures<AnyFuture> {
  readonly #total: number
  readonly #timeout: number | undefined
  readonly #timer: { cancel(): void } | null
  /** Settled, not yet taken. */
  readonly #ready: AnyFuture[] = []
  /** How many were not taken. */
  #left: number
  #isLate = false
  #wake: (() => void)[] = []

  constructor(futures: ReadonlySet<AnyFuture>, timeout: number | undefined) {
    this.#total = futures.size
    this.#left = futures.size
    this.#timeout = timeout
    const waiting = [...futures].filter((future) => !future.done)
    this.#timer = startTimer(waiting, timeout, () => {
      this.#isLate = true
      this.#wakeAll()
    })
    for (const future of futures) {
      if (future.done) {
        future.catch(ignore)
        this.#ready.push(future)
      } else {
        const settled = (): void => {
          this.#ready.push(future)
          this.#wakeAll()
        }
        future.then(settled, settled)
      }
    }
    if (timeout === 0 && waiting.length > 0) this.#isLate = true
  }

  async next(): Promise<IteratorResult<AnyFuture, undefined>> {
    while (this.#left > 0) {
      const future = this.#ready.shift()
      if (future !== undefined) {
        this.#left--
        if (this.#left === 0) this.#timer?.cancel()
        return { value: future, done: false }
      }
      if (this.#isLate) throw new FutureTimeoutError(this.#left, this.#total, this.#timeout ?? 0)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    return { value: undefined, done: true }
  }

  async return(): Promise<IteratorResult<AnyFuture, undefined>> {
    this.#left = 0
    this.#timer?.cancel()
    this.#wakeAll()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

function isEnough(futures: ReadonlySet<Future<unknown>>, until: WaitOptions['until']): boolean {
  let done = 0
  let failed = false
  for (const future of futures) {
    if (!future.done) continue
    done++
    failed ||= future.state === 'rejected'
  }
  if (done === futures.size) return true
  return (until === 'first-completed' && done > 0) || (until === 'first-exception' && failed)
}

/** Null where nothing limits the wait, or nobody is waited for. */
function startTimer(
  futures: Iterable<Future<unknown>>,
  timeout: number | undefined,
  fire: () => void,
): { cancel(): void } | null {
  if (timeout === undefined || timeout === Infinity || timeout === 0) return null
  for (const future of futures) return clockOf(future).start(timeout, fire)
  return null
}

function* checked<AnyFuture>(who: string, futures: Iterable<AnyFuture>): Generator<AnyFuture> {
  for (const future of futures) {
    if (!(future instanceof Future)) throw new TypeError(`${who} takes futures, as submit returns them, not ${String(future)}`)
    yield future
  }
}

function checkTimeout(who: string, timeout: number | undefined): void {
  if (timeout === undefined) return
  if (typeof timeout !== 'number' || Number.isNaN(timeout))
    throw new TypeError(`${who}: timeout takes a number of milliseconds, not ${String(timeout)}`)
  if (timeout < 0) throw new RangeError(`${who}: timeout takes milliseconds from 0 up, not ${timeout}`)
}

function ignore(): void {
  // It is in the caller's hands.
}
