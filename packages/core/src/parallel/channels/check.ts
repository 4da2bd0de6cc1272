/**
 * Checks of what callers of channels pass in. Each throws at the caller, naming the value and what was expected.
 */

/** A number of milliseconds from 0 up, or Infinity; undefined means no limit. */
export function checkedTimeout(timeout: number | undefined): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY
  if (typeof timeout !== 'number' || Number.isNaN(timeout))
    throw new TypeError(`timeout takes a number of milliseconds, not ${String(timeout)}`)
  if (timeout < 0) throw new RangeError(`timeout takes milliseconds from 0 up, not ${timeout}`)
  return timeout
}

/** A whole number from 1 up, or Infinity. */
export function checkedCount(name: string, value: number): number {
  if (typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)) return value
  throw new RangeError(`${name} takes a whole number from 1 up, or Infinity, not ${String(value)}`)
}

/** One of a few words. */
export function checkedWord<Word extends string>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value
  throw new TypeError(`${name} takes ${words.map((word) => `'${word}'`).join(', ')}, not ${String(value)}`)
}
