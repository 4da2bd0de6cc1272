/**
 * Measures how long calls of a function take.
 */

/** Where the time comes from: that of a system, for instance. */
export interface TimeSource {
  /** Milliseconds that never go back. */
  now(): number
}

/** One call that has ended. */
export interface Timing {
  readonly name: string
  readonly milliseconds: number
  /** 'failed': it threw, or rejected. */
  readonly outcome: 'done' | 'failed'
}

/** All calls so far; times in milliseconds, 0 before the first call has ended. */
export interface TimingStats {
  readonly calls: number
  readonly failures: number
  readonly total: number
  readonly mean: number
  readonly min: number
  readonly max: number
}

export interface TimedOptions {
  /** What it is called in reports. Default: the function's name. */
  readonly name?: string
  /** Hears of each call when it has ended. What it throws goes nowhere: a measurement changes nothing. */
  readonly report?: (timing: Timing) => void
  /** Default: the platform's monotonic clock. */
  readonly clock?: TimeSource
}

export type Timed<Args extends readonly unknown[], Result> = ((...args: Args) => Result) & { stats(): TimingStats }

/**
 * The same function, which measures its calls: up to the return, or, where it returns a promise, up to its settling.
 *
 * @example
 * const parse = timed(parseFile, { report: ({ name, milliseconds }) => console.log(name, milliseconds) })
 */
export function timed<Args extends readonly unknown[], Result>(
  run: (...args: Args) => Result,
  options: TimedOptions = {},
): Timed<Args, Result> {
  if (typeof run !== 'function') throw new TypeError(`timed takes a function, not ${String(run)}`)
  const { report, clock = performance } = options
  const name = options.name ?? (run.name || '(anonymous)')
  const book = new TimingBook()
  const ended = (start: number, outcome: Timing['outcome']): void => {
    const milliseconds = clock.now() - start
    book.add(milliseconds, outcome)
    try {
      report?.({ name, milliseconds, outcome })
    } catch {
      // The call was measured; what becomes of the measurement is not the call's.
    }
  }
  const call = (...args: Args): Result => {
    const start = clock.now()
    let result: Result
    try {
      result = run(...args)
    } catch (error) {
      ended(start, 'failed')
      throw error
    }
    if (result instanceof Promise) {
      result.then(
        () => ended(start, 'done'),
        () => ended(start, 'failed'),
      )
    } else ended(start, 'done')
    return result
  }
  return Object.defineProperty(Object.assign(call, { stats: () => book.stats() }), 'name', { value: name })
}

class TimingBook {
  #calls = 0
  #failures = 0
  #total = 0
  #min = 0
  #max = 0

  add(milliseconds: number, outcome: Timing['outcome']): void {
    this.#min = this.#calls === 0 ? milliseconds : Math.min(this.#min, milliseconds)
    this.#max = Math.max(this.#max, milliseconds)
    this.#calls++
    this.#total += milliseconds
    if (outcome === 'failed') this.#failures++
  }

  stats(): TimingStats {
    const [calls, total] = [this.#calls, this.#total]
    return { calls, failures: this.#failures, total, mean: calls === 0 ? 0 : total / calls, min: this.#min, max: this.#max }
  }
}
