/**
 * What a call of a pool may be given, and the checks of it. Wrong options reject the call.
 */

/** For every way to run tasks. */
export interface CallOptions {
  /** Milliseconds from the call until it has to be done, waiting included; then it is cancelled, and rejects TaskTimeoutError. */
  readonly timeout?: number
  /** Milliseconds that a worker may be at each task; then the task is cancelled, and rejects TaskTimeoutError. */
  readonly taskTimeout?: number
  /** Its abort cancels the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Lower numbers first; equal ones in the order of the calls. Default 0. */
  readonly priority?: number
  /** How often a task is run again whose worker died: for tasks that may run twice. Default: the pool's. */
  readonly retries?: number
  /** Calls with the same key go to the same worker, in their order, as long as the pool has that many: its caches are warm. */
  readonly key?: string | number
  /** Hears what tasks report with `currentTask().report`. What it throws is logged. */
  readonly onProgress?: (progress: unknown) => void
}

export interface MapOptions extends Omit<CallOptions, 'key'> {
  /** Items that a worker is given at a time. Default: by what they cost, as it is measured; with `taskTimeout`: 1. */
  readonly chunkSize?: number
  /**
   * 'fail-fast', the default, rejects with the first error, and cancels the rest. 'collect' runs all, and resolves to
   * PromiseSettledResults.
   */
  readonly onError?: 'fail-fast' | 'collect'
}

export interface ImapOptions extends Omit<CallOptions, 'key'> {
  /** Results and tasks under way that there are at most, beyond what was taken: so much of the input is read ahead. Default: 16 for each worker. */
  readonly ahead?: number
  /** In the order of the items, the default; or false: as they are done. */
  readonly ordered?: boolean
  /** 'fail-fast', the default, ends with the first error, and cancels the rest. 'collect' yields PromiseSettledResults. */
  readonly onError?: 'fail-fast' | 'collect'
}

/** Throws TypeError for a wrong kind of value, RangeError for a number out of range. */
export function checkCallOptions(options: CallOptions): void {
  const { timeout, taskTimeout, signal, priority, retries, key, onProgress } = options
  if (timeout !== undefined) checkNumber('timeout', timeout, 'milliseconds', 0)
  if (taskTimeout !== undefined) checkNumber('taskTimeout', taskTimeout, 'milliseconds', 0)
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrong('signal', 'an AbortSignal', signal)
  if (priority !== undefined) checkNumber('priority', priority, 'a number', -Infinity)
  if (retries !== undefined) checkCount('retries', retries, 0)
  if (key !== undefined && typeof key !== 'string' && typeof key !== 'number') throw wrong('key', 'a string or a number', key)
  if (onProgress !== undefined && typeof onProgress !== 'function') throw wrong('onProgress', 'a function', onProgress)
}

export function checkMapOptions(options: MapOptions): void {
  checkCallOptions(options)
  if (options.chunkSize !== undefined) checkCount('chunkSize', options.chunkSize, 1)
  checkOnError(options.onError)
}

export function checkImapOptions(options: ImapOptions): void {
  checkCallOptions(options)
  if (options.ahead !== undefined) checkCount('ahead', options.ahead, 1)
  if (options.ordered !== undefined && typeof options.ordered !== 'boolean')
    throw wrong('ordered', 'true or false', options.ordered)
  checkOnError(options.onError)
}

export function checkNumber(name: string, value: unknown, what: string, least: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrong(name, what, value)
  if (value < least) throw new RangeError(`${name} takes ${what} from ${least} up, not ${value}`)
}

export function checkCount(name: string, value: unknown, least: number): void {
  if (typeof value !== 'number') throw wrong(name, 'a whole number', value)
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${name} takes a whole number from ${least} up, not ${value}`)
}

function checkOnError(value: unknown): void {
  if (value !== undefined && value !== 'fail-fast' && value !== 'collect')
    throw wrong('onError', `'fail-fast' or 'collect'`, value)
}

function wrong(name: string, expected: string, value: unknown): TypeError {
  const shown = typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)
  return new TypeError(`${name} takes ${expected}, not ${shown ?? typeof value}`)
}
