/**
 * What consumers and producers have open at the owner of a queue: calls that wait, deliveries in hand, iterations with values
 * sent ahead. Each claim ends with its line, and with the actor that made it, or its node.
 */
import { OwnerLine, type Outcome } from './lines.ts'
import type { Parcel } from './parcel.ts'
import type { Item } from './queue-store.ts'

/** Who has claims: a line, or an actor. */
export interface Holder {
  readonly claims: Set<Claim>
}

export class QueueLine extends OwnerLine implements Holder {
  readonly claims: Set<Claim> = new Set()
  readonly waiters: Map<number, Waiter> = new Map()
  readonly iterations: Map<number, Iteration> = new Map()
}

export type Claim = Waiter | Held | Iteration

abstract class Claimed {
  readonly line: QueueLine
  /** The actor that made it, or its node; null for what is answered at once. */
  readonly party: Holder | null

  constructor(line: QueueLine, party: Holder | null) {
    this.line = line
    this.party = party
  }

  protected begin(claim: Claim): void {
    this.line.claims.add(claim)
    this.party?.claims.add(claim)
  }

  protected end(claim: Claim): void {
    this.line.claims.delete(claim)
    this.party?.claims.delete(claim)
  }
}

/** Which list a waiter is on. */
export type WaiterKind = 'put' | 'get' | 'ready' | 'join'

/** A call that is not answered yet. */
export class Waiter extends Claimed {
  readonly kind: WaiterKind
  readonly call: number
  /** Of a put. */
  readonly parcel: Parcel
  readonly priority: number
  /** Of a get that is an iteration's. */
  readonly iteration: Iteration | null
  /** Takes the deadline back. */
  cancelTimer: (() => void) | null = null

  constructor(
    line: QueueLine,
    party: Holder | null,
    kind: WaiterKind,
    call: number,
    given: { readonly parcel?: Parcel; readonly priority?: number; readonly iteration?: Iteration | null } = {},
  ) {
    super(line, party)
    this.kind = kind
    this.call = call
    this.parcel = given.parcel
    this.priority = given.priority ?? 0
    this.iteration = given.iteration ?? null
    this.begin(this)
    line.waiters.set(call, this)
  }

  settle(outcome: Outcome, value: unknown): void {
    this.cancelTimer?.()
    this.line.waiters.delete(this.call)
    this.end(this)
    this.line.say(this.call, outcome, value)
  }
}

/** A delivery that is neither done nor failed. */
export class Held extends Claimed {
  readonly token: number
  readonly item: Item

  constructor(line: QueueLine, party: Holder | null, token: number, item: Item) {
    super(line, party)
    this.token = token
    this.item = item
    this.begin(this)
  }

  settle(): void {
    this.end(this)
  }
}

/** The most values that are sent at once. */
const MOST = 1_024

/** Milliseconds of work that a loop is given at once, as far as its last batch tells. */
export const SHARE = 10

/**
 * A loop over the queue. While it takes its values quickly it gets some ahead. Those stay the queue's until the loop has them
 * in hand: they come back when another consumer waits, when the loop is slow or left, and when its consumer dies.
 */
export class Iteration extends Claimed {
  readonly number: number
  /** The values of the last batch, and how many of them were handed over as far as is known. */
  lent: readonly Item[] = []
  confirmed = 0
  /** Counts the batches, for what crosses on the way. */
  batch = 0
  /** How many it gets at once. */
  window = 1
  /** It was asked to give back what it has of this batch. */
  recalled = false
  /** Milliseconds that it has had this batch for, from below: 0, then SHARE doubled again and again. */
  elapsed = 0
  /** Runs until the next time that `elapsed` grows. */
  cancelTimer: (() => void) | null = null

  constructor(line: QueueLine, party: Holder | null, number: number) {
    super(line, party)
    this.number = number
    this.begin(this)
    line.iterations.set(number, this)
  }

  /** Values that it may not have asked for yet. */
  get ahead(): number {
    return Math.max(0, this.lent.length - Math.max(1, this.confirmed))
  }

  lend(items: readonly Item[]): void {
    this.lent = items
    this.confirmed = 0
    this.recalled = false
    this.batch++
  }

  /** It has had the whole batch: the next one is such that it takes about as long as a loop's share. */
  tookAll(): void {
    const count = this.lent.length
    if (count > 0) this.window = this.elapsed === 0 ? Math.min(MOST, this.window * 2) : paced(count, this.elapsed)
    this.#settle()
  }

  /** What it did not have. */
  takeBack(handed: number): readonly Item[] {
    const count = Math.max(handed, this.confirmed)
    const rest = this.lent.slice(count)
    this.window = paced(count, Math.max(SHARE, this.elapsed))
    this.#settle()
    return rest
  }

  leave(): void {
    this.line.iterations.delete(this.number)
    this.end(this)
  }

  #settle(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
    this.lent = []
    this.confirmed = 0
    this.elapsed = 0
  }
}

/** How many values fit into a share for one that took so long for so many. */
function paced(count: number, elapsed: number): number {
  return Math.max(1, Math.floor((count * SHARE) / elapsed))
}
