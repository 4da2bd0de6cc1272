/**
 * How handles call the owner of locks: who asks, how long they wait, and what is taken back when they wait no more.
 */
import { type AskOptions, isTroupeError } from '../../index.ts'
import { LockTimeoutError } from './errors.ts'
import { Lease, sealOf } from './lease.ts'
import type { GivenUp, Holding, LockOwnerRef, Under } from './protocol.ts'

/** How to wait. */
export interface LockWaitOptions {
  /** Milliseconds; 0 takes only what is free, Infinity and undefined wait without limit. A RangeError when negative. */
  readonly timeout?: number
  /** Its abort ends the wait with the signal's reason. */
  readonly signal?: AbortSignal
  /**
   * Who waits: the `self` of an actor, which says so after an await; or a lease that the same course of events holds already,
   * so that a circle of those who wait for each other is seen in code outside of actors, too.
   */
  readonly by?: NonNullable<AskOptions['by']> | Lease
}

/** What of these core takes. The call itself has no limit where nothing is said. */
export function toAskOptions({ timeout, signal, by }: LockWaitOptions): AskOptions {
  const asking = by instanceof Lease ? sealOf(by).by : by
  return {
    timeout: timeout ?? Number.POSITIVE_INFINITY,
    ...(signal === undefined ? {} : { signal }),
    ...(asking === undefined ? {} : { by: asking }),
  }
}

/** The same for a call that is answered at once. */
export function toQuickOptions({ by }: Pick<LockWaitOptions, 'by'>): AskOptions {
  const asking = by instanceof Lease ? sealOf(by).by : by
  return asking === undefined ? {} : { by: asking }
}

/** The lease that the caller has. Throws NotHeldError for a copy of one: only its holder has it. */
export function toUnder(by: LockWaitOptions['by']): Under | null {
  return by instanceof Lease ? sealOf(by).under() : null
}

/**
 * The same for an owner that may be another one than that of the lease, which is then asked who holds it: a promise in that case
 * only.
 */
export function toHolding(options: LockWaitOptions, owner: LockOwnerRef): Holding | null | Promise<Holding> {
  const { by } = options
  if (!(by instanceof Lease) || sealOf(by).owner.equals(owner)) return toUnder(by)
  const seal = sealOf(by)
  const asked = seal.owner.with(toAskOptions(options)).ask('partyOf', ...seal.under())
  return asked.then((party) => ({ party }))
}

/** Waits for an answer. When the wait is over without one, `takeBack` is called and the caller is told why. */
export async function settle<Value>(
  answer: Promise<Value>,
  { what, timeout, takeBack }: { readonly what: string; readonly timeout: number | undefined; takeBack(why: GivenUp): void },
): Promise<Value> {
  try {
    return await answer
  } catch (error) {
    throw giveUp(error, what, timeout, takeBack)
  }
}

/** What a caller is told whose wait is over without an answer; the owner is told, too. */
export function giveUp(error: unknown, what: string, timeout: number | undefined, takeBack: (why: GivenUp) => void): unknown {
  if (isTroupeError(error, 'TROUPE_ASK_TIMEOUT')) {
    const limit = timeout ?? null
    takeBack({ kind: 'timeout', timeout: limit })
    return new LockTimeoutError(what, limit)
  }
  if (!isTroupeError(error, 'TROUPE_ACTOR_STOPPED')) takeBack({ kind: 'aborted' })
  return error
}
