/**
 * One condition at its owner: who waits has let go of the lock, and has it again before it goes on.
 */
import { ActorStoppedError, describeExit, type ExitReason } from '../../index.ts'
import type { Caller, Used } from './callers.ts'
import { NotHeldError } from './errors.ts'
import { Notices } from './notices.ts'
import type { LockClaim, PermitDesk } from './permit-desk.ts'
import type { Reacquired } from './protocol.ts'

/** Where a wait is answered. */
export interface WaitAnswer {
  resolve(again: Reacquired): void
  reject(error: unknown): void
}

interface Waiter {
  readonly key: string
  /** What was held; all of it comes back with the first one. */
  readonly claim: LockClaim
  readonly answer: WaitAnswer
}

export class ConditionDesk implements Used {
  readonly what: string
  readonly lock: PermitDesk
  readonly #notices = new Notices<Waiter>()

  constructor(what: string, lock: PermitDesk) {
    this.what = what
    this.lock = lock
  }

  /** Lets go of the lock and waits. Throws NotHeldError. */
  wait(key: string, caller: Caller, under: string | null, answer: WaitAnswer): void {
    const held = this.#held(caller, under, 'wait')
    const [claim, ...besides] = held
    if (claim === undefined) return
    claim.besides = besides
    this.#notices.enqueue(key, { key, claim, answer })
    this.lock.suspend(held)
  }

  /** Returns how many were woken. Throws NotHeldError. */
  notify(count: number, caller: Caller, under: string | null): number {
    this.#held(caller, under, 'notify')
    return this.#wake(count)
  }

  /** The wait is over, whatever became of it: the lock again. Throws NotHeldError when it was lost. */
  rejoin(key: string, caller: Caller, under: string | null, answer: WaitAnswer): void {
    const waiter = this.#notices.drop(key)
    if (waiter !== null) {
      this.#resume({ ...waiter, answer }, false)
      return
    }
    // A notice came first; or the call was taken back before it was heard, and the lock was never let go.
    const claim = this.lock.rejoined(key)
    const grant = claim === null ? this.lock.heldAt(caller, under) : this.lock.grantOf(claim.key)
    if (grant !== null) answer.resolve({ token: grant.token, noticed: claim !== null })
    else if (claim !== null) claim.answer = toClaimAnswer(answer, true)
    else throw new NotHeldError(this.what, `has no wait to end here, and ${this.lock.what} is not held`)
  }

  /** The lock is not wanted any more either. */
  giveUp(key: string): void {
    if (this.#notices.drop(key) !== null) return
    const claim = this.lock.rejoined(key)
    if (claim !== null) this.lock.giveUp(claim.key)
  }

  ended(caller: Caller, reason: ExitReason): void {
    const error = new ActorStoppedError(caller.path, reason, describeExit(reason))
    for (const { key, claim, answer } of this.#notices.waiting) {
      if (claim.caller !== caller) continue
      this.#notices.drop(key)
      answer.reject(error)
    }
  }

  close(error: unknown): void {
    for (const { key, answer } of this.#notices.waiting) {
      this.#notices.drop(key)
      answer.reject(error)
    }
  }

  #wake(count: number): number {
    const woken = this.#notices.wake(count)
    for (const waiter of woken) this.#resume(waiter, true)
    return woken.length
  }

  #resume({ key, claim, answer }: Waiter, noticed: boolean): void {
    claim.rejoined = key
    claim.answer = toClaimAnswer(answer, noticed)
    // Whoever dies with a notice in its hand leaves it to the next one.
    claim.lost = noticed ? () => void this.#wake(1) : null
    this.lock.enqueue(claim, 'must-have')
    this.lock.serve()
  }

  /** The claims of whoever holds the lock, where that is the caller. */
  #held(caller: Caller, under: string | null, action: string): readonly LockClaim[] {
    const lease = under === null ? null : (this.lock.grantOf(under)?.claim ?? null)
    const holder = under === null ? caller : lease?.caller
    const held = holder === undefined ? [] : this.lock.heldBy(holder).map(({ claim }) => claim)
    if (held.length === 0) {
      const hint = caller.kind === 'node' && under === null ? '; an actor says `by: self`, or `by: lease`, after an await' : ''
      throw new NotHeldError(
        this.what,
        `needs ${this.lock.what} to be held by whoever calls ${action}: ${caller.path} does not hold it${hint}`,
      )
    }
    return lease === null ? held : [lease, ...held.filter((claim) => claim !== lease)]
  }
}

function toClaimAnswer(answer: WaitAnswer, noticed: boolean): { resolve(token: number): void; reject(error: unknown): void } {
  return { resolve: (token) => answer.resolve({ token, noticed }), reject: (error) => answer.reject(error) }
}
