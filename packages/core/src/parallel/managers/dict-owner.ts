/**
 * The owner of a shared dict: the one actor that has its entries. Values and namespaces are dicts to their owner, too. What
 * programs hold is a SharedDict, SharedValue or SharedNamespace.
 */
import { type ActorDefinition, type Self, actor } from '../../index.ts'
import { answering, isPromise } from './answering.ts'
import type { Call } from './caller.ts'
import type { FindTask } from '../tasks/find-task.ts'
import { callTask, findHere } from './call-task.ts'
import { runBatch } from './run-batch.ts'
import { isSameValue } from './same-value.ts'
import { copyValue, peek, read, store } from './snapshots.ts'

/** Keys are primitives, which the proxies see to; a value is whatever can be pickled. */
export interface DictProtocol {
  get(key: unknown): unknown
  set(key: unknown, value: unknown): void
  has(key: unknown): boolean
  delete(key: unknown): boolean
  size(): number
  keys(): unknown[]
  values(): unknown[]
  entries(): [unknown, unknown][]
  clear(): void
  update(key: unknown, task: unknown, args: readonly unknown[]): unknown
  compareAndSet(key: unknown, expected: unknown, value: unknown): boolean
  snapshot(): { readonly version: number; readonly entries: [unknown, unknown][] }
  batch(calls: readonly Call[], version: number | null): Promise<unknown[]>
  close(): void
}

type Entries = readonly (readonly [unknown, unknown])[]

export const DictOwner: ActorDefinition<DictProtocol, readonly [entries?: Entries, find?: FindTask]> = actor({
  name: 'troupe.DictOwner',
  setup(self: Self, entries: Entries = [], find: FindTask = findHere) {
    const dict = new Dict(find)
    for (const [key, value] of entries) dict.set(key, value)
    const operations = {
      get: (key: unknown) => dict.get(key),
      set: (key: unknown, value: unknown) => dict.set(key, value),
      has: (key: unknown) => dict.has(key),
      delete: (key: unknown) => dict.delete(key),
      size: () => dict.size,
      keys: () => dict.keys(),
      values: () => dict.entries().map(([, value]) => value),
      entries: () => dict.entries(),
      clear: () => dict.clear(),
      update: (key: unknown, task: unknown, args: readonly unknown[]) => dict.update(key, task, args),
      compareAndSet: (key: unknown, expected: unknown, value: unknown) => dict.compareAndSet(key, expected, value),
      snapshot: () => ({ version: dict.version, entries: dict.entries() }),
    }
    const target = {
      path: self.path,
      get version() {
        return dict.version
      },
      operations,
    }
    return answering<DictProtocol>(self, {
      ...operations,
      batch: (calls, version) => runBatch(target, calls, version),
      close: () => self.stop(),
    })
  },
})

/** The entries, in the order of their first setting, and how often they were changed. */
class Dict {
  version = 0
  readonly #places = new Map<unknown, unknown>()
  readonly #find: FindTask

  constructor(find: FindTask) {
    this.#find = find
  }

  get size(): number {
    return this.#places.size
  }

  get(key: unknown): unknown {
    return read(this.#places.get(key))
  }

  set(key: unknown, value: unknown): void {
    this.#places.set(key, store(value))
    this.version++
  }

  has(key: unknown): boolean {
    return this.#places.has(key)
  }

  delete(key: unknown): boolean {
    const wasThere = this.#places.delete(key)
    if (wasThere) this.version++
    return wasThere
  }

  keys(): unknown[] {
    return [...this.#places.keys()]
  }

  entries(): [unknown, unknown][] {
    return Array.from(this.#places, ([key, stored]): [unknown, unknown] => [key, read(stored)])
  }

  clear(): void {
    if (this.#places.size === 0) return
    this.#places.clear()
    this.version++
  }

  /** The new value, of which the task may keep the original. */
  update(key: unknown, task: unknown, args: readonly unknown[]): unknown {
    const result = callTask(task, [this.get(key), ...args], this.#find)
    return isPromise(result) ? result.then((value) => this.#replace(key, value)) : this.#replace(key, result)
  }

  compareAndSet(key: unknown, expected: unknown, value: unknown): boolean {
    if (!isSameValue(peek(this.#places.get(key)), expected)) return false
    this.set(key, value)
    return true
  }

  #replace(key: unknown, value: unknown): unknown {
    this.set(key, copyValue(value, 'result'))
    return this.get(key)
  }
}
