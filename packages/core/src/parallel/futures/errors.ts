/**
 * Why a future has no value.
 */
import { TroupeError, serializable } from '../../index.ts'

/** `TROUPE_CANCELLED`: somebody cancelled it. `cause` is what `cancel` was given. */
export class CancelledError extends TroupeError {
  constructor(what: string, cause?: unknown) {
    super('CancelledError', 'TROUPE_CANCELLED', `${what} was cancelled`, cause)
  }
}

/** `TROUPE_FUTURE_TIMEOUT`: futures were not done in time. They go on. */
export class FutureTimeoutError extends TroupeError {
  /** How many were not done. */
  readonly unfinished: number

  constructor(unfinished: number, total: number, timeout: number) {
    super('FutureTimeoutError', 'TROUPE_FUTURE_TIMEOUT', `${unfinished} of ${total} futures were not done within ${timeout} ms`)
    this.unfinished = unfinished
  }
}

/** `TROUPE_SCOPE_CLOSED`: something was to be started in a scope that is over. */
export class ScopeClosedError extends TroupeError {
  constructor() {
    super('ScopeClosedError', 'TROUPE_SCOPE_CLOSED', 'the scope is over: start children before the function of taskScope returns')
  }
}

serializable(CancelledError)
serializable(ScopeClosedError)
serializable(FutureTimeoutError)
