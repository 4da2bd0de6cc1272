/**
 * What a caller of a lock, an event, a condition or a barrier can be told.
 */
import { TroupeError, serializable } from '../../index.ts'

/** `TROUPE_LOCK_TIMEOUT`: the time for waiting was over. Nothing is held because of that call, now or later. */
export class LockTimeoutError extends TroupeError {
  /** `timeout` is null where the time was not the call's own, but that of the message in which it was made. */
  constructor(what: string, timeout: number | null) {
    const time = timeout === null ? 'the time of the message being handled' : `${timeout} ms`
    super('LockTimeoutError', 'TROUPE_LOCK_TIMEOUT', `${what} was not to be had within ${time}`)
  }
}

/** `TROUPE_NOT_HELD`: only the holder can do that, and the caller is not the holder, or not any more. */
export class NotHeldError extends TroupeError {
  constructor(what: string, problem: string) {
    super('NotHeldError', 'TROUPE_NOT_HELD', `${what} ${problem}`)
  }
}

/** `TROUPE_BARRIER_BROKEN`: not all parties will come. `cause` is why: a death, a timeout, a failed action, or nothing for an abort. */
export class BarrierBrokenError extends TroupeError {
  constructor(what: string, problem: string, cause?: unknown) {
    super('BarrierBrokenError', 'TROUPE_BARRIER_BROKEN', `${what} is broken: ${problem}`, cause)
  }
}

/** `TROUPE_LOCK_CLOSED`: there is no such thing at its owner any more: it was closed, or the owner was started anew. */
export class LockClosedError extends TroupeError {
  constructor(what: string) {
    super('LockClosedError', 'TROUPE_LOCK_CLOSED', `${what} is no more: it was closed, or its owner was started anew`)
  }
}

serializable(LockTimeoutError, { name: 'LockTimeoutError' })
serializable(NotHeldError, { name: 'NotHeldError' })
serializable(BarrierBrokenError, { name: 'BarrierBrokenError' })
serializable(LockClosedError, { name: 'LockClosedError' })
