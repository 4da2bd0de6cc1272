/**
 * The owner of a shared list: the one actor that has its items. What programs hold is a SharedList.
 */
import { type ActorDefinition, type Self, actor } from '../../index.ts'
import { answering, isPromise } from './answering.ts'
import type { Call } from './caller.ts'
import type { FindTask } from '../tasks/find-task.ts'
import { callTask, findHere } from './call-task.ts'
import { runBatch } from './run-batch.ts'
import { isSameValue } from './same-value.ts'
import { copyValue, peek, read, store } from './snapshots.ts'

/** Indexes count from the end when they are negative. */
export interface ListProtocol {
  get(index: number): unknown
  set(index: number, value: unknown): void
  push(items: readonly unknown[]): number
  pop(): unknown
  shift(): unknown
  unshift(items: readonly unknown[]): number
  splice(start: number, count: number | null, items: readonly unknown[]): unknown[]
  slice(from?: number, to?: number): unknown[]
  size(): number
  clear(): void
  update(index: number, task: unknown, args: readonly unknown[]): unknown
  compareAndSet(index: number, expected: unknown, value: unknown): boolean
  snapshot(): { readonly version: number; readonly value: unknown[] }
  batch(calls: readonly Call[], version: number | null): Promise<unknown[]>
  close(): void
}

export const ListOwner: ActorDefinition<ListProtocol, readonly [items?: readonly unknown[], find?: FindTask]> = actor({
  name: 'troupe.ListOwner',
  setup(self: Self, items: readonly unknown[] = [], find: FindTask = findHere) {
    const list = new List(items, find)
    const operations = {
      get: (index: number) => list.get(index),
      set: (index: number, value: unknown) => list.set(index, value),
      push: (added: readonly unknown[]) => list.insert(list.size, added),
      pop: () => list.take(-1),
      shift: () => list.take(0),
      unshift: (added: readonly unknown[]) => list.insert(0, added),
      splice: (start: number, count: number | null, added: readonly unknown[]) => list.splice(start, count ?? Infinity, added),
      slice: (from?: number, to?: number) => list.slice(from, to),
      size: () => list.size,
      clear: () => void list.splice(0, Infinity, []),
      update: (index: number, task: unknown, args: readonly unknown[]) => list.update(index, task, args),
      compareAndSet: (index: number, expected: unknown, value: unknown) => list.compareAndSet(index, expected, value),
      snapshot: () => ({ version: list.version, value: list.slice() }),
    }
    const target = {
      path: self.path,
      get version() {
        return list.version
      },
      operations,
    }
    return answering<ListProtocol>(self, {
      ...operations,
      batch: (calls, version) => runBatch(target, calls, version),
      close: () => self.stop(),
    })
  },
})

/** The items, and how often they were changed. */
class List {
  version = 0
  readonly #items: unknown[]
  readonly #find: FindTask

  constructor(items: readonly unknown[], find: FindTask) {
    this.#find = find
    this.#items = items.map(store)
  }

  get size(): number {
    return this.#items.length
  }

  get(index: number): unknown {
    return read(this.#items.at(index))
  }

  set(index: number, value: unknown): void {
    this.#items[this.#place(index)] = store(value)
    this.version++
  }

  insert(at: number, added: readonly unknown[]): number {
    this.splice(at, 0, added)
    return this.size
  }

  /** The first or the last item, which is there no more. */
  take(index: 0 | -1): unknown {
    return this.size === 0 ? undefined : this.splice(index, 1, [])[0]
  }

  splice(start: number, count: number, added: readonly unknown[]): unknown[] {
    const removed = this.#items.splice(start, count, ...added.map(store))
    if (removed.length > 0 || added.length > 0) this.version++
    return removed.map(read)
  }

  slice(from?: number, to?: number): unknown[] {
    return this.#items.slice(from, to).map(read)
  }

  update(index: number, task: unknown, args: readonly unknown[]): unknown {
    const place = this.#place(index)
    const result = callTask(task, [read(this.#items[place]), ...args], this.#find)
    return isPromise(result) ? result.then((value) => this.#replace(place, value)) : this.#replace(place, result)
  }

  compareAndSet(index: number, expected: unknown, value: unknown): boolean {
    if (!isSameValue(peek(this.#items[this.#place(index)]), expected)) return false
    this.set(index, value)
    return true
  }

  #replace(place: number, value: unknown): unknown {
    this.set(place, copyValue(value, 'result'))
    return this.get(place)
  }

  /** Where an item that is there lies. */
  #place(index: number): number {
    const place = index < 0 ? this.size + index : index
    if (place >= 0 && place < this.size) return place
    throw new RangeError(`index ${index} is not in the list: it has ${this.size} items`)
  }
}
