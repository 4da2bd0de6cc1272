/**
 * How a manager comes by an object of each kind, and how it hears that the object is no more.
 */
import type { ActorDefinition, ActorRef, AnyRef, Self } from '../../index.ts'
import { type QueueOptions, createQueue, ownerOfQueue } from '../channels/queue.ts'
import { type BarrierAction, stateOfBarrier } from '../locks/barrier.ts'
import { stateOfCondition } from '../locks/condition.ts'
import { stateOfEvent } from '../locks/event.ts'
import { type HandleState, type Lock, stateOf } from '../locks/lock.ts'
import { LockOwner } from '../locks/lock-owner.ts'
import {
  openBarrier,
  openBoundedSemaphore,
  openCondition,
  openEvent,
  openLock,
  openRLock,
  openSemaphore,
} from '../locks/open-lock.ts'
import type { LockOwnerRef } from '../locks/protocol.ts'
import { ArrayOwner } from '../shared/owned-array.ts'
import type { FindTask } from '../tasks/find-task.ts'
import { DictOwner } from './dict-owner.ts'
import { ListOwner } from './list-owner.ts'

/** Kinds of which a handle is no more than the ref of its owner. */
export type StateKind = 'dict' | 'list' | 'value' | 'namespace' | 'array'

const OWNERS: Readonly<Record<StateKind, ActorDefinition<unknown, never>>> = {
  dict: DictOwner,
  list: ListOwner,
  value: DictOwner,
  namespace: DictOwner,
  array: ArrayOwner,
}

/** An object that somebody wants of a manager. */
export type Wish = StateWish | QueueWish | LockWish

/** `initial` is what the owner takes. */
interface StateWish {
  readonly kind: StateKind
  readonly initial: readonly unknown[]
}

interface QueueWish {
  readonly kind: 'queue' | 'queue with manual acks'
  readonly options: Omit<QueueOptions, 'on'>
}

type LockWish =
  | { readonly kind: 'lock' | 'rlock' }
  | { readonly kind: 'semaphore' | 'bounded semaphore'; readonly permits: number }
  | { readonly kind: 'event'; readonly isSet: boolean }
  | { readonly kind: 'condition'; readonly lock: Lock | null }
  | { readonly kind: 'barrier'; readonly parties: number; readonly action: BarrierAction | null }

/** An object that was made. */
export interface Opened {
  /** What the caller gets: a handle, or the ref of the owner where a handle is no more than that. */
  readonly handle: unknown
  /** Calls back once, when it is no more. */
  onEnd(ended: () => void): void
}

export class Openers {
  readonly #self: Self
  readonly #find: FindTask
  /** All locks of a manager have one owner, so that those who wait for each other are found at once. */
  #locks: LockOwnerRef | null = null

  constructor(self: Self, find: FindTask) {
    this.#self = self
    this.#find = find
  }

  /** Makes one. A lock takes a message to the owner of all locks. Rejects what is wrong with the wish. */
  open(name: string | null, wish: Wish): Opened | Promise<Opened> {
    switch (wish.kind) {
      case 'queue':
      case 'queue with manual acks': {
        const { kind, options } = wish
        const [self, ack] = [this.#self, kind === 'queue' ? 'auto' : 'manual'] as const
        const handle = ack === 'auto' ? createQueue(self, { ...options, ack }) : createQueue(self, { ...options, ack })
        return this.#owned(handle, ownerOfQueue(handle))
      }
      case 'dict':
      case 'list':
      case 'value':
      case 'namespace':
      case 'array': {
        const owner = this.#spawn(wish)
        return this.#owned(owner, owner)
      }
      default:
        return this.#openLock(name === null ? {} : { name }, wish)
    }
  }

  #spawn({ kind, initial }: StateWish): ActorRef {
    // Safe: all owners take these two; of the ref only the handle of its kind is made.
    return this.#self.spawn(OWNERS[kind] as ActorDefinition<unknown, readonly [unknown, unknown]>, [initial, this.#find])
  }

  #owned(handle: unknown, owner: AnyRef): Opened {
    return { handle, onEnd: (ended) => void this.#self.watch(owner, ended) }
  }

  async #openLock(naming: { readonly name?: string }, wish: LockWish): Promise<Opened> {
    const owner = this.#lockOwner()
    switch (wish.kind) {
      case 'lock':
        return locked(await openLock(owner, naming), stateOf)
      case 'rlock':
        return locked(await openRLock(owner, naming), stateOf)
      case 'semaphore':
        return locked(await openSemaphore(owner, { ...naming, permits: wish.permits }), stateOf)
      case 'bounded semaphore':
        return locked(await openBoundedSemaphore(owner, { ...naming, permits: wish.permits }), stateOf)
      case 'event':
        return locked(await openEvent(owner, { ...naming, isSet: wish.isSet }), stateOfEvent)
      case 'condition':
        return locked(
          await openCondition(owner, { ...naming, ...(wish.lock === null ? {} : { lock: wish.lock }) }),
          stateOfCondition,
        )
      case 'barrier': {
        const { parties, action } = wish
        return locked(await openBarrier(owner, { ...naming, parties, ...(action === null ? {} : { action }) }), stateOfBarrier)
      }
      default:
        wish satisfies never
        throw new TypeError(`a manager has no objects of kind ${String((wish as { readonly kind: unknown }).kind)}`)
    }
  }

  #lockOwner(): LockOwnerRef {
    if (this.#locks !== null) return this.#locks
    const owner = this.#self.spawn(LockOwner)
    this.#locks = owner
    this.#self.watch(owner, () => (this.#locks = null))
    return owner
  }
}

/** The owner of locks says when one was closed, or ends itself. */
function locked<Handle>(handle: Handle, toState: (handle: Handle) => HandleState): Opened {
  const { owner, id } = toState(handle)
  return {
    handle,
    onEnd: (ended) => void owner.with({ timeout: Number.POSITIVE_INFINITY }).ask('closed', id).then(ended, ended),
  }
}
