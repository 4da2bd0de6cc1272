/**
 * A worker's place in a pool, and the slices of work that the worker there has.
 */
import type { ActorRef, AnyRef } from '../../index.ts'
import type { WorkerProtocol } from './messages.ts'
import type { InFlight } from './slice-policy.ts'
import type { Handed, Part, Work } from './work.ts'
import { WorkQueue } from './work-queue.ts'

/**
 * 'empty': nobody is there. 'starting': somebody comes. 'ready': takes work. 'leaving': ends what it was given, and then itself.
 */
export type SlotState = 'empty' | 'starting' | 'ready' | 'leaving'

export class Slot {
  readonly index: number
  /** This and the next five are written by the fleet. */
  state: SlotState = 'empty'
  /** Counts those who had the place: what is said of an earlier one is not heard. */
  life = 0
  worker: ActorRef<WorkerProtocol> | null = null
  /** The worker's node, where the pool has started it; null for a node of another program. */
  node: AnyRef | null = null
  /** The node's name, for errors. */
  name = ''
  /** When the worker came. */
  since = 0
  /** In the order handed over: the first one is what it is at. */
  readonly slices: Slice[] = []
  /** Work that has to go here. */
  readonly own: WorkQueue<Work> = new WorkQueue<Work>()
  /** Tasks that the worker knows by number. */
  readonly known: Set<number> = new Set<number>()
  /** Items that it has done. */
  tasks = 0
  /** It was given all that it takes ahead, and has not done half of it. */
  full = false
  /** Its link is full. */
  blocked = false
  /** Nobody comes here any more: the node of another program is gone for good. */
  closed = false
  /** When it had nothing to do any more. */
  idleSince = 0

  constructor(index: number) {
    this.index = index
  }
}

/** What a worker does in one go. */
export class Slice implements Handed, InFlight {
  readonly id: number
  readonly slot: Slot
  readonly parts: Part[] = []
  readonly fn: number
  readonly name: string
  /** Items in all. */
  count = 0
  /** Milliseconds that it is expected to take; null: unknown, or what it takes is not what was measured. */
  expected: number | null = null
  isSteady = false
  /** Milliseconds that it may take once it was begun; null: no limit. */
  limit: number | null = null
  /** Somebody gave some of it up: when the worker is at it, it has the pool's grace to end. */
  abandoned = false
  /** Set while the worker is at it, and may not be for ever. */
  timer: { cancel(): void } | null = null

  constructor(id: number, slot: Slot, work: Work) {
    this.id = id
    this.slot = slot
    this.fn = work.fn
    this.name = work.name
  }

  get isFirst(): boolean {
    return this.slot.slices[0] === this
  }

  add(work: Work, count: number): void {
    const part = work.cut(count, this)
    this.parts.push(part)
    this.count += part.count
    if (work.taskTimeout !== null) this.limit = (this.limit ?? 0) + work.taskTimeout * part.count
  }

  /** The part of an item, and the item's place in it. Null for what is no item of it. */
  find(index: number): { readonly part: Part; readonly at: number } | null {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.count) return null
    const several = this.parts.length > 1
    const part = this.parts[several ? index : 0]
    return part === undefined ? null : { part, at: several ? 0 : index }
  }

  indexOf(part: Part): number {
    return Math.max(0, this.parts.indexOf(part))
  }
}
