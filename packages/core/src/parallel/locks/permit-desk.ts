/**
 * One lock or semaphore at its owner: answers those who want a permit, in the order of the policy, and takes back what the
 * dead held.
 */
import { ActorStoppedError, describeExit, type ExitReason } from '../../index.ts'
import type { Caller, Used } from './callers.ts'
import { NotHeldError } from './errors.ts'
import { type Claim, type Grant, Permits } from './permits.ts'
import type { Tokens } from './tokens.ts'
import type { Wait, WaitBook } from './wait-book.ts'

/** Where a claim is answered. */
export interface ClaimAnswer {
  resolve(token: number): void
  reject(error: unknown): void
}

export interface LockClaim extends Claim, Omit<Wait, 'holders' | 'refuse'> {
  readonly caller: Caller
  /** Who waits for it; null when it was granted at once. Written by the desk and by conditions. */
  answer: ClaimAnswer | null
  /** The wait that stands in the book; null when it does not wait. Written by the desk. */
  wait: Wait | null
  /** What the same holder had besides, to be given back together with this one. Written by conditions. */
  besides: readonly LockClaim[]
  /** Called when it ends with its holder before it was granted. Written by conditions. */
  lost: (() => void) | null
  /** The wait for a notice that it came back from. Written by conditions. */
  rejoined: string | null
}

export interface PermitDeskOptions {
  readonly what: string
  readonly permits: number
  readonly reentrant: boolean
  readonly book: WaitBook
  readonly tokens: Tokens
}

export class PermitDesk implements Used {
  readonly what: string
  readonly #permits: Permits<LockClaim>
  readonly #book: WaitBook
  readonly #holders = (): readonly string[] => this.#permits.granted.map(({ claim }) => claim.party)

  constructor({ what, permits, reentrant, book, tokens }: PermitDeskOptions) {
    this.what = what
    this.#permits = new Permits(permits, reentrant, tokens)
    this.#book = book
  }

  /** The token, when the permit is free; null when it is not. */
  take(claim: LockClaim): number | null {
    return this.#permits.take(claim)?.token ?? null
  }

  /**
   * Behind all that wait. Its answer comes later, and may come before this returns. `refusable`: with a DeadlockError when it
   * closes a circle; else somebody else in the circle gets that.
   */
  enqueue(claim: LockClaim, order: 'refusable' | 'must-have'): void {
    this.#permits.enqueue(claim)
    const { party, path, nested } = claim
    const refuse = (error: unknown): void => this.#refuse(claim, error)
    claim.wait = { party, path, nested, holders: this.#holders, refuse: order === 'refusable' ? refuse : null }
    this.#book.begin(claim.wait)
  }

  grantOf(key: string): Grant<LockClaim> | null {
    return this.#permits.grantOf(key)
  }

  heldBy(caller: Caller): readonly Grant<LockClaim>[] {
    return this.#permits.heldBy(caller.address)
  }

  /** What a lease holds, or anybody of the caller's node: who that is exactly, is not always known after an await. */
  heldAt(caller: Caller, under: string | null): Grant<LockClaim> | null {
    if (under !== null) return this.#permits.grantOf(under)
    return this.#permits.granted.find(({ claim }) => claim.caller.node === caller.node) ?? null
  }

  /** The claim that came back from that wait for a notice, granted or on its way to it. */
  rejoined(key: string): LockClaim | null {
    const granted = this.#permits.granted.find(({ claim }) => claim.rejoined === key)
    return granted?.claim ?? this.#permits.waiting.find((claim) => claim.rejoined === key) ?? null
  }

  /** Gives back one lease. Throws NotHeldError. */
  release(caller: Caller, token: number, key: string | null): void {
    const grant = key === null ? this.#permits.granted.find((one) => one.token === token) : this.#permits.grantOf(key)
    if (grant === undefined || grant === null)
      throw new NotHeldError(this.what, `is not held by the lease with token ${token}: it was given back`)
    const { claim } = grant
    if (!mayRelease(caller, claim.caller, key !== null))
      throw new NotHeldError(this.what, `is held by ${claim.caller.path}: ${caller.path} cannot release it`)
    this.#drop(claim)
    this.serve()
  }

  /** Without a word about it: whoever wanted it does not want it any more. */
  giveUp(key: string): void {
    const claim = this.#permits.grantOf(key)?.claim ?? this.#permits.wishOf(key)
    if (claim === null) return
    this.#drop(claim)
    this.serve()
  }

  /** Takes it from its holder, who waits for a notice. */
  suspend(claims: readonly LockClaim[]): void {
    for (const claim of claims) this.#drop(claim)
    this.serve()
  }

  resize(permits: number): void {
    this.#permits.resize(permits)
    this.serve()
  }

  serve(): void {
    for (const { claim, token } of this.#permits.serve()) this.#granted(claim, token)
  }

  ended(caller: Caller, reason: ExitReason): void {
    const error = new ActorStoppedError(caller.path, reason, describeExit(reason))
    const waiting = this.#permits.waiting.filter((claim) => claim.caller === caller)
    const granted = this.#permits.heldBy(caller.address)
    for (const claim of [...waiting, ...granted.map(({ claim }) => claim)]) this.#drop(claim)
    for (const claim of waiting) {
      claim.answer?.reject(error)
      claim.lost?.()
    }
    this.serve()
  }

  /** All who wait are refused. */
  close(error: unknown): void {
    for (const claim of this.#permits.waiting) {
      this.#drop(claim)
      claim.answer?.reject(error)
    }
  }

  #granted(claim: LockClaim, token: number): void {
    this.#leaveBook(claim)
    claim.lost = null
    for (const other of claim.besides) this.#permits.take(other)
    claim.besides = []
    claim.answer?.resolve(token)
    claim.answer = null
  }

  #refuse(claim: LockClaim, error: unknown): void {
    this.#drop(claim)
    claim.answer?.reject(error)
    this.serve()
  }

  #drop(claim: LockClaim): void {
    this.#permits.drop(claim.key)
    this.#leaveBook(claim)
  }

  #leaveBook(claim: LockClaim): void {
    if (claim.wait !== null) this.#book.end(claim.wait)
    claim.wait = null
  }
}

/**
 * The holder, wherever it says so. Who has the lease itself is not always known to be the holder after an await: code of the
 * holder's node may release it too, but no other actor may release an actor's.
 */
function mayRelease(caller: Caller, holder: Caller, hasKey: boolean): boolean {
  if (caller.address === holder.address) return true
  if (caller.node !== holder.node) return false
  return holder.kind === 'node' || (hasKey && caller.kind === 'node')
}
