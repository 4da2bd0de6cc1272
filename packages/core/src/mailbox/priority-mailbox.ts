/**
 * A mailbox that hands out lower numbers first and equal ones in the order sent: a binary heap. What the runtime itself
 * puts in comes after the messages that were there before it; only more urgent ones that come later overtake it, and
 * nothing overtakes the stop sentinel.
 */
import { type Envelope, STOP_SENTINEL } from '../model/envelope.ts'
import type { Mailbox } from './mailbox.ts'

interface Entry {
  /** How many stop sentinels came before it: it stays behind them. */
  readonly epoch: number
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
  #epoch = 0
  #messages = 0
  /** The highest rank since the heap was empty: no message in it has a higher one. */
  #worst = Number.NEGATIVE_INFINITY

  constructor(priority: (method: string, args: readonly unknown[]) => number) {
    this.#priority = priority
  }

  get length(): number {
    return this.#heap.length
  }

  get messages(): number {
    return this.#messages
  }

  push(envelope: Envelope): null {
    if (this.#heap.length === 0) this.#worst = Number.NEGATIVE_INFINITY
    if (envelope.kind >= STOP_SENTINEL) this.#insert({ epoch: this.#epoch, rank: this.#worst, order: this.#order++, envelope })
    else {
      const rank = this.#rank(envelope)
      this.#messages++
      this.#worst = Math.max(this.#worst, rank)
      this.#insert({ epoch: this.#epoch, rank, order: this.#order++, envelope })
    }
    if (envelope.kind === STOP_SENTINEL) this.#epoch++
    return null
  }

  unshift(envelope: Envelope): void {
    if (envelope.kind < STOP_SENTINEL) this.#messages++
    this.#insert({ epoch: -1, rank: Number.NEGATIVE_INFINITY, order: --this.#front, envelope })
  }

  shift(): Envelope | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === undefined || last === undefined) return undefined
    if (this.#heap.length > 0) this.#sink(last)
    if (first.envelope.kind < STOP_SENTINEL) this.#messages--
    return first.envelope
  }

  discard(matches: (envelope: Envelope) => boolean): void {
    const kept = this.#heap.filter((entry) => !matches(entry.envelope))
    if (kept.length === this.#heap.length) return
    this.#heap.length = 0
    for (const entry of kept) this.#insert(entry)
  }

  room(): undefined {
    return undefined
  }

  /** A function that throws or returns no number must not lose the message: it counts as the least urgent. */
  #rank(envelope: Envelope): number {
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
  if (one.epoch !== other.epoch) return one.epoch < other.epoch
  return one.rank < other.rank || (one.rank === other.rank && one.order < other.order)
}
