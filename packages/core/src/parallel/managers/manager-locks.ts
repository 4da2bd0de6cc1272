/**
 * What a manager hands out to wait for and to hand over: queues, and locks of every kind.
 */
import type { Delivery } from '../channels/delivery.ts'
import type { Queue, QueueOptions } from '../channels/queue.ts'
import type { Barrier, BarrierAction } from '../locks/barrier.ts'
import type { Condition } from '../locks/condition.ts'
import type { Event } from '../locks/event.ts'
import type { Lock, RLock, Semaphore } from '../locks/lock.ts'
import { toBarrierOptions } from '../locks/open-lock.ts'
import type { Wish } from './openers.ts'

export interface SharedOptions {
  /**
   * Who asks for an object of a name that is there gets that one; `initial` then counts for nothing. It keeps its kind: another
   * one rejects SharedKindError. Default: a new object that has no name.
   */
  readonly name?: string
}

/** Options where the name alone will do. */
export type SharedName = string | SharedOptions

/** Options of a queue that a manager owns: it lives where the manager does. */
export type SharedQueueOptions = Omit<QueueOptions, 'on'> & SharedOptions

/** Asks the manager for an object: a new one, or the one of that name. */
export type Open = (wish: Wish, name: string | null) => Promise<unknown>

/**
 * Handles of these are what `createQueue`, `createLock` and so on make, and promise the same; their owners are the manager's, and
 * end with it. All locks of one manager are kept in one place, so that those who wait for each other in a circle are found.
 */
export class ManagerLocks {
  readonly #open: Open

  /** Part of a Manager; programs do not construct it. */
  constructor(open: Open) {
    this.#open = open
  }

  /** A queue. Manual acks make it one of another kind. */
  queue<Item>(options: SharedQueueOptions & { readonly ack: 'manual' }): Promise<Queue<Item, Delivery<Item>>>
  queue<Item>(options?: string | (SharedQueueOptions & { readonly ack?: 'auto' })): Promise<Queue<Item>>
  async queue(options: string | SharedQueueOptions = {}): Promise<unknown> {
    const { name = null, ...rest } = toOptions(options)
    // Safe: the manager makes what it is asked for, here and in all that follow.
    return await this.#open({ kind: rest.ack === 'manual' ? 'queue with manual acks' : 'queue', options: rest }, name)
  }

  /** A lock. Whoever asks for one of the same name gets the same one, here and below. */
  async lock(options: SharedName = {}): Promise<Lock> {
    return (await this.#open({ kind: 'lock' }, nameOf(options))) as Lock
  }

  /** A lock that its holder may acquire again. */
  async rlock(options: SharedName = {}): Promise<RLock> {
    return (await this.#open({ kind: 'rlock' }, nameOf(options))) as RLock
  }

  /** So many leases at a time. */
  async semaphore(permits = 1, options: SharedName = {}): Promise<Semaphore> {
    return (await this.#open({ kind: 'semaphore', permits }, nameOf(options))) as Semaphore
  }

  /** The same: no semaphore here can be released more often than it was acquired. */
  async boundedSemaphore(permits = 1, options: SharedName = {}): Promise<Semaphore> {
    return (await this.#open({ kind: 'bounded semaphore', permits }, nameOf(options))) as Semaphore
  }

  /** An event, clear unless said. */
  async event(options: string | (SharedOptions & { readonly isSet?: boolean }) = {}): Promise<Event> {
    const { isSet = false, name = null } = toOptions(options)
    return (await this.#open({ kind: 'event', isSet }, name)) as Event
  }

  /** A condition, with a lock of this manager, or an rlock of its own. */
  async condition(options: string | (SharedOptions & { readonly lock?: Lock }) = {}): Promise<Condition> {
    const { lock = null, name = null } = toOptions(options)
    return (await this.#open({ kind: 'condition', lock }, name)) as Condition
  }

  /** A barrier for so many parties. The action is a task, unless the manager and all parties are on this node. */
  async barrier(
    parties: number,
    options: BarrierAction | (SharedOptions & { readonly action?: BarrierAction }) = {},
  ): Promise<Barrier> {
    const { action = null, name = null } = toBarrierOptions(parties, options)
    return (await this.#open({ kind: 'barrier', parties, action }, name)) as Barrier
  }
}

function nameOf(options: SharedName): string | null {
  return toOptions(options).name ?? null
}

function toOptions<Options extends SharedOptions>(options: string | Options): Partial<Options> & SharedOptions {
  // Safe: the name is the one option that all have.
  return typeof options === 'string' ? ({ name: options } as Partial<Options> & SharedOptions) : options
}
