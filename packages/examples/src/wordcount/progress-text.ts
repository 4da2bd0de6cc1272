/**
 * How far the count is, as text: bars for a terminal, one line for everything else.
 */
import type { Tally, WorkerTally } from './tally.ts'
import { count } from './text-table.ts'

const BAR = 28

/** What is to be done in all. */
export interface Goal {
  readonly files: number
  readonly bytes: number
}

/** A bar per worker, its share of the whole, and one for the total. */
export function progressBars(tally: Tally, goal: Goal): string {
  const lines = tally.workers.map((worker) => {
    const share = shareOf(worker.bytes, goal.bytes)
    return `${worker.id.padEnd(9)} ${worker.kind.padEnd(7)} ${bar(share)} ${percent(share)}  ${count(worker.files)} files${notes(worker)}`
  })
  const share = shareOf(tally.bytes, goal.bytes)
  const total = `${'total'.padEnd(17)} ${bar(share)} ${percent(share)}  ${count(tally.files)} of ${count(goal.files)} files`
  return [...lines, total].join('\n')
}

/** One line: the total, and each worker's files. */
export function progressLine(tally: Tally, goal: Goal): string {
  const workers = tally.workers.map((worker) => `${worker.id} ${count(worker.files)}${notes(worker)}`)
  const share = percent(shareOf(tally.bytes, goal.bytes)).trim()
  return `${count(tally.files)} of ${count(goal.files)} files, ${share}: ${workers.join(', ')}`
}

function notes({ state, ends }: WorkerTally): string {
  const restarts = ends.length === 0 ? '' : ` (restarts: ${ends.length})`
  return state === 'up' ? restarts : ` (starting${ends.length === 0 ? '' : `, restarts: ${ends.length}`})`
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole)
}

function bar(share: number): string {
  const full = Math.round(share * BAR)
  return '█'.repeat(full) + '░'.repeat(BAR - full)
}

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`.padStart(4)
}
