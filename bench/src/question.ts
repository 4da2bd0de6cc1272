/**
 * What a question is: one file each in questions/. A question has parts, a part has contenders who do the same work, and the
 * harness times them in turns. The first contender is Troupe.
 */

/** One contender, ready to work. Lives in a process of its own. */
export interface Bout {
  /** Does the whole work once; it is timed. For the measures `latency` and `memory` it returns the number measured instead. */
  run(): number | void | Promise<number | void>
  /** Clears up after a run; not timed. */
  reset?(): void | Promise<void>
  /** Ends all that was started. */
  end(): void | Promise<void>
}

export interface Contender {
  readonly name: string
  /** The share of the work that it is given, where all of it would take too long. Default 1. */
  readonly share?: number
  /** Makes ready for runs of `work` pieces each. */
  start(work: number): Bout | Promise<Bout>
}

/**
 * What is compared: `rate` pieces of work per second, `time` milliseconds for a run, `cost` microseconds for a piece,
 * `latency` microseconds and `memory` bytes, both as the run returns them.
 */
export type Measure = 'rate' | 'time' | 'cost' | 'latency' | 'memory'

/** What the issue wants of Troupe: so many times as good as a peer, or at most so much. */
export type Target =
  | { readonly kind: 'ratio'; readonly peer: string; readonly atLeast: number }
  | { readonly kind: 'limit'; readonly atMost: number }

export interface Part {
  readonly name: string
  /** What is done and counted, in a few words. */
  readonly description: string
  readonly measure: Measure
  /** What a rate counts, or the unit of another measure. */
  readonly unit: string
  /** Pieces of work in one run, and with `--quick`. */
  readonly work: number
  readonly quickWork: number
  readonly contenders: readonly Contender[]
  readonly targets?: readonly Target[]
}

export interface Question {
  readonly name: string
  readonly description: string
  readonly parts: readonly Part[]
}

/** A rate is better when it is larger, everything else when it is smaller. */
export function moreIsBetter(measure: Measure): boolean {
  return measure === 'rate'
}
