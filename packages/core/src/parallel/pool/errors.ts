/**
 * What a pool tells those who wait for tasks.
 */
import { type ExitReason, TroupeError, describeExit, serializable } from '../../index.ts'

/** `TROUPE_POOL_CLOSED`: the pool was closed or terminated, or its system ended: it takes no work, or dropped this. */
export class PoolClosedError extends TroupeError {
  constructor(problem: string) {
    super('PoolClosedError', 'TROUPE_POOL_CLOSED', problem)
  }
}

/** `TROUPE_POOL_OPEN`: `join` waits for the end of a pool that nobody has closed. */
export class PoolOpenError extends TroupeError {
  constructor() {
    super(
      'PoolOpenError',
      'TROUPE_POOL_OPEN',
      'join waits for the end of the pool, which is open: call close() or terminate() first',
    )
  }
}

/** `TROUPE_WORKER_DIED`: the worker ended while it ran this task, for the reason that `reason` has. Whether the task had effects is not known. */
export class WorkerDiedError extends TroupeError {
  readonly reason: ExitReason
  /** The name of the worker's node. */
  readonly worker: string
  /** The name of the task. */
  readonly task: string

  constructor(task: string, worker: string, reason: ExitReason) {
    const cause = reason.kind === 'error' ? reason.error : undefined
    super(
      'WorkerDiedError',
      'TROUPE_WORKER_DIED',
      `task "${task}" was lost: its worker ${worker} died: ${describeExit(reason)}`,
      cause,
    )
    this.reason = reason
    this.worker = worker
    this.task = task
  }
}

/** One worker that died, or did not start. */
export interface WorkerDeath {
  readonly worker: string
  readonly reason: ExitReason
  /** What it ran; null while it started or waited. */
  readonly task: string | null
}

/** `TROUPE_POOL_BROKEN`: more workers died within a time than the pool replaces. `cause` is what the last one ended with, where it was an error. */
export class PoolBrokenError extends TroupeError {
  /** The deaths that count, the oldest first. */
  readonly history: readonly WorkerDeath[]

  constructor(history: readonly WorkerDeath[]) {
    const last = history.at(-1)
    const why =
      last === undefined
        ? 'no worker is left'
        : `${history.length === 1 ? 'a worker' : `${history.length} workers`} died, the last by ${describeExit(last.reason)}`
    super(
      'PoolBrokenError',
      'TROUPE_POOL_BROKEN',
      `the pool is broken: ${why}`,
      last?.reason.kind === 'error' ? last.reason.error : undefined,
    )
    this.history = history
  }
}

/** `TROUPE_TASK_TIMEOUT`: a task was not done in time, and was cancelled. */
export class TaskTimeoutError extends TroupeError {
  constructor(task: string, problem: string) {
    super('TaskTimeoutError', 'TROUPE_TASK_TIMEOUT', `task "${task}" ${problem}`)
  }
}

serializable(PoolClosedError)
serializable(PoolOpenError)
serializable(WorkerDiedError)
serializable(PoolBrokenError)
serializable(TaskTimeoutError)
