/**
 * The command line of the word count: what can be said, and what is wrong with what was said.
 */
import { parseArgs } from 'node:util'

const DEFAULT_WORKERS = 4
const MOST_WORKERS = 64
const KINDS = ['thread', 'process', 'mixed'] as const

export type WorkerKind = (typeof KINDS)[number]

export interface Options {
  /** Undefined: the workspace's own node_modules. */
  readonly folder: string | undefined
  readonly workers: number
  readonly kind: WorkerKind
  /** Whether one child process is killed in the middle. */
  readonly kill: 'one-process' | 'nobody'
  /** 'json': one document on stdout and nothing else there. */
  readonly output: 'text' | 'json'
}

export const HELP = `usage: wordcount [folder] [options]

Counts the words of the .md, .txt, .js, .ts and .json files in a folder tree, with supervised workers. In the middle one
child process is killed; its files go to the others, it is started again, and the totals must come out the same.

  folder           what to count; default: this workspace's own node_modules
  --workers N      how many workers, from 1 to ${MOST_WORKERS}; default: ${DEFAULT_WORKERS}
  --kind KIND      thread, process or mixed, which is half of each; default: mixed
  --no-kill        let everybody live
  --json           print one JSON document instead of the report
  --help           print this

Ctrl-C stops in order and reports what was counted; Ctrl-C twice ends at once.
exit codes: 0 counted and compared, 1 the comparison or the job failed, 2 wrong usage, 130 stopped by Ctrl-C`

/** The command line is wrong; the program prints the message and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The options, or 'help' when that was asked for. Throws UsageError. */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(argv)
  if (values.help) return 'help'
  if (positionals.length > 1)
    throw new UsageError(`one folder can be counted, not ${positionals.length}: ${positionals.join(', ')}`)
  return {
    folder: positionals[0],
    workers: toWorkers(values.workers),
    kind: toKind(values.kind),
    kill: values['no-kill'] ? 'nobody' : 'one-process',
    output: values.json ? 'json' : 'text',
  }
}

type Values = ReturnType<typeof parse>['values']

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        workers: { type: 'string' },
        kind: { type: 'string' },
        'no-kill': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function toWorkers(text: Values['workers']): number {
  const workers = text === undefined ? DEFAULT_WORKERS : /^\d+$/.test(text) ? Number(text) : NaN
  if (workers >= 1 && workers <= MOST_WORKERS) return workers
  throw new UsageError(`--workers is ${text ?? ''}, expected a whole number from 1 to ${MOST_WORKERS}`)
}

function toKind(text: Values['kind']): WorkerKind {
  const kind = KINDS.find((known) => known === (text ?? 'mixed'))
  if (kind) return kind
  throw new UsageError(`--kind is ${text ?? ''}, expected ${KINDS.join(', ')}`)
}
