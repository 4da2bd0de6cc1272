/**
 * Functions that run one at a time, wherever they are called.
 */
import type { Lockable } from '../locks/lock.ts'

/**
 * A function that does what `run` does, but holds the lock meanwhile: of all that are synchronized with one lock, one runs at a
 * time. Not reentrant, unless the lock is an rlock.
 *
 * @example
 * const deposit = synchronized(lock)(async (amount: number) => { … })
 */
export function synchronized(
  lock: Lockable,
): <Args extends readonly unknown[], Result>(run: (...args: Args) => Result) => (...args: Args) => Promise<Awaited<Result>> {
  if (typeof lock?.withLock !== 'function') throw new TypeError(`synchronized takes a lock, not ${typeof lock}`)
  return (run) =>
    (...args) =>
      lock.withLock(() => run(...args))
}
