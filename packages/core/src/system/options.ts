/**
 * What `createSystem` takes, with defaults and checks.
 */
import { print } from '../base/check.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type IdSource, randomIds } from '../base/ids.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { type LogSink, consoleLog } from './console-log.ts'

export interface SystemOptions {
  /** In every path and in the node's id: letters, digits, `_`, `-`, `.`. Default `system`. */
  readonly name?: string
  /** Packs and unpacks local messages as well, so that what works in one thread works everywhere. For tests: it costs. Default false. */
  readonly checkMessages?: boolean
  /**
   * Knows who asks also after an await, without `by: self`, where the platform has AsyncLocalStorage (Node, Bun, Deno); costs
   * up to a microsecond for each message. Default false.
   */
  readonly asyncContext?: boolean
  /** Milliseconds that an ask waits when nothing else is said. Default 5 000. */
  readonly askTimeout?: number
  /** Milliseconds that the children of an ending actor, and each of its onStop hooks, get. Default 5 000. */
  readonly stopTimeout?: number
  /** Milliseconds that `shutdown` takes at most before it ends by force what is left. Default 10 000. */
  readonly shutdownTimeout?: number
  /** Where log lines go. Default: the console. */
  readonly log?: LogSink
  /** For tests: time that moves by hand. */
  readonly clock?: Clock
  /** For tests: incarnation names that repeat. */
  readonly ids?: IdSource
  /** For tests: jitter that repeats. */
  readonly random?: Random
}

export type SystemSettings = Required<SystemOptions>

const NAME = /^[\p{L}\p{N}_.-]+$/u

/** Throws TypeError or RangeError that names the option, what it got and what it expects. */
export function toSystemSettings(options: SystemOptions): SystemSettings {
  const name = options.name ?? 'system'
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new TypeError(`createSystem: name takes letters, digits, "_", "-" and ".", not ${print(name)}`)
  }
  return {
    name,
    checkMessages: options.checkMessages ?? false,
    asyncContext: options.asyncContext ?? false,
    askTimeout: milliseconds('askTimeout', options.askTimeout ?? 5_000),
    stopTimeout: milliseconds('stopTimeout', options.stopTimeout ?? 5_000),
    shutdownTimeout: milliseconds('shutdownTimeout', options.shutdownTimeout ?? 10_000),
    log: options.log ?? consoleLog,
    clock: options.clock ?? systemClock,
    ids: options.ids ?? randomIds,
    random: options.random ?? systemRandom,
  }
}

function milliseconds(option: string, value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`createSystem: ${option} takes a number of milliseconds, not ${print(value)}`)
  if (value < 0) throw new RangeError(`createSystem: ${option} takes milliseconds from 0 up, not ${value}`)
  return value
}
