/**
 * Medians and spreads of few samples, and ratios of two contenders who took turns.
 */

export interface Summary {
  readonly median: number
  readonly lowerQuartile: number
  readonly upperQuartile: number
  readonly min: number
  readonly max: number
}

/** Of at least one sample. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((one, other) => one - other)
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
  }
}

/**
 * How many times as good `ours` is as `theirs`, round by round: two neighbors in time share the machine's mood, which a ratio of
 * medians does not.
 */
export function compare(ours: readonly number[], theirs: readonly number[], more: 'is-better' | 'is-worse'): Summary {
  const rounds = ours.flatMap((our, round) => {
    const their = theirs[round]
    return their === undefined ? [] : [more === 'is-better' ? our / their : their / our]
  })
  return summarize(rounds)
}

/** Of numbers in rising order; between two of them, in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? below
  return below + (above - below) * (at - Math.floor(at))
}
