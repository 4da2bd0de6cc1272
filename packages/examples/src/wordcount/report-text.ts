/**
 * The report for people.
 */
import type { Report, WorkerReport } from './report.ts'
import { count, formatTable, size } from './text-table.ts'

/** How many unreadable files are listed by name. */
const MOST_UNREADABLE = 20

/** Lines for a terminal or a file, the last one without a line break. */
export function reportText(report: Report): string {
  const sections = [
    topSection(report),
    speedSection(report),
    workerSection(report),
    unreadableSection(report),
    comparisonSection(report),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function topSection({ top, extent }: Report): string {
  const title = extent === 'complete' ? 'top words' : 'top words so far: the count was stopped before its end'
  const rows = top.map(({ word, count: times }, index) => [String(index + 1), word, count(times)])
  return `${title}\n${formatTable([['', 'word', 'count'], ...rows], ['right', 'left', 'right'])}`
}

function speedSection(report: Report): string {
  const { files, words, distinctWords, bytes, seconds, filesPerSecond, wordsPerSecond } = report
  return [
    `${count(files)} files, ${size(bytes)}, ${count(words)} words, ${count(distinctWords)} different ones, in ${seconds.toFixed(2)} s`,
    `${count(filesPerSecond)} files and ${count(wordsPerSecond)} words per second`,
  ].join('\n')
}

function workerSection({ workers, killed }: Report): string {
  const header = [
    'worker',
    'kind',
    'pid/thread',
    'files',
    'size',
    'batches',
    'gave back',
    'restarts',
    'exit reasons',
    'exit codes',
  ]
  const rows = workers.map((worker) => [
    worker.id,
    worker.kind === 'remote' ? `on ${worker.node}` : worker.kind,
    place(worker),
    count(worker.files),
    size(worker.bytes),
    count(worker.batches),
    count(worker.givenBack),
    count(worker.restarts),
    worker.ends.map(({ reason }) => reason).join(', then '),
    worker.ends.map(({ exitCode }) => String(exitCode)).join(', then '),
  ])
  const align = ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left', 'left'] as const
  return `workers: ${noteOn(killed, workers)}\n${formatTable([header, ...rows], align)}`
}

function noteOn(killed: string | null, workers: readonly WorkerReport[]): string {
  if (killed === null) return 'nobody was killed'
  const others = workers.some(({ node }) => node !== killed) ? 'the others' : 'its next life'
  return `${killed} was killed in the middle; ${others} counted what it had not finished`
}

function place({ pid, threadId }: WorkerReport): string {
  return pid === null ? '-' : `${pid}/${threadId ?? 0}`
}

function unreadableSection({ unreadable }: Report): string {
  if (unreadable.length === 0) return ''
  const lines = unreadable.slice(0, MOST_UNREADABLE).map(({ path, problem }) => `  ${path}: ${problem}`)
  const more = unreadable.length - lines.length
  if (more > 0) lines.push(`  and ${count(more)} more`)
  return [`could not be read: ${count(unreadable.length)}`, ...lines].join('\n')
}

function comparisonSection({ comparison, seconds }: Report): string {
  if (!comparison) return 'not compared: the count was stopped before its end'
  const { equal, differences, changed, elapsed } = comparison
  if (equal)
    return `equal to a single-threaded count of the same files: ${(elapsed / 1_000).toFixed(2)} s alone, ${seconds.toFixed(2)} s together`
  return [
    'DIFFERENT from a single-threaded count of the same files',
    ...differences.map(({ word, parallel, alone }) => `  ${word}: ${count(parallel)} together, ${count(alone)} alone`),
    ...changed.map((path) => `  somebody changed ${path} meanwhile`),
  ].join('\n')
}
