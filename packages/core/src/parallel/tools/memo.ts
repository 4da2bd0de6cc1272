/**
 * A function that remembers its results, in this thread. Its like for all threads, processes and machines is a SharedMemo.
 */
import { MemoCache, type MemoInfo, type MemoOptions, keyOf } from './memo-cache.ts'
import type { TimeSource } from './timed.ts'

export interface LocalMemoOptions<Args extends readonly unknown[]> extends MemoOptions {
  /** What tells calls apart. Default: the content of the arguments, which must be what can be pickled. */
  readonly key?: (...args: Args) => string
  /** Where time comes from. Default: the platform's monotonic clock. */
  readonly clock?: TimeSource
}

export interface Memo<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>
  info(): MemoInfo
  /** Forgets one result; true when there was one. A call that is under way goes on. */
  delete(...args: Args): boolean
  /** Forgets all results, and counts anew. */
  clear(): void
}

/**
 * A function or task that computes each result once: calls that come while it is computed wait for the same one. Errors are not
 * kept. Of more than `max` results the least recently used one goes. All callers get the same object: what shall not be changed
 * by them must be frozen. Without arguments it is a lazy property.
 *
 * @example
 * const rates = memo(fetchRates, { max: 100, ttl: 60_000 })
 */
export function memo<Args extends readonly unknown[], Result>(
  run: (...args: Args) => Result | PromiseLike<Result>,
  options: LocalMemoOptions<Args> = {},
): Memo<Args, Result> {
  if (typeof run !== 'function') throw new TypeError(`memo takes a function or a task, not ${String(run)}`)
  const { clock = performance, key = (...args: Args) => keyOf(args) } = options
  const cache = new MemoCache<Result>(options, clock)
  const call = async (...args: Args): Promise<Result> => await cache.get(key(...args), () => run(...args))
  return Object.assign(call, {
    info: () => cache.info(),
    delete: (...args: Args) => cache.delete(key(...args)),
    clear: () => cache.clear(),
  })
}
