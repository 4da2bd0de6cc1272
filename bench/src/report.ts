/**
 * What a part's samples say: medians, spreads, how many times as good Troupe is as each peer, and which targets are met. Plain
 * data: `--json` prints it as it is, table.ts as text.
 */
import type { Outcome } from './harness.ts'
import { type Measure, moreIsBetter, type Part, type Question, type Target } from './question.ts'
import { compare, summarize, type Summary } from './statistics.ts'

export interface ContenderReport {
  readonly name: string
  /** Why there are no numbers; null when there are. */
  readonly failure: string | null
  /** Pieces of work in one run. */
  readonly work: number
  readonly samples: readonly number[]
  readonly summary: Summary | null
  /** How many times as good Troupe is, round by round; null for Troupe itself. */
  readonly ratio: Summary | null
}

export interface TargetReport {
  readonly target: Target
  /** The ratio, or Troupe's own number; null when a contender is missing. */
  readonly actual: number | null
  /** `unmeasured` where a number is missing, and after a quick run, whose numbers mean nothing. */
  readonly verdict: 'met' | 'missed' | 'unmeasured'
}

export interface PartReport {
  readonly question: string
  readonly part: string
  readonly description: string
  readonly measure: Measure
  readonly unit: string
  readonly contenders: readonly ContenderReport[]
  readonly targets: readonly TargetReport[]
}

export function toReport(question: Question, part: Part, outcomes: readonly Outcome[], effort: 'full' | 'quick'): PartReport {
  const troupe = outcomes.find(({ name }) => name === part.contenders[0]?.name)
  const contenders = outcomes.map((outcome) => toContenderReport(outcome, troupe, part.measure))
  return {
    question: question.name,
    part: part.name,
    description: part.description,
    measure: part.measure,
    unit: part.unit,
    contenders,
    targets: (part.targets ?? []).map((target) => judge(target, contenders, troupe?.name, effort)),
  }
}

function toContenderReport(outcome: Outcome, troupe: Outcome | undefined, measure: Measure): ContenderReport {
  const { name } = outcome
  if (outcome.kind === 'failed') return { name, failure: outcome.message, work: 0, samples: [], summary: null, ratio: null }
  const { work, samples } = outcome
  const compared = troupe !== undefined && troupe !== outcome && troupe.kind === 'measured'
  const ratio = compared ? compare(troupe.samples, samples, moreIsBetter(measure) ? 'is-better' : 'is-worse') : null
  return { name, failure: null, work, samples, summary: summarize(samples), ratio }
}

function judge(
  target: Target,
  contenders: readonly ContenderReport[],
  troupe: string | undefined,
  effort: 'full' | 'quick',
): TargetReport {
  const actual = measured(target, contenders, troupe)
  if (actual === null || effort === 'quick') return { target, actual, verdict: 'unmeasured' }
  const good = target.kind === 'ratio' ? actual >= target.atLeast : actual <= target.atMost
  return { target, actual, verdict: good ? 'met' : 'missed' }
}

function measured(target: Target, contenders: readonly ContenderReport[], troupe: string | undefined): number | null {
  switch (target.kind) {
    case 'ratio':
      return contenders.find(({ name }) => name === target.peer)?.ratio?.median ?? null
    case 'limit':
      return contenders.find(({ name }) => name === troupe)?.summary?.median ?? null
  }
}
