/**
 * Makes locks and their like at an owner that is there already: what managers do for their callers.
 */
import { Barrier, type BarrierAction } from './barrier.ts'
import { type Condition, conditionOf, ownerOf } from './condition.ts'
import { Event } from './event.ts'
import { type HandleState, Lock, RLock, Semaphore, checkPermits, stateOf } from './lock.ts'
import type { LockOwnerRef, LockSpec } from './protocol.ts'

/** What all of them take. */
export interface LockOptions {
  /** For messages: `lock "orders"`. */
  readonly name?: string
}

/** What a semaphore takes. */
export interface SemaphoreOptions extends LockOptions {
  /** How many leases there are at a time, from 0 up. Default 1. */
  readonly permits?: number
}

/** What an event takes. */
export interface EventOptions extends LockOptions {
  /** Whether it is set at first. Default false. */
  readonly isSet?: boolean
}

/** What a condition takes. */
export interface ConditionOptions extends LockOptions {
  /** The lock that it belongs to, of the same owner. Default: an rlock of its own. */
  readonly lock?: Lock
}

/** What a barrier takes. */
export interface BarrierOptions extends LockOptions {
  /** How many wait for each other, from 1 up. */
  readonly parties: number
  /** Runs once in each round, at its last party, before all go on. A task, where the barrier is sent to other nodes. */
  readonly action?: BarrierAction
}

export async function openLock(owner: LockOwnerRef, { name = null }: Naming = {}): Promise<Lock> {
  return new Lock(await open(owner, { kind: 'lock', name }))
}

export async function openRLock(owner: LockOwnerRef, { name = null }: Naming = {}): Promise<RLock> {
  return new RLock(await open(owner, { kind: 'rlock', name }))
}

/** Throws a RangeError for a number of permits that is none. */
export async function openSemaphore(owner: LockOwnerRef, options: SemaphoreOptions = {}): Promise<Semaphore> {
  return await openPermits(owner, 'semaphore', options)
}

/** The same as a semaphore: since each lease is released once, there can be no more permits than it began with. */
export async function openBoundedSemaphore(owner: LockOwnerRef, options: SemaphoreOptions = {}): Promise<Semaphore> {
  return await openPermits(owner, 'bounded semaphore', options)
}

export async function openEvent(owner: LockOwnerRef, { name, isSet = false }: EventOptions = {}): Promise<Event> {
  return new Event(await open(owner, { kind: 'event', name: name ?? null, isSet }))
}

/** Throws a TypeError for a lock of another owner. */
export async function openCondition(owner: LockOwnerRef, { name, lock }: ConditionOptions = {}): Promise<Condition> {
  const own = lock ?? (await openRLock(owner, name === undefined ? {} : { name }))
  if (!ownerOf(own).equals(owner))
    throw new TypeError(`a condition and its lock have one owner, but the lock is at ${ownerOf(own).path}, not at ${owner.path}`)
  return conditionOf(await open(owner, { kind: 'condition', name: name ?? null, lock: stateOf(own).id }), own)
}

/** What makers of barriers are given. */
export function toBarrierOptions(parties: number, options: BarrierAction | Omit<BarrierOptions, 'parties'>): BarrierOptions {
  return typeof options === 'function' ? { parties, action: options } : { ...options, parties }
}

/** Throws a RangeError for a number of parties that is none. */
export async function openBarrier(owner: LockOwnerRef, { name, parties, action }: BarrierOptions): Promise<Barrier> {
  if (!Number.isSafeInteger(parties) || parties < 1)
    throw new RangeError(`a barrier has a whole number of parties from 1 up, not ${String(parties)}`)
  if (action !== undefined && typeof action !== 'function')
    throw new TypeError(`a barrier's action is a function, not ${typeof action}`)
  const hasAction = action !== undefined
  const state = await open(owner, { kind: 'barrier', name: name ?? null, parties, hasAction })
  return new Barrier({ ...state, action: action ?? null })
}

/** What callers give, with null for nothing. */
type Naming = { readonly name?: string | null }

async function openPermits(
  owner: LockOwnerRef,
  kind: 'semaphore' | 'bounded semaphore',
  { name, permits = 1 }: SemaphoreOptions,
): Promise<Semaphore> {
  checkPermits(permits)
  return new Semaphore(await open(owner, { kind, name: name ?? null, permits }))
}

async function open(owner: LockOwnerRef, spec: LockSpec): Promise<HandleState> {
  const id = await owner.ask('open', spec)
  return { owner, id, kind: spec.kind, name: spec.name }
}
