/**
 * A mailbox that hands out lower numbers first and equal ones in the order sent: a binary heap. What the runtime itself
 * puts in comes after the messages that were there before it.
 */
import { type Envelope, STOP_SENTINEL } from '../model/envelope.ts'
import type { Mailbox } from './mailbox.ts'

interface Entry {
  readonly rank: number
  readonly order: number
  readonly envelope: Envelope
}

export class PriorityMailbox implements Mailbox {
  readonly capacity: number = Number.POSITIVE_INFINITY
  readonly givesUp = 'dropped'
  readonly #priority: (method: string, args: readonly unknown[]) => number
  readonly #heap: Entry[] = []
  #order = 0
  #front = 0

  constructor(priority: (method: string, args: readonly unknown[]) => number) {
    this.#priority = priority
  }

  get length(): number {
    return this.#heap.length
  }

  get messages(): number {
    return this.#heap.length
  }

  push(envelope: Envelope): null {
    this.#insert({ rank: this.#rank(envelope), order: this.#order++, envelope })
    return null
  }

  unshift(envelope: Envelope): void {
    this.#insert({ rank: Number.NEGATIVE_INFINITY, order: --this.#front, envelope })
  }

  shift(): Envelope | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === undefined || last === undefined) return undefined
    if (this.#heap.length > 0) this.#sink(last)
    return first.envelope
  }

  room(): undefined {
    return undefined
  }

  /** A function that throws or returns no number must not lose the message: it counts as the least urgent. */
  #rank(envelope: Envelope): number {
    if (envelope.kind >= STOP_SENTINEL) return Number.POSITIVE_INFINITY
    try {
      const rank = this.#priority(envelope.method, envelope.args)
      return Number.isNaN(Number(rank)) ? Number.MAX_VALUE : Number(rank)
    } catch {
      return Number.MAX_VALUE
    }
  }

  #insert(entry: Entry): void {
    let at = this.#heap.length
    this.#heap.push(entry)
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = this.#heap[parentAt]
      if (parent === undefined || !comesBefore(entry, parent)) break
      this.#heap[at] = parent
      at = parentAt
    }
    this.#heap[at] = entry
  }

  #sink(entry: Entry): void {
    let at = 0
    for (;;) {
      let childAt = at * 2 + 1
      let child = this.#heap[childAt]
      if (child === undefined) break
      const right = this.#heap[childAt + 1]
      if (right !== undefined && comesBefore(right, child)) {
        child = right
        childAt++
      }
      if (!comesBefore(child, entry)) break
      this.#heap[at] = child
      at = childAt
    }
    this.#heap[at] = entry
  }
}

function comesBefore(one: Entry, other: Entry): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.order < other.order)
}
