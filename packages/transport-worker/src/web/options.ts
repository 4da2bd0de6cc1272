/**
 * What `webWorker` takes, with defaults and checks. A wrong option throws at the call: TypeError for a wrong kind of value,
 * RangeError for a number out of range.
 */

const START_TIMEOUT = 30_000
/** As in Node: a frame is one buffer. */
const LONGEST_FRAME = 0x7fff_ffff
/** As core has it for the names of systems: they are part of paths. */
const NAME = /^[\p{L}\p{N}_.-]+$/u

export interface WebWorkerOptions {
  /** The node's name. Default: `web-worker`. */
  readonly name?: string
  /** Milliseconds until a worker that does not serve is ended, and its start has failed. Default: 30 000. */
  readonly startTimeout?: number
  /** Bytes that one frame of messages may have, both ways: a longer one ends the worker. Default: 2 GiB - 1, the most there can be. */
  readonly maxFrame?: number
}

export interface WebTerminateOptions {
  /** Milliseconds until force is used. Default: 5 000. */
  readonly grace?: number
}

export function webSettings(options: WebWorkerOptions): Required<WebWorkerOptions> {
  const who = 'webWorker()'
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${who} takes an object of options, not ${String(options)}`)
  const { name = 'web-worker', startTimeout = START_TIMEOUT, maxFrame = LONGEST_FRAME } = options
  if (typeof name !== 'string' || !NAME.test(name))
    throw new TypeError(`${who}: name takes letters, digits, "_", "-" and ".", not ${JSON.stringify(name)}`)
  checkMilliseconds(who, 'startTimeout', startTimeout)
  checkNumber(who, 'maxFrame', maxFrame, 'bytes', 1_024, LONGEST_FRAME)
  return { name, startTimeout, maxFrame }
}

export function checkMilliseconds(who: string, name: string, value: unknown): void {
  checkNumber(who, name, value, 'milliseconds', 0, Infinity)
}

function checkNumber(who: string, name: string, value: unknown, unit: string, least: number, most: number): void {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`${who}: ${name} takes a number of ${unit}, not ${String(value)}`)
  if (value >= least && value <= most) return
  throw new RangeError(`${who}: ${name} takes ${unit} from ${least} ${most === Infinity ? 'up' : `to ${most}`}, not ${value}`)
}
