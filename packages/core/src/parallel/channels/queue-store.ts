/**
 * Where a queue keeps its values, in the order in which they will be taken. What was taken and comes back has its old place.
 */
import type { Parcel } from './parcel.ts'

export type QueueOrder = 'fifo' | 'lifo' | 'priority'

/** One value in a queue. */
export interface Item {
  /** Rising with each put. */
  readonly seq: number
  readonly parcel: Parcel
  /** Lower ones first; only a priority queue looks at it. */
  readonly priority: number
  /** How often it was handed to a consumer that could fail it. */
  deliveries: number
}

export interface Store {
  readonly size: number
  /** The next one; undefined when there is none. */
  peek(): Item | undefined
  take(): Item | undefined
  put(item: Item): void
  /** Puts one back that was taken. */
  giveBack(item: Item): void
  clear(): void
}

export function createStore(order: QueueOrder): Store {
  switch (order) {
    case 'fifo':
      return new FifoStore()
    case 'lifo':
      return new Heap((one, other) => other.seq - one.seq)
    case 'priority':
      return new Heap((one, other) => one.priority - other.priority || one.seq - other.seq)
    default: {
      const never: never = order
      throw new TypeError(`a queue has no order ${String(never)}`)
    }
  }
}

type Compare = (one: Item, other: Item) => number

/** A binary heap: the least item is the first one. */
class Heap implements Store {
  readonly #items: Item[] = []
  readonly #compare: Compare

  constructor(compare: Compare) {
    this.#compare = compare
  }

  get size(): number {
    return this.#items.length
  }

  peek(): Item | undefined {
    return this.#items[0]
  }

  take(): Item | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    items[0] = last
    this.#sink(last)
    return first
  }

  put(item: Item): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = items[above]
      if (parent === undefined || this.#compare(parent, item) <= 0) break
      items[at] = parent
      at = above
    }
    items[at] = item
  }

  giveBack(item: Item): void {
    this.put(item)
  }

  clear(): void {
    this.#items.length = 0
  }

  #sink(item: Item): void {
    const items = this.#items
    let at = 0
    for (;;) {
      const left = items[2 * at + 1]
      const right = items[2 * at + 2]
      if (left === undefined) break
      const isRight = right !== undefined && this.#compare(right, left) < 0
      const child = isRight ? right : left
      if (this.#compare(item, child) <= 0) break
      items[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    items[at] = item
  }
}

/** Taken places that are cut off at once. */
const CUT = 1_024

/** First in, first out. What comes back is the oldest: it is kept apart, and goes first. */
class FifoStore implements Store {
  #items: (Item | undefined)[] = []
  /** Places before it are taken. */
  #head = 0
  readonly #back = new Heap((one, other) => one.seq - other.seq)

  get size(): number {
    return this.#items.length - this.#head + this.#back.size
  }

  peek(): Item | undefined {
    return this.#back.peek() ?? this.#items[this.#head]
  }

  take(): Item | undefined {
    if (this.#back.size > 0) return this.#back.take()
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head++] = undefined
    if (this.#head === this.#items.length) this.#reset([])
    else if (this.#head >= CUT && this.#head * 2 >= this.#items.length) this.#reset(this.#items.slice(this.#head))
    return item
  }

  put(item: Item): void {
    this.#items.push(item)
  }

  giveBack(item: Item): void {
    this.#back.put(item)
  }

  clear(): void {
    this.#reset([])
    this.#back.clear()
  }

  #reset(items: (Item | undefined)[]): void {
    this.#items = items
    this.#head = 0
  }
}
