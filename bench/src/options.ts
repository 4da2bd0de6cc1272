/**
 * The command line: which questions, how thoroughly, and in what form the answers are wanted.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { TimeKind } from './orders.ts'
import { questionNames } from './questions.ts'

export interface BenchOptions {
  readonly questions: readonly string[]
  readonly form: 'table' | 'json'
  readonly effort: 'full' | 'quick'
  /** Milliseconds that each contender works before anything counts. */
  readonly warmUp: number
  /** Milliseconds that a sample takes at least. */
  readonly sample: number
  readonly time: TimeKind
  /** How often the contenders take turns. */
  readonly rounds: number
  /** Whether a missed target is a failure. */
  readonly targets: 'told' | 'strict'
  /** Whether Troupe is the built one, which users get, or its TypeScript. */
  readonly code: 'built' | 'source'
  /** Another checkout, benched before: its Troupe takes part as `base`. */
  readonly base: string | null
  /** Only these contenders; empty for all. */
  readonly contenders: readonly string[]
  /** Where V8 writes CPU profiles: a folder for each contender. */
  readonly profiles: string | null
}

/** The sentence for a wrong command line. */
export class UsageError extends Error {}

export const HELP: string = `usage: pnpm bench [question...] [options]

Questions, all unless named: ${questionNames.join(', ')}.

  --quick            a smoke run: little work, hardly warmed up; its numbers mean nothing
  --json             one JSON document instead of tables
  --strict           exit code 1 when a target is missed
  --rounds N         how often the contenders take turns (7; quick: 2)
  --cpu              count processor time instead of elapsed time: steadier where others work on the same machine, but
                     only for questions in one thread, and latency is always elapsed time
  --contender NAME   only this one, and as many more as are named
  --base FOLDER      Troupe of another checkout as one more contender; run its bench once before
  --source           run Troupe from its TypeScript instead of from dist, through tsx, which slows it down
  --profile FOLDER   write CPU profiles there, by question, part and contender, for Chromium's developer tools
  --help             this text

Each contender runs in a process of its own and warms up for 2 s; then they take turns. A ratio is the median of the rounds'
ratios: only ratios within one run count. Exit code 1 when a contender fails, 2 for a wrong command line.`

/** Null when help was asked for. Throws UsageError. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  const unknown = positionals.filter((name) => !questionNames.includes(name))
  if (unknown.length > 0) throw new UsageError(`there is no question "${unknown[0]}": there are ${questionNames.join(', ')}`)
  const { quick, base, profile } = values
  return {
    questions: positionals.length > 0 ? questionNames.filter((name) => positionals.includes(name)) : questionNames,
    form: values.json ? 'json' : 'table',
    effort: quick ? 'quick' : 'full',
    warmUp: quick ? 50 : 2_000,
    sample: quick ? 10 : 250,
    time: values.cpu ? 'cpu' : 'elapsed',
    rounds: values.rounds === undefined ? (quick ? 2 : 7) : toRounds(values.rounds),
    targets: values.strict ? 'strict' : 'told',
    code: values.source ? 'source' : 'built',
    base: base === undefined ? null : toBase(base),
    contenders: values.contender,
    profiles: profile === undefined ? null : resolve(profile),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg, index) => arg !== '--' || index > 0), // npm run and pnpm pass their own on
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        cpu: { type: 'boolean', default: false },
        source: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        contender: { type: 'string', multiple: true, default: [] },
        base: { type: 'string' },
        profile: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function toRounds(text: string): number {
  const rounds = Number(text)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1_000) return rounds
  throw new UsageError(`--rounds takes a whole number from 1 to 1000, not "${text}"`)
}

function toBase(folder: string): string {
  const host = resolve(folder, 'bench/dist/host.js')
  if (existsSync(host)) return host
  throw new UsageError(`--base takes a checkout whose bench ran before: ${host} does not exist`)
}
