/**
 * Handles on conditions: to wait, with a lock let go of, for a change that others make while they hold it. May be sent anywhere.
 */
import { isTroupeError, serializable } from '../../index.ts'
import { type LockWaitOptions, toAskOptions, toQuickOptions, toUnder } from './calls.ts'
import { LockTimeoutError } from './errors.ts'
import { Keys } from './keys.ts'
import type { Lease } from './lease.ts'
import { type HandleState, type Lock, type Lockable, stateOf } from './lock.ts'
import { describeLock } from './protocol.ts'

/** Who calls. */
export type Calling = Pick<LockWaitOptions, 'by'>

export interface ConditionState extends HandleState {
  readonly lock: Lock
}

let readState: (condition: Condition) => ConditionState

/** Where a condition leads. */
export function stateOfCondition(condition: Condition): ConditionState {
  return readState(condition)
}

/**
 * Belongs to a lock, which whoever calls `wait` or `notify` must hold: as the actor that acquired it, as code of the node that
 * did, or with `by: lease`. Else they reject with NotHeldError.
 */
export class Condition implements Lockable {
  readonly #state: ConditionState
  readonly #keys = new Keys()

  static {
    readState = (condition) => condition.#state
  }

  /** Conditions come from `createCondition` and managers; programs do not construct them. */
  constructor(state: ConditionState) {
    this.#state = state
  }

  /** The lock that it belongs to. */
  get lock(): Lock {
    return this.#state.lock
  }

  /** As the lock's. */
  acquire(options: LockWaitOptions = {}): Promise<Lease> {
    return this.lock.acquire(options)
  }

  /** As the lock's. */
  tryAcquire(options: Calling = {}): Promise<Lease | null> {
    return this.lock.tryAcquire(options)
  }

  /** As the lock's. */
  withLock<Result>(run: (lease: Lease) => Result, options: LockWaitOptions = {}): Promise<Awaited<Result>> {
    return this.lock.withLock(run, options)
  }

  /**
   * Lets go of the lock until a notice, then holds it again, by the same leases. Resolves with the token of the new grant. After
   * a timeout or an abort, too, it first waits for the lock, then rejects with LockTimeoutError or the signal's reason.
   */
  async wait(options: LockWaitOptions = {}): Promise<number> {
    const { owner, id } = this.#state
    const { timeout, by } = options
    const key = this.#keys.next()
    const under = toUnder(by)
    options.signal?.throwIfAborted()
    try {
      return (await owner.with(toAskOptions(options)).ask('waitForNotice', id, key, under)).token
    } catch (error) {
      if (isRefusal(error)) throw error
      const unlimited = toAskOptions(by === undefined ? {} : { by })
      const again = await owner
        .with(unlimited)
        .ask('rejoin', id, key, under)
        .catch((failure: unknown) => {
          void owner.tell('giveUp', id, key, { kind: 'aborted' })
          throw failure
        })
      if (again.noticed) return again.token
      throw isTroupeError(error, 'TROUPE_ASK_TIMEOUT') ? new LockTimeoutError(this.#what, timeout ?? null) : error
    }
  }

  /**
   * Waits until `isSo` gives something truthy, and resolves with that. It runs here, with the lock held: first at once, then
   * after each notice. What it throws rejects the call, with the lock held. `timeout` is for all of it.
   */
  async waitFor<Value>(isSo: () => Value, options: LockWaitOptions = {}): Promise<Awaited<Value>> {
    const { timeout, signal, by } = options
    const over = new AbortController()
    const limit = timeout === undefined ? null : this.#limit(timeout, over)
    const given = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
    try {
      for (;;) {
        const value = await isSo()
        if (value) return value
        await this.wait({ signal: given, ...(by === undefined ? {} : { by }) })
      }
    } finally {
      limit?.abort()
    }
  }

  /** Wakes at most so many of those who wait, the one who waits longest first. Resolves with how many it were. */
  async notify(count = 1, { by }: Calling = {}): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`notify takes a whole number from 0 up, not ${String(count)}`)
    return await this.#notify(count, by)
  }

  /** Wakes all who wait. Resolves with how many it were. */
  async notifyAll({ by }: Calling = {}): Promise<number> {
    return await this.#notify(Number.MAX_SAFE_INTEGER, by)
  }

  /** Ends it for all: whoever waits is refused with LockClosedError, without the lock. The lock stays. */
  close(): void {
    void this.#state.owner.tell('close', this.#state.id)
  }

  get #what(): string {
    const { kind, name, id } = this.#state
    return describeLock(kind, name, id)
  }

  #notify(count: number, by: LockWaitOptions['by']): Promise<number> {
    const { owner, id } = this.#state
    return owner.with(toQuickOptions(by === undefined ? {} : { by })).ask('notify', id, count, toUnder(by))
  }

  /** Aborts `over` after so many milliseconds on the clock of the caller's system, unless it is aborted itself before. */
  #limit(timeout: number, over: AbortController): AbortController {
    const limit = new AbortController()
    const { owner } = this.#state
    owner
      .with({ timeout, signal: limit.signal })
      .ask('never')
      .catch((error: unknown) => {
        if (!limit.signal.aborted)
          over.abort(isTroupeError(error, 'TROUPE_ASK_TIMEOUT') ? new LockTimeoutError(this.#what, timeout) : error)
      })
    return limit
  }
}

/** What the owner says to a wait that did not begin, or that ended with the lock lost. */
function isRefusal(error: unknown): boolean {
  return ['TROUPE_NOT_HELD', 'TROUPE_LOCK_CLOSED', 'TROUPE_ACTOR_STOPPED'].some((code) => isTroupeError(error, code))
}

/** The handle of a condition at the owner of its lock. */
export function conditionOf(state: HandleState, lock: Lock): Condition {
  return new Condition({ ...state, lock })
}

/** Where the lock of a condition leads. */
export function ownerOf(lock: Lock): HandleState['owner'] {
  return stateOf(lock).owner
}

serializable(Condition, {
  name: 'troupe.Condition',
  toState: stateOfCondition,
  fromState: (state: ConditionState) => new Condition(state),
})
