/**
 * The report as data: what `--json` prints, and what the text is made from.
 */
import { describeExit, exitCode } from '@troupe/core'
import type { ExitReason } from '@troupe/core'
import type { Comparison } from './compare.ts'
import type { JobResult } from './job.ts'
import type { Unreadable } from './problem.ts'
import type { WorkerTally } from './tally.ts'
import type { WorkerPlan } from './worker-plan.ts'

const TOP = 20

export interface WorkerEnd {
  /** Such as `signal (SIGKILL)`. */
  readonly reason: string
  readonly exitCode: number
}

export interface WorkerReport {
  readonly id: string
  readonly kind: WorkerPlan['kind']
  /** The machine that a remote one lives on; else its own id. */
  readonly node: string
  /** The process, and the thread in it, of its last life. */
  readonly pid: number | null
  readonly threadId: number | null
  readonly files: number
  readonly bytes: number
  readonly batches: number
  readonly givenBack: number
  readonly restarts: number
  /** One for each of its lives, the last one last. */
  readonly ends: readonly WorkerEnd[]
}

export interface Report {
  readonly folder: string
  readonly extent: 'complete' | 'partial'
  readonly files: number
  readonly bytes: number
  readonly words: number
  readonly distinctWords: number
  readonly seconds: number
  readonly filesPerSecond: number
  readonly wordsPerSecond: number
  readonly top: readonly { readonly word: string; readonly count: number }[]
  readonly workers: readonly WorkerReport[]
  /** The worker, or the machine of workers, that was killed in the middle. */
  readonly killed: string | null
  readonly unreadable: readonly Unreadable[]
  /** Null when it was not made: the counting was stopped. */
  readonly comparison: Comparison | null
}

export interface ReportParts {
  readonly folder: string
  readonly result: JobResult
  /** What could not be listed; files that could not be read are in the result. */
  readonly unlisted: readonly Unreadable[]
  readonly comparison: Comparison | null
}

export function makeReport({ folder, result, unlisted, comparison }: ReportParts): Report {
  const { tally, extent, killed, elapsed, lastEnds } = result
  const seconds = elapsed / 1_000
  return {
    folder,
    extent,
    files: tally.files,
    bytes: tally.bytes,
    words: tally.words,
    distinctWords: tally.counts.size,
    seconds,
    filesPerSecond: perSecond(tally.files, seconds),
    wordsPerSecond: perSecond(tally.words, seconds),
    top: topWords(tally.counts),
    workers: tally.workers.map((worker) => toWorkerReport(worker, lastEnds.get(worker.id))),
    killed,
    unreadable: [...unlisted, ...tally.unreadable],
    comparison,
  }
}

/** Most frequent first; equal ones by word, so that the order does not depend on who counted. */
function topWords(counts: ReadonlyMap<string, number>): Report['top'] {
  const all = [...counts].sort(([word, count], [other, otherCount]) => otherCount - count || (word < other ? -1 : 1))
  return all.slice(0, TOP).map(([word, count]) => ({ word, count }))
}

function toWorkerReport(worker: WorkerTally, lastEnd: ExitReason | undefined): WorkerReport {
  const { id, kind, node, where, files, bytes, batches, givenBack, ends } = worker
  const all = lastEnd ? [...ends, lastEnd] : ends
  return {
    id,
    kind,
    node,
    pid: where?.pid ?? null,
    threadId: where?.threadId ?? null,
    files,
    bytes,
    batches,
    givenBack,
    restarts: ends.length,
    ends: all.map((reason) => ({ reason: describeExit(reason), exitCode: exitCode(reason) })),
  }
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? Math.round(count / seconds) : 0
}
