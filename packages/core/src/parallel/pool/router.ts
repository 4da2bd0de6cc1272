/**
 * The state machine of a pool: which work waits, which worker has which, and what becomes of it when a worker reports, dies, or is
 * told to give up. It starts and ends no workers: it says what it needs, and the fleet does it.
 */
import type { Clock, ExitReason } from '../../index.ts'
import type { TaskParts } from '../tasks/task.ts'
import type { CallOptions } from './call-options.ts'
import { CostTable } from './cost-table.ts'
import { Dispatch } from './dispatch.ts'
import { WorkerDiedError } from './errors.ts'
import type { Slice, Slot } from './slot.ts'
import { isCheap } from './slice-policy.ts'
import { TaskNumbers } from './task-numbers.ts'
import type { Handed, Limited, Work, WorkHost } from './work.ts'
import { WorkQueue } from './work-queue.ts'

/** What the router needs of the pool around it. */
export interface RouterOptions {
  readonly clock: Clock
  readonly slots: readonly Slot[]
  readonly retries: number
  /** Milliseconds that a task which was given up has to end. */
  readonly grace: number
  /** Work waits that no worker takes: more workers, please. `place`: this one. */
  readonly wanted: (place: number | null) => void
  /** The worker has to go, with the task that does not end. */
  readonly stuck: (slot: Slot) => void
  /** The worker has done its slices, or so many items. */
  readonly rested: (slot: Slot, bytes: number) => void
  /** There is work. */
  readonly busy: () => void
  /** All work is settled. */
  readonly idle: () => void
  /** A callback of the user threw. */
  readonly thrown: (error: unknown) => void
}

export class Router implements WorkHost {
  readonly clock: Clock
  readonly retries: number
  readonly #options: RouterOptions
  readonly #shared = new WorkQueue<Work>()
  readonly #costs = new CostTable()
  readonly #dispatch: Dispatch
  readonly #slices = new Map<number, Slice>()
  /** Pieces of work that are not settled. */
  #open = 0
  readonly #tasks = new TaskNumbers()
  #seq = 0
  #pumpComes = false

  constructor(options: RouterOptions) {
    this.clock = options.clock
    this.retries = options.retries
    this.#options = options
    const workers = (): number => options.slots.filter(({ state }) => state === 'ready').length || 1
    this.#dispatch = new Dispatch(this.#shared, this.#costs, this.#tasks, workers, this.pump)
  }

  /** Pieces of work that are not settled. */
  get pending(): number {
    return this.#open
  }

  opened(): number {
    if (++this.#open === 1) this.#options.busy()
    return ++this.#seq
  }

  /** The number under which workers know a task. */
  numberOf(task: TaskParts): number {
    return this.#tasks.numberOf(task)
  }

  /** Whether work that comes now is sent in this turn, so that what it holds needs no copy. */
  takesNow(fn: number, place: number | null): boolean {
    if (this.#waits(fn)) return false
    const { slots } = this.#options
    if (place !== null) return slots.some((slot) => slot.index === place && this.#isFree(slot))
    return this.#shared.first() === null && slots.some((slot) => this.#isFree(slot))
  }

  add(work: Work): void {
    this.#queueOf(work).push(work)
    if (this.#waits(work.fn)) this.#pumpSoon()
    else this.pump()
  }

  /** Gives workers what they take. */
  readonly pump = (): void => {
    this.#pumpComes = false
    const { slots } = this.#options
    for (const free of [true, false]) {
      for (let given = true; given;) {
        given = false
        for (const slot of slots) {
          if (free && slot.slices.length > 0) continue
          if (this.#dispatch.takesMore(slot)) given = this.#give(slot) || given
        }
      }
    }
    this.#askForMore()
  }

  done(id: number, ms: number, values: readonly unknown[], failures: readonly unknown[], bytes: number): void {
    const slice = this.#slices.get(id)
    if (slice === undefined) return
    const { slot } = slice
    this.#take(slice)
    slot.tasks += slice.count
    if (!slice.abandoned) this.#costs.record(slice.fn, slice.count, ms)
    for (let at = 0; at < failures.length; at += 2) this.failure(slice, failures[at], failures[at + 1])
    let from = 0
    for (const part of slice.parts) {
      part.done(values, from)
      from += part.count
    }
    this.#begun(slot)
    this.#options.rested(slot, bytes)
    this.pump()
  }

  /** The slice of that number, if the worker has it. */
  slice(id: number): Slice | null {
    return this.#slices.get(id) ?? null
  }

  value(slice: Slice, index: unknown, value: unknown): void {
    const found = typeof index === 'number' ? slice.find(index) : null
    found?.part.value(found.at, value)
  }

  failure(slice: Slice, index: unknown, error: unknown): void {
    const found = typeof index === 'number' ? slice.find(index) : null
    found?.part.failure(found.at, error)
  }

  progress(slice: Slice, index: unknown, value: unknown): void {
    const found = typeof index === 'number' ? slice.find(index) : null
    found?.part.progress(value)
  }

  /** The worker is gone. What it had begun fails, or is tried again; what it had not goes to others. Returns the name of what it ran. */
  lost(slot: Slot, reason: ExitReason): string | null {
    const [first, ...rest] = slot.slices
    slot.slices.length = 0
    slot.known.clear()
    slot.blocked = false
    for (const slice of rest.reverse()) {
      this.#forget(slice)
      for (const part of slice.parts.slice().reverse()) this.#putBack(part.putBack())
    }
    if (first === undefined) return null
    this.#forget(first)
    const error = new WorkerDiedError(first.name, slot.name, reason)
    for (const part of first.parts.slice().reverse()) if (!part.isOver) this.#putBack(part.died(error))
    return first.name
  }

  /** Nothing will be done any more. */
  failAll(error: unknown, notice: 'quiet' | 'loud'): void {
    const { slots } = this.#options
    for (const queue of [this.#shared, ...slots.map(({ own }) => own)]) {
      for (const work of queue.list()) work.fail(error, notice)
    }
    for (const slot of slots) {
      for (const slice of slot.slices) {
        for (const part of slice.parts) part.fail(error, notice)
        this.#abort(slice, -1, error)
      }
    }
  }

  settled(): void {
    if (--this.#open === 0) this.#options.idle()
  }

  abandon(handed: Handed, index: number, reason: unknown): void {
    // Safe: slices are all that work is ever handed to.
    const slice = handed as Slice
    if (this.#slices.get(slice.id) !== slice) return
    slice.abandoned = true
    slice.expected = null
    this.#abort(slice, index, reason)
    if (slice.isFirst) this.#limit(slice)
  }

  watchLimits(work: Limited, { timeout, signal }: Pick<CallOptions, 'timeout' | 'signal'>): () => void {
    const timer =
      timeout === undefined || timeout === Infinity ? null : this.clock.start(timeout, () => work.expire(timeout), 'deadline')
    const aborted = (): void => work.giveUp(signal?.reason, 'cancelled', 'loud')
    signal?.addEventListener('abort', aborted, { once: true })
    return () => {
      timer?.cancel()
      signal?.removeEventListener('abort', aborted)
    }
  }

  callBack(callback: (value: unknown) => void, value: unknown): void {
    try {
      callback(value)
    } catch (error) {
      this.#options.thrown(error)
    }
  }

  /** Nobody comes to that place any more: its work is for all. */
  release(slot: Slot): void {
    for (const work of slot.own.list()) this.#shared.push(work)
    slot.own.clear()
    this.pump()
  }

  /** Items that wait for any worker: of the first piece of work at least. */
  get waiting(): number {
    return Math.max(this.#shared.first()?.left ?? 0, this.#open)
  }

  /** Work that somebody has to do. */
  hasWorkFor(slot: Slot): boolean {
    return slot.slices.length > 0 || this.#dispatch.nextFor(slot) !== null
  }

  #give(slot: Slot): boolean {
    const work = this.#dispatch.nextFor(slot)
    if (work === null) return false
    const slice = this.#dispatch.cut(slot, work)
    this.#slices.set(slice.id, slice)
    const again = this.#dispatch.send(slice)
    if (slot.slices.at(-1) === slice) {
      if (slice.isFirst) this.#begun(slot)
    } else {
      this.#slices.delete(slice.id)
      for (const each of again.slice().reverse()) this.#putBack(each)
    }
    return true
  }

  /** The slice is done. */
  #take(slice: Slice): void {
    const { slices } = slice.slot
    const at = slices.indexOf(slice)
    if (at >= 0) slices.splice(at, 1)
    this.#forget(slice)
  }

  #forget(slice: Slice): void {
    this.#slices.delete(slice.id)
    slice.timer?.cancel()
    slice.timer = null
  }

  /** The worker goes on with what is first now. */
  #begun(slot: Slot): void {
    const [first] = slot.slices
    if (first !== undefined && (first.abandoned || first.limit !== null)) this.#limit(first)
  }

  #limit(slice: Slice): void {
    slice.timer?.cancel()
    const { limit, abandoned } = slice
    if (abandoned) slice.timer = this.clock.start(this.#options.grace, () => this.#options.stuck(slice.slot), 'deadline')
    else if (limit !== null && limit !== Infinity) {
      const late = (): void => {
        for (const part of slice.parts) part.ranTooLong(limit)
        // Calls tell by themselves that they are given up; what is over already does not.
        if (!slice.abandoned) this.abandon(slice, -1, undefined)
      }
      slice.timer = this.clock.start(limit, late, 'deadline')
    }
  }

  #abort(slice: Slice, index: number, reason: unknown): void {
    const { worker } = slice.slot
    try {
      void worker?.tell('abort', slice.id, index, reason)
    } catch {
      void worker?.tell('abort', slice.id, index, undefined) // the reason cannot be pickled
    }
  }

  #putBack(work: Work | null): void {
    if (work !== null) this.#queueOf(work).putBack(work)
  }

  #queueOf(work: Work): WorkQueue<Work> {
    const slot = work.place === null ? undefined : this.#options.slots[work.place]
    return slot === undefined || slot.closed ? this.#shared : slot.own
  }

  #isFree(slot: Slot): boolean {
    return slot.slices.length === 0 && this.#dispatch.takesMore(slot) && slot.own.first() === null
  }

  /** Calls of cheap tasks wait for the end of the turn, which may bring more of them. */
  #waits(fn: number): boolean {
    return isCheap(this.#costs.of(fn))
  }

  #pumpSoon(): void {
    if (this.#pumpComes) return
    this.#pumpComes = true
    queueMicrotask(this.pump)
  }

  #askForMore(): void {
    if (this.#shared.first() !== null) this.#options.wanted(null)
    for (const slot of this.#options.slots)
      if (slot.state === 'empty' && !slot.closed && slot.own.first() !== null) this.#options.wanted(slot.index)
  }
}
