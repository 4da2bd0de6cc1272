/**
 * Locks and their like without a manager: each system has an owner for them, which is spawned when the first one is made.
 */
import { ActorRef, type RefOf, type System } from '../../index.ts'
import type { Barrier, BarrierAction } from './barrier.ts'
import type { Condition } from './condition.ts'
import { ownerOf } from './condition.ts'
import type { Event } from './event.ts'
import { LockOwner } from './lock-owner.ts'
import type { Lock, RLock, Semaphore } from './lock.ts'
import {
  type BarrierOptions,
  type ConditionOptions,
  type EventOptions,
  type LockOptions,
  type SemaphoreOptions,
  openBarrier,
  toBarrierOptions,
  openBoundedSemaphore,
  openCondition,
  openEvent,
  openLock,
  openRLock,
  openSemaphore,
} from './open-lock.ts'
import type { LockOwnerRef } from './protocol.ts'

/** Where a lock is kept: at the owner of this system, or at another one, wherever it was spawned. */
export type LockPlace = System | RefOf<typeof LockOwner>

/**
 * A lock. Who holds it is alone, wherever the others are; who dies gives it back.
 *
 * @example
 * const lock = await createLock(system)
 * await lock.withLock(async () => { … })
 */
export async function createLock(place: LockPlace, options: LockOptions = {}): Promise<Lock> {
  return await openLock(ownerAt(place), options)
}

/** A lock that its holder may acquire again. */
export async function createRLock(place: LockPlace, options: LockOptions = {}): Promise<RLock> {
  return await openRLock(ownerAt(place), options)
}

/** So many leases at a time. */
export async function createSemaphore(place: LockPlace, permits = 1, options: LockOptions = {}): Promise<Semaphore> {
  return await openSemaphore(ownerAt(place), { ...options, permits } satisfies SemaphoreOptions)
}

/** The same: no semaphore here can be released more often than it was acquired. */
export async function createBoundedSemaphore(place: LockPlace, permits = 1, options: LockOptions = {}): Promise<Semaphore> {
  return await openBoundedSemaphore(ownerAt(place), { ...options, permits })
}

/** An event, clear unless said. */
export async function createEvent(place: LockPlace, options: EventOptions = {}): Promise<Event> {
  return await openEvent(ownerAt(place), options)
}

/** A condition, with the lock that is given or an rlock of its own. It is kept where its lock is. */
export async function createCondition(place: LockPlace, options: ConditionOptions = {}): Promise<Condition> {
  return await openCondition(options.lock === undefined ? ownerAt(place) : ownerOf(options.lock), options)
}

/** A barrier for so many parties; the action alone will do for options. */
export async function createBarrier(
  place: LockPlace,
  parties: number,
  options: BarrierAction | Omit<BarrierOptions, 'parties'> = {},
): Promise<Barrier> {
  return await openBarrier(ownerAt(place), toBarrierOptions(parties, options))
}

/** One owner for each system, as long as it lives: those who wait for each other are found soonest in one place. */
const owners = new WeakMap<System, LockOwnerRef>()

function ownerAt(place: LockPlace): LockOwnerRef {
  if (place instanceof ActorRef) return place
  const known = owners.get(place)
  if (known !== undefined) return known
  const owner = place.spawn(LockOwner)
  owners.set(place, owner)
  void owner.exited.then(() => owners.delete(place))
  return owner
}
