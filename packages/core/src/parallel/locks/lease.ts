/**
 * What a holder has: the right to give a permit back, once, and a number that proves how recent it is.
 */
import { type AskOptions, isTroupeError, serializable } from '../../index.ts'
import { NotHeldError } from './errors.ts'
import type { LockOwnerRef, Under } from './protocol.ts'

/** Made by handles. */
export interface LeaseState {
  readonly owner: LockOwnerRef
  readonly lock: string
  /** For messages: `lock "orders"`. */
  readonly what: string
  readonly token: number
}

/** What only the lease that `acquire` gave has. */
export interface Seal {
  readonly key: string | null
  /** Who acquired, where it said so. */
  readonly by: AskOptions['by']
  readonly owner: LockOwnerRef
  /** Throws NotHeldError for a copy, and for a lease that was given back. */
  under(): Under
}

let readSeal: (lease: Lease) => Seal

/** The seal of a lease: for handles. */
export function sealOf(lease: Lease): Seal {
  return readSeal(lease)
}

/**
 * A permit that is held, until it is released, disposed of, or its holder dies. `await using lease = await lock.acquire()`.
 * It may be sent, to show the token; what arrives can release it only where the holder does.
 */
export class Lease {
  /**
   * The fencing token: it rises with every grant. Whatever is written under a lock should take the token along and refuse lower
   * ones than it has seen, so that a holder who was thought dead and is late can do no harm.
   */
  readonly token: number
  readonly #state: LeaseState
  readonly #key: string | null
  readonly #by: AskOptions['by']
  #released = false

  static {
    readSeal = (lease) => ({ key: lease.#key, by: lease.#by, owner: lease.#state.owner, under: () => lease.#under() })
    serializable(Lease, {
      name: 'troupe.Lease',
      toState: (lease) => lease.#state,
      fromState: (state: LeaseState) => new Lease(state, null, undefined),
    })
  }

  /** Leases come from `acquire`; programs do not construct them. */
  constructor(state: LeaseState, key: string | null, by: AskOptions['by']) {
    this.token = state.token
    this.#state = state
    this.#key = key
    this.#by = by
  }

  /**
   * Gives it back. Throws NotHeldError when that was done before, when the lease was lost because its holder was thought dead,
   * and when the caller is not the holder: the actor that acquired it, or code of the node that did.
   */
  async release(): Promise<void> {
    const { owner, lock, token, what } = this.#state
    if (this.#released) throw new NotHeldError(what, `was released by this lease, with token ${token}, before`)
    this.#released = true
    const asking = this.#by === undefined ? owner : owner.with({ by: this.#by })
    try {
      await asking.ask('release', lock, token, this.#key)
    } catch (error) {
      // Who has no time left is not heard by an ask, but must be heard.
      const isHeard = isTroupeError(error, 'TROUPE_NOT_HELD') || isTroupeError(error, 'TROUPE_ACTOR_STOPPED')
      if (this.#key !== null && !isHeard) void owner.tell('giveUp', lock, this.#key, { kind: 'aborted' })
      throw error
    }
  }

  /** As `release`, but fine when that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#released) await this.release()
  }

  #under(): Under {
    const { lock, what } = this.#state
    if (this.#key === null || this.#released)
      throw new NotHeldError(what, 'is not held by this lease: it was released, or is a copy')
    return [lock, this.#key]
  }
}
