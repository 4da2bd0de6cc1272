/**
 * The command line of the word count: what can be said, and what is wrong with what was said.
 */
import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'

const DEFAULT_WORKERS = 4
const MOST_WORKERS = 64
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '[::1]', 'localhost'])
const KINDS = ['thread', 'process', 'mixed'] as const

export type WorkerKind = (typeof KINDS)[number]

/** Where the workers live: on this machine, in a second program on it, on the machines at these addresses. */
export type Place =
  | { readonly kind: 'here'; readonly workers: WorkerKind }
  | { readonly kind: 'second-program' }
  | { readonly kind: 'machines'; readonly urls: readonly string[]; readonly insecure: boolean }

export interface Options {
  /** Undefined: the workspace's own node_modules. */
  readonly folder: string | undefined
  readonly workers: number
  readonly place: Place
  /** Whether one process is killed in the middle. */
  readonly kill: 'one-process' | 'nobody'
  /** 'json': one document on stdout and nothing else there. */
  readonly output: 'text' | 'json'
}

/** What `--serve` was given. */
export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number
  readonly host: string
  /** Plaintext for other machines than this one is meant. */
  readonly insecure: boolean
  readonly until: 'stopped' | 'stdin-ends'
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

Workers on other machines, over WebSocket. The texts are read here and sent there.

  --remote         have all workers in a second program, which is started here as if it were another machine, and killed
                   in the middle
  --connect URL    have all workers at ws://host:port, where --serve runs; may be said for several machines
  --serve          count for others until Ctrl-C
    --port N       where to listen; default: any free port
    --host HOST    the address to listen at; default: 127.0.0.1, for this machine only
    --until-stdin-ends   for programs that start this one
  --insecure       plaintext to or from other machines is meant: others on the way can read it
  TROUPE_SECRET    in the environment of --serve and --connect: the secret that both know, 16 characters or more

Ctrl-C stops in order and reports what was counted; Ctrl-C twice ends at once.
exit codes: 0 counted and compared, 1 the comparison or the job failed, 2 wrong usage, 130 stopped by Ctrl-C`

/** The options, what to serve with, or 'help' when that was asked for. Throws UsageError. */
export function parseOptions(argv: readonly string[]): Options | { readonly serve: ServeOptions } | 'help' {
  const { values, positionals } = parse(argv)
  if (values.help) return 'help'
  if (values.serve) return { serve: toServe(values, positionals) }
  for (const name of ['port', 'host', 'until-stdin-ends'] as const)
    if (values[name] !== undefined) throw new UsageError(`--${name} is for --serve`)
  if (positionals.length > 1)
    throw new UsageError(`one folder can be counted, not ${positionals.length}: ${positionals.join(', ')}`)
  return {
    folder: positionals[0],
    workers: toWorkers(values.workers),
    place: toPlace(values),
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
        remote: { type: 'boolean' },
        connect: { type: 'string', multiple: true },
        serve: { type: 'boolean' },
        port: { type: 'string' },
        host: { type: 'string' },
        insecure: { type: 'boolean' },
        'until-stdin-ends': { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function toServe(values: Values, positionals: readonly string[]): ServeOptions {
  const { port = '0', host = '127.0.0.1', insecure = false } = values
  const [wrong] = [
    ...positionals,
    ...(['workers', 'kind', 'no-kill', 'json', 'remote', 'connect'] as const)
      .filter((name) => values[name] !== undefined)
      .map((name) => `--${name}`),
  ]
  if (wrong !== undefined) throw new UsageError(`${wrong} does not go with --serve: those who connect say what to count`)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port is ${port}, expected a whole number from 0 to 65535`)
  if (!insecure) checkPrivate('--host', host, host)
  return { port: Number(port), host, insecure, until: values['until-stdin-ends'] ? 'stdin-ends' : 'stopped' }
}

function toWorkers(text: Values['workers']): number {
  const workers = text === undefined ? DEFAULT_WORKERS : /^\d+$/.test(text) ? Number(text) : NaN
  if (workers >= 1 && workers <= MOST_WORKERS) return workers
  throw new UsageError(`--workers is ${text ?? ''}, expected a whole number from 1 to ${MOST_WORKERS}`)
}

function toPlace({ remote, connect, kind, insecure = false }: Values): Place {
  if (!remote && connect === undefined) return { kind: 'here', workers: toKind(kind) }
  if (remote && connect !== undefined) throw new UsageError('--remote and --connect cannot both be said')
  if (kind !== undefined) throw new UsageError('--kind is for workers on this machine')
  if (connect === undefined) return { kind: 'second-program' }
  return { kind: 'machines', urls: connect.map((text) => toAddress(text, insecure)), insecure }
}

function toAddress(text: string, insecure: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'ws:' && !insecure) checkPrivate('--connect', text, url.hostname)
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return text
  throw new UsageError(`--connect is ${text}, expected an address such as ws://127.0.0.1:7400`)
}

/** The transport would refuse it, too; here it is wrong usage. */
function checkPrivate(option: string, text: string, host: string): void {
  if (LOOPBACK.has(host)) return
  throw new UsageError(`${option} is ${text}: others on the way could read what goes there. Say --insecure if that is meant`)
}

function toKind(text: Values['kind']): WorkerKind {
  const kind = KINDS.find((known) => known === (text ?? 'mixed'))
  if (kind) return kind
  throw new UsageError(`--kind is ${text ?? ''}, expected ${KINDS.join(', ')}`)
}
