/**
 * What a pool is made with: options, defaults, checks.
 */
import { type Node, type NodeDefinition, availableParallelism } from '../../index.ts'
import { type Task, partsOf } from '../tasks/task.ts'
import { checkCount, checkNumber } from './call-options.ts'
import type { WorkerOrders } from './pool-worker.ts'

/** A kind of worker that the pool starts, such as `thread()`, or a node that runs already, such as another machine. */
export type PoolWorkerSource = NodeDefinition | Node

/** When a worker has had its time, and a new one takes its place; no task is lost by that. */
export interface RecycleAfter {
  /** Tasks that it has done, counted in items. */
  readonly tasks?: number
  /** Milliseconds since it came. */
  readonly ms?: number
  /** Bytes of its heap and what that holds outside of it. */
  readonly memory?: number
}

export interface PoolOptions {
  /**
   * Where the tasks run: `thread()`, `childProcess()`, nodes of other machines that offer tasks with `offerTasks`, or several of these,
   * which share the pool's places evenly.
   */
  readonly worker: PoolWorkerSource | readonly PoolWorkerSource[]
  /** Workers. Default: as many as this machine runs at once, or as there are nodes. */
  readonly size?: number
  /** Workers that are there also when there is nothing to do. Default: `size`. */
  readonly min?: number
  /** Workers when there is much to do. Default: `size`. */
  readonly max?: number
  /** Milliseconds without work after which a worker beyond `min` ends. Default: 10 000. */
  readonly idleAfter?: number
  /** Called in each worker before it takes tasks. When it throws, the worker has died; the first one's, and the pool is broken. */
  readonly initialize?: Task<[], unknown>
  /** A number counts tasks. Default: never. */
  readonly recycleAfter?: number | RecycleAfter
  /** How often a task is run again whose worker died. Default 0: such a task rejects WorkerDiedError. */
  readonly retries?: number
  /** Milliseconds that a cancelled task has to end, before its worker is ended. Default: 1 000. */
  readonly grace?: number
  /**
   * More than `maxRestarts` workers that die within `within` milliseconds, or that fail to start one after another, break the pool.
   * Default: 10 within 5 000.
   */
  readonly maxRestarts?: number
  readonly within?: number
  /** Milliseconds that disposing of the pool waits for its tasks, before it terminates it. Default: 10 000. */
  readonly drain?: number
}

export interface PoolSettings {
  readonly sources: readonly PoolWorkerSource[]
  readonly min: number
  readonly max: number
  readonly idleAfter: number
  readonly orders: WorkerOrders
  readonly recycleAfter: RecycleAfter
  readonly retries: number
  readonly grace: number
  readonly maxRestarts: number
  readonly within: number
  readonly drain: number
}

/** Throws TypeError or RangeError, naming the option, what it got and what it expects. */
export function toPoolSettings(options: PoolOptions): PoolSettings {
  if (typeof options !== 'object' || options === null) throw new TypeError('createPool takes a system and an object of options')
  const sources = sourcesOf(options.worker)
  const size = count('size', options.size, sources.some(isDefinition) ? availableParallelism() : sources.length, 1)
  const max = count('max', options.max, Math.max(size, options.min ?? 0), 1)
  const min = count('min', options.min, Math.min(size, max), 0)
  if (min > max) throw new RangeError(`createPool: min takes a number up to max, which is ${max}, not ${min}`)
  const recycleAfter = recycling(options.recycleAfter)
  const initialize = options.initialize === undefined ? null : partsOf('createPool: initialize', options.initialize)
  return {
    sources,
    min,
    max,
    idleAfter: milliseconds('idleAfter', options.idleAfter, 10_000),
    orders: {
      initialize: initialize === null ? null : [initialize.module, initialize.name, initialize.bound],
      memory: recycleAfter.memory === undefined ? 'ignore' : 'report',
    },
    recycleAfter,
    retries: count('retries', options.retries, 0, 0),
    grace: milliseconds('grace', options.grace, 1_000),
    maxRestarts: count('maxRestarts', options.maxRestarts, 10, 0),
    within: milliseconds('within', options.within, 5_000),
    drain: milliseconds('drain', options.drain, 10_000),
  }
}

/** What the pool starts itself, and ends. */
export function isDefinition(source: PoolWorkerSource): source is NodeDefinition {
  return 'launch' in source
}

function sourcesOf(worker: unknown): readonly PoolWorkerSource[] {
  const list: readonly unknown[] = Array.isArray(worker) ? worker : [worker]
  for (const each of list) {
    const isObject = typeof each === 'object' && each !== null
    if (isObject && (('launch' in each && 'setup' in each) || ('id' in each && 'alive' in each))) continue
    throw new TypeError(
      'createPool: worker takes a worker such as thread() or childProcess(), a connected node, or a list of these',
    )
  }
  if (list.length === 0) throw new RangeError('createPool: worker takes at least one worker or node')
  // Safe: each was looked at.
  return list as readonly PoolWorkerSource[]
}

function recycling(value: unknown): RecycleAfter {
  if (value === undefined) return {}
  if (typeof value === 'number') {
    checkCount('createPool: recycleAfter', value, 1)
    return { tasks: value }
  }
  if (typeof value !== 'object' || value === null)
    throw new TypeError('createPool: recycleAfter takes a number of tasks, or { tasks, ms, memory }')
  // Safe: each is looked at.
  const { tasks, ms, memory } = value as RecycleAfter
  if (tasks !== undefined) checkCount('createPool: recycleAfter.tasks', tasks, 1)
  if (ms !== undefined) checkNumber('createPool: recycleAfter.ms', ms, 'milliseconds', 1)
  if (memory !== undefined) checkNumber('createPool: recycleAfter.memory', memory, 'bytes', 1)
  return value
}

function count(name: string, value: number | undefined, fallback: number, least: number): number {
  if (value !== undefined) checkCount(`createPool: ${name}`, value, least)
  return value ?? fallback
}

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value !== undefined) checkNumber(`createPool: ${name}`, value, 'milliseconds', 0)
  return value ?? fallback
}
