/**
 * What a caller of an actor can be told. Exit reasons are values; these carry one where it explains the failure.
 */
import { TroupeError } from './troupe-error.ts'

/** What errors know of an exit reason: enough to print it. The full union is the model's. */
export interface ReasonLike {
  readonly kind: string
}

/** `TROUPE_START_FAILED`: setup threw, or a worker did not come up. `cause` is what it threw. */
export class StartFailedError extends TroupeError {
  constructor(path: string, cause: unknown) {
    super('StartFailedError', 'TROUPE_START_FAILED', `${path} failed to start: ${describe(cause)}`, cause)
  }
}

/** `TROUPE_NAME_TAKEN`: a sibling, a registration or a child id of this name is there already. */
export class NameTakenError extends TroupeError {
  constructor(name: string, where: string) {
    super('NameTakenError', 'TROUPE_NAME_TAKEN', `the name "${name}" is taken ${where}`)
  }
}

/** `TROUPE_ASK_TIMEOUT`: no answer came in time. The handler may still run; its late answer is dropped. */
export class AskTimeoutError extends TroupeError {
  constructor(path: string, method: string, timeout: number) {
    super('AskTimeoutError', 'TROUPE_ASK_TIMEOUT', `${path} did not answer "${method}" within ${timeout} ms`)
  }
}

/** `TROUPE_ACTOR_STOPPED`: the target, its worker or its link ended before it answered, or was gone already. */
export class ActorStoppedError<Reason extends ReasonLike = ReasonLike> extends TroupeError {
  readonly reason: Reason

  constructor(path: string, reason: Reason, description: string) {
    super(
      'ActorStoppedError',
      'TROUPE_ACTOR_STOPPED',
      `${path} is not running: ${description}`,
      'error' in reason ? reason.error : undefined,
    )
    this.reason = reason
  }
}

/** `TROUPE_MAILBOX_FULL`: a bounded mailbox or link did not take the message. */
export class MailboxFullError extends TroupeError {
  constructor(path: string, capacity: number) {
    super('MailboxFullError', 'TROUPE_MAILBOX_FULL', `${path} refused a message: its mailbox holds ${capacity} and is full`)
  }
}

/** `TROUPE_DEADLOCK`: actors wait for each other in a circle, which only this error ends. */
export class DeadlockError extends TroupeError {
  /** The paths in the circle, each waiting for the next and the last for the first. */
  readonly cycle: readonly string[]

  constructor(cycle: readonly string[]) {
    super('DeadlockError', 'TROUPE_DEADLOCK', `asks wait for each other in a circle: ${[...cycle, cycle[0] ?? ''].join(' -> ')}`)
    this.cycle = cycle
  }
}

/** `TROUPE_UNKNOWN_METHOD`: the actor has no handler of that name. The actor goes on. */
export class UnknownMethodError extends TroupeError {
  constructor(path: string, method: string) {
    super('UnknownMethodError', 'TROUPE_UNKNOWN_METHOD', `${path} has no handler "${method}"`)
  }
}

/** `TROUPE_NOT_A_STREAM`: `stream` was used on a handler that returns no Observable or iterable, or `ask` on one that does. */
export class NotAStreamError extends TroupeError {
  constructor(path: string, method: string, problem: string) {
    super('NotAStreamError', 'TROUPE_NOT_A_STREAM', `${path}: "${method}" ${problem}`)
  }
}

/** `TROUPE_STREAM_OVERFLOW`: an Observable pushed faster than its consumer reads, for too long. An iterable would have been pulled. */
export class StreamOverflowError extends TroupeError {
  constructor(path: string, kept: number) {
    super('StreamOverflowError', 'TROUPE_STREAM_OVERFLOW', `a stream of ${path} was ended: ${kept} values wait for its consumer`)
  }
}

/** `TROUPE_SYSTEM_DOWN`: the system was shut down before the call. */
export class SystemDownError extends TroupeError {
  constructor(system: string, action: string) {
    super('SystemDownError', 'TROUPE_SYSTEM_DOWN', `system ${system} is shut down: it cannot ${action}`)
  }
}

/** What someone threw, in a few words. Anything can be thrown. */
function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
