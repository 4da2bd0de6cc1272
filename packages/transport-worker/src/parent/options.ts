/**
 * What `thread` and `childProcess` take, with defaults and checks. A wrong option throws at the call: TypeError for a wrong
 * kind of value, RangeError for a number out of range.
 */
import { type ResourceLimits, SHARE_ENV } from 'node:worker_threads'
import { modulesForWorkers } from '@troupe/core/transport'
import type { BootData, ModuleExport } from '../shared/boot-data.ts'
import { LONGEST_FRAME } from '../shared/frame-format.ts'

/** Milliseconds that a worker may take from its start until it takes actors. */
const START_TIMEOUT = 30_000
/** As core has it for the names of systems: they are part of paths. */
const NAME = /^[\p{L}\p{N}_.-]+$/u

/** What both kinds of workers take. */
export interface WorkerOptions {
  /** The node's name. Default: `thread-3` by the thread's id, `process-4711` by the process's. */
  readonly name?: string
  /** Flags for Node, added to those that this program was started with (without `--inspect`, `--watch`, `--test` and `--eval`). */
  readonly execArgv?: readonly string[]
  /** What `process.argv` holds there after its first two entries. */
  readonly argv?: readonly string[]
  /**
   * Whether it is ended with this program, instead of keeping it running. A process that is a daemon has less than half a second for
   * an orderly end then; a thread ends at once, as Node ends threads. Default: false.
   */
  readonly daemon?: boolean
  /** An exported function or task, called there before the worker is ready. When it throws, the start has failed. */
  readonly initialize?: ModuleExport
  /** For bundles: the built file that imports `@troupe/transport-worker/bootstrap`. */
  readonly bootstrap?: URL
  /** Milliseconds until a worker that is not ready is ended, and its start has failed. Default: 30 000. */
  readonly startTimeout?: number
  /** Bytes that one frame of messages may have, both ways: a longer one ends the worker. Default: 2 GiB - 1, the most there can be. */
  readonly maxFrame?: number
}

export interface ThreadOptions extends WorkerOptions {
  /** Its `process.env`, whole, as in Node: a copy of ours by default; SHARE_ENV for the same one. */
  readonly env?: Readonly<Record<string, string | undefined>> | typeof SHARE_ENV
  /** Limits of its heap and stack, as in Node. Over them it ends with reason `error`; buffers do not count. */
  readonly resourceLimits?: ResourceLimits
}

/** Where a standard stream of a child process leads: to ours, to the handle's `stdin`, `stdout` or `stderr`, or nowhere. */
export type Stdio = 'inherit' | 'pipe' | 'ignore'

export interface ChildProcessOptions extends WorkerOptions {
  /** Its environment, whole, as in Node. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Its working directory. Default: ours. */
  readonly cwd?: string | URL
  /** Where stdout and stderr lead, with an empty stdin; or all three, each by itself. Default: 'inherit'. */
  readonly stdio?: Stdio | readonly [stdin: Stdio, stdout: Stdio, stderr: Stdio]
}

/** The options that have defaults, with them. */
export interface StartSettings {
  readonly daemon: boolean
  readonly startTimeout: number
  readonly maxFrame: number
}

export function checkThreadOptions(options: ThreadOptions): void {
  const who = 'thread()'
  checkWorkerOptions(who, options)
  const { env, resourceLimits } = options
  if (env !== SHARE_ENV) checkEnv(who, env, 'an object of strings, or SHARE_ENV')
  if (resourceLimits === undefined) return
  if (!isObject(resourceLimits)) throw wrong(who, 'resourceLimits', 'an object of numbers', resourceLimits)
  for (const [name, limit] of Object.entries(resourceLimits)) checkNumber(who, `resourceLimits.${name}`, limit, 'megabytes', 0)
}

export function checkChildProcessOptions(options: ChildProcessOptions): void {
  const who = 'childProcess()'
  checkWorkerOptions(who, options)
  const { env, cwd, stdio } = options
  checkEnv(who, env, 'an object of strings')
  if (cwd !== undefined && !(cwd instanceof URL)) checkText(who, 'cwd', cwd)
  const words: readonly unknown[] = Array.isArray(stdio) ? stdio : [stdio ?? 'inherit']
  const known = words.every((word) => word === 'inherit' || word === 'pipe' || word === 'ignore')
  if (!known || (Array.isArray(stdio) && stdio.length !== 3)) {
    throw wrong(who, 'stdio', `'inherit', 'pipe' or 'ignore', or three of them for stdin, stdout and stderr`, stdio)
  }
}

/** The defaults of what both kinds share. */
export function settingsOf(options: WorkerOptions): StartSettings {
  const { daemon = false, startTimeout = START_TIMEOUT, maxFrame = LONGEST_FRAME } = options
  return { daemon, startTimeout, maxFrame }
}

export function bootData(options: WorkerOptions, tsx: BootData['tsx']): BootData {
  const { name = null, initialize } = options
  const { maxFrame } = settingsOf(options)
  const entry = initialize === undefined ? null : { module: initialize.module, name: initialize.name }
  return { name, initialize: entry, tsx, maxFrame, companions: modulesForWorkers() }
}

/** An environment without the entries that are undefined. */
export function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** A number of milliseconds from 0 up. `grace` of `terminate` and the timeout of `join` are checked with it too. */
export function checkMilliseconds(who: string, name: string, value: unknown): void {
  checkNumber(who, name, value, 'milliseconds', 0)
}

function checkWorkerOptions(who: string, options: unknown): void {
  if (!isObject(options)) throw new TypeError(`${who} takes an object of options, not ${print(options)}`)
  // Each is checked as if nobody had: callers may write JavaScript.
  const {
    name,
    execArgv,
    argv,
    daemon,
    initialize,
    bootstrap,
    startTimeout,
    maxFrame,
  }: { [Name in keyof WorkerOptions]: unknown } = options
  if (name !== undefined && !(typeof name === 'string' && NAME.test(name)))
    throw wrong(who, 'name', 'letters, digits, "_", "-" and "."', name)
  checkTexts(who, 'execArgv', execArgv)
  checkTexts(who, 'argv', argv)
  if (daemon !== undefined && typeof daemon !== 'boolean') throw wrong(who, 'daemon', 'true or false', daemon)
  if (initialize !== undefined) checkInitialize(who, initialize)
  if (bootstrap !== undefined && !(bootstrap instanceof URL)) throw wrong(who, 'bootstrap', 'a URL', bootstrap)
  if (startTimeout !== undefined) checkMilliseconds(who, 'startTimeout', startTimeout)
  if (maxFrame !== undefined) checkNumber(who, 'maxFrame', maxFrame, 'bytes', 1024, LONGEST_FRAME)
}

function checkInitialize(who: string, value: unknown): void {
  const module: unknown = isObject(value) && 'module' in value ? value.module : undefined
  if (typeof module !== 'string' && typeof value === 'function') {
    throw new TypeError(
      `${who}: initialize runs in the worker, where ${print(value)} of this thread is not: take a task({ name, module, run }), or { module, name } of an exported function`,
    )
  }
  if (!isObject(value) || !('name' in value))
    throw wrong(who, 'initialize', 'a task, or { module, name } of an exported function', value)
  checkText(who, 'initialize.module', module)
  checkText(who, 'initialize.name', value.name)
  if (typeof module === 'string' && !URL.canParse(module))
    throw wrong(who, 'initialize.module', 'a URL, as import.meta.url', module)
}

function checkEnv(who: string, env: unknown, expected: string): void {
  if (env === undefined) return
  const texts =
    isObject(env) && !Array.isArray(env) && Object.values(env).every((value) => value === undefined || typeof value === 'string')
  if (!texts) throw wrong(who, 'env', expected, env)
}

function checkText(who: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw wrong(who, name, 'a string that is not empty', value)
}

function checkTexts(who: string, name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) return
  throw wrong(who, name, 'an array of strings', value)
}

function checkNumber(who: string, name: string, value: unknown, unit: string, least: number, most = Infinity): void {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrong(who, name, `a number of ${unit}`, value)
  if (value >= least && value <= most) return
  throw new RangeError(`${who}: ${name} takes ${unit} from ${least} ${most === Infinity ? 'up' : `to ${most}`}, not ${value}`)
}

function wrong(who: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${who}: ${name} takes ${expected}, not ${print(value)}`)
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** A value in a few words. */
function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
