/**
 * What handles say to the owner of locks. Programs use the handles; this is between the two.
 */
import type { ActorRef, Deferred } from '../../index.ts'
import type { WaitView } from './wait-view.ts'

/** What an owner can make. */
export type LockSpec =
  | { readonly kind: 'lock' | 'rlock'; readonly name: string | null }
  | { readonly kind: 'semaphore' | 'bounded semaphore'; readonly name: string | null; readonly permits: number }
  | { readonly kind: 'event'; readonly name: string | null; readonly isSet: boolean }
  | { readonly kind: 'condition'; readonly name: string | null; readonly lock: string }
  | { readonly kind: 'barrier'; readonly name: string | null; readonly parties: number; readonly hasAction: boolean }

export type LockKind = LockSpec['kind']

/** A lease that the caller has already: the lock's id and the lease's key. */
export type Under = readonly [lock: string, key: string]

/**
 * What a caller holds already: a lease of the owner that it calls; or one of another owner, which says by this name who holds it.
 */
export type Holding = Under | { readonly party: string }

/** The lock is held again. */
export interface Reacquired {
  readonly token: number
  /** Whether a notice ended the wait. */
  readonly noticed: boolean
}

/** All parties are there. */
export interface Passed {
  readonly index: number
  /** The others wait until this one has acted. */
  readonly acts: boolean
}

/** Why a call is taken back. */
export type GivenUp = { readonly kind: 'timeout'; readonly timeout: number | null } | { readonly kind: 'aborted' }

/** An answer now or later. */
export type Later<Value> = Value | Deferred<Value>

/** `key` names a call, and what it was granted; only whoever made the call knows it. */
export interface LockOwnerProtocol {
  open(spec: LockSpec): Later<string>
  /** Ends it: all who wait are refused, and nobody can use it any more. */
  close(id: string): void
  /** Is answered when it is no more. */
  closed(id: string): Later<void>
  acquire(id: string, key: string, holding: Holding | null): Later<number>
  tryAcquire(id: string, key: string, holding: Holding | null): Later<number | null>
  /** By which name the holder of a lease is known to all owners. */
  partyOf(id: string, key: string): Later<string>
  /** By the token alone where the key is not known: then only the holder itself may. */
  release(id: string, token: number, key: string | null): Later<void>
  /** Whatever was asked for or granted under this key is not wanted any more. */
  giveUp(id: string, key: string, why: GivenUp): void
  resize(id: string, permits: number): Later<void>
  set(id: string): Later<void>
  clear(id: string): Later<void>
  isSet(id: string): Later<boolean>
  /** Which set it was. */
  waitForSet(id: string, key: string): Later<number>
  waitForNotice(id: string, key: string, under: Under | null): Later<Reacquired>
  /** Ends the wait for a notice: the lock again, whatever became of the wait. */
  rejoin(id: string, key: string, under: Under | null): Later<Reacquired>
  /** How many were woken. */
  notify(id: string, count: number, under: Under | null): Later<number>
  /** `poll`: breaks the barrier unless this is the last party. */
  arrive(id: string, key: string, patience: 'poll' | 'wait'): Later<Passed>
  acted(id: string, key: string, outcome: 'done' | 'failed'): Later<void>
  abort(id: string): Later<void>
  reset(id: string): Later<void>
  isBroken(id: string): Later<boolean>
  /** From one owner to another: for what these wait here. */
  waitsOf(parties: readonly string[]): Later<readonly WaitView[]>
  /** To itself: looks for circles over the locks of several owners. */
  look(): void
  /** Is never answered: for the timeouts of its asker. */
  never(): Later<never>
}

export type LockOwnerRef = ActorRef<LockOwnerProtocol>

/** How messages call it: `lock "orders"`. */
export function describeLock(kind: LockKind, name: string | null, id: string): string {
  return name === null ? `${kind} ${id}` : `${kind} "${name}"`
}
