/**
 * What callers of queues, pipes and `select` are told. All of them travel: they are registered where this module is loaded.
 */
import { TroupeError, describeExit, serializable } from '../../index.ts'
import type { ExitReason } from '../../index.ts'

/** What the errors of queues have in common. Catch this to catch them all; compare `code` to tell them apart. */
export class QueueError extends TroupeError {}

/** `TROUPE_QUEUE_FULL`: there was no room within the timeout. The value was not put. */
export class QueueFullError extends QueueError {
  constructor(maxSize: number, timeout: number) {
    super('QueueFullError', 'TROUPE_QUEUE_FULL', `the queue took no value within ${timeout} ms: it holds ${maxSize} and is full`)
  }
}

/** `TROUPE_QUEUE_EMPTY`: nothing came within the timeout. */
export class QueueEmptyError extends QueueError {
  constructor(timeout: number) {
    super('QueueEmptyError', 'TROUPE_QUEUE_EMPTY', `the queue had no value within ${timeout} ms: it is empty`)
  }
}

/** `TROUPE_QUEUE_CLOSED`: the queue was closed, or the actor that holds it ended. */
export class QueueClosedError extends QueueError {
  /** Why: `normal` when it was closed. */
  readonly reason: ExitReason

  constructor(reason: ExitReason, cause?: unknown) {
    super('QueueClosedError', 'TROUPE_QUEUE_CLOSED', `the queue is closed: ${describeExit(reason)}`, cause)
    this.reason = reason
  }
}

/** `TROUPE_TASK_DONE`: `taskDone` was called more often than there were values. */
export class TaskDoneError extends QueueError {
  constructor() {
    super('TaskDoneError', 'TROUPE_TASK_DONE', 'taskDone was called too many times: every value of the queue is done already')
  }
}

/** `TROUPE_DELIVERY_SETTLED`: this delivery was done or failed before, or its consumer was taken for dead meanwhile. */
export class DeliverySettledError extends QueueError {
  constructor(action: string) {
    super('DeliverySettledError', 'TROUPE_DELIVERY_SETTLED', `this delivery cannot be ${action}: it is settled already`)
  }
}

/** `TROUPE_PIPE_CLOSED`: this end or the other one was closed, or its owner ended. What was sent before that was received. */
export class PipeClosedError extends TroupeError {
  /** Why: `normal` for an end that was closed, else how its owner ended. */
  readonly reason: ExitReason

  constructor(whose: 'this' | 'the other', reason: ExitReason, cause?: unknown) {
    super('PipeClosedError', 'TROUPE_PIPE_CLOSED', `${whose} end of the pipe is closed: ${describeExit(reason)}`, cause)
    this.reason = reason
  }
}

/** `TROUPE_PIPE_MOVED`: this end was sent away; whoever received it has it now. */
export class PipeMovedError extends TroupeError {
  constructor() {
    super('PipeMovedError', 'TROUPE_PIPE_MOVED', 'this end of the pipe was sent away: it belongs to whoever received it')
  }
}

/** `TROUPE_PIPE_TIMEOUT`: nothing came, or there was no room, within the timeout. */
export class PipeTimeoutError extends TroupeError {
  constructor(action: 'send' | 'receive', timeout: number) {
    super(
      'PipeTimeoutError',
      'TROUPE_PIPE_TIMEOUT',
      action === 'send' ? `the pipe had no room within ${timeout} ms` : `nothing came over the pipe within ${timeout} ms`,
    )
  }
}

/** `TROUPE_PIPE_DIRECTION`: a simplex carries values one way only. */
export class PipeDirectionError extends TroupeError {
  constructor(action: 'send' | 'receive') {
    super(
      'PipeDirectionError',
      'TROUPE_PIPE_DIRECTION',
      action === 'send'
        ? 'this end of a simplex receives only: send on the other one'
        : 'this end of a simplex sends only: receive on the other one',
    )
  }
}

/** `TROUPE_SELECT_TIMEOUT`: nothing was ready within the timeout. Nothing was taken. */
export class SelectTimeoutError extends TroupeError {
  constructor(timeout: number, keys: readonly string[]) {
    super('SelectTimeoutError', 'TROUPE_SELECT_TIMEOUT', `none of ${keys.join(', ')} was ready within ${timeout} ms`)
  }
}

/** `TROUPE_CANNOT_BLOCK`: this thread may not wait for a channel, or would wait for ever. */
export class CannotBlockError extends TroupeError {
  constructor(problem: string) {
    super('CannotBlockError', 'TROUPE_CANNOT_BLOCK', `a channel cannot be waited for here: ${problem}`)
  }
}

for (const ErrorClass of [
  QueueError,
  QueueFullError,
  QueueEmptyError,
  QueueClosedError,
  TaskDoneError,
  DeliverySettledError,
  PipeClosedError,
  PipeMovedError,
  PipeTimeoutError,
  PipeDirectionError,
  SelectTimeoutError,
  CannotBlockError,
]) {
  serializable(ErrorClass)
}
