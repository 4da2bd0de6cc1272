/**
 * Who waits for which lock of one owner, for finding those who wait for each other. A circle among the locks of this owner is found
 * at once, when it closes; for those over several owners see `lookout.ts`, which reads this book.
 */
import { DeadlockError } from '../../index.ts'
import { Keys } from './keys.ts'
import { type Party, findWaitCycle } from './wait-graph.ts'
import type { WaitOrder } from './wait-order.ts'
import { type WaitView, newestOf } from './wait-view.ts'

/** Somebody who waits. */
export interface Wait {
  readonly party: Party
  /** For people. */
  readonly path: string
  /** Whether it waits with a lease in its hand, so that waiting for itself is for ever. An actor may else have more than one thing going on. */
  readonly nested: boolean
  /** Who must let go: any one of them is enough. All who wait for one lock have the same function. */
  readonly holders: () => readonly Party[]
  /** Ends the wait; null where it cannot be refused, because it must have the lock. */
  readonly refuse: ((error: unknown) => void) | null
}

/** A wait as it stands in the book. */
export interface WaitEntry {
  readonly wait: Wait
  readonly id: string
  readonly began: number
  /** When it is looked into next, and how long after the last time that is. Written by the lookout. */
  lookAt: number
  gap: number
}

export class WaitBook {
  readonly #order: WaitOrder
  readonly #began: (entry: WaitEntry) => void
  /** In the order in which they began. */
  readonly #entries = new Map<Wait, WaitEntry>()
  readonly #byParty = new Map<Party, Set<WaitEntry>>()
  readonly #ids = new Keys()

  /** `began` is told of each wait that is not refused at once. */
  constructor(order: WaitOrder, began: (entry: WaitEntry) => void = () => undefined) {
    this.#order = order
    this.#began = began
  }

  get entries(): IterableIterator<WaitEntry> {
    return this.#entries.values()
  }

  /** Somebody begins to wait. Whoever closes a circle by that is refused at once. */
  begin(wait: Wait): void {
    const entry = { wait, id: this.#ids.next(), began: this.#order.next(), lookAt: Number.POSITIVE_INFINITY, gap: 0 }
    this.#entries.set(wait, entry)
    const others = this.#byParty.get(wait.party)
    if (others === undefined) this.#byParty.set(wait.party, new Set([entry]))
    else others.add(entry)
    // Mostly somebody who holds it waits for nothing, and will let go.
    if (wait.holders().every((holder) => this.#byParty.has(holder))) this.#check(wait.party)
    if (this.#entries.has(wait)) this.#began(entry)
  }

  end(wait: Wait): void {
    const entry = this.#entries.get(wait)
    if (entry === undefined) return
    this.#entries.delete(wait)
    const others = this.#byParty.get(wait.party)
    others?.delete(entry)
    if (others?.size === 0) this.#byParty.delete(wait.party)
  }

  /** What these wait for here. */
  viewsOf(parties: Iterable<Party>): readonly WaitView[] {
    return [...parties].flatMap((party) => [...(this.#byParty.get(party) ?? [])].map(toView))
  }

  has(party: Party, id: string): boolean {
    return this.#find(party, id) !== null
  }

  /** The wait of that id ends with the error, unless it is no more, or must have its lock. */
  refuse(party: Party, id: string, error: unknown): void {
    this.#find(party, id)?.wait.refuse?.(error)
  }

  #find(party: Party, id: string): WaitEntry | null {
    for (const entry of this.#byParty.get(party) ?? []) if (entry.id === id) return entry
    return null
  }

  #check(party: Party): void {
    const views = (one: Party): readonly WaitView[] => this.viewsOf([one])
    const cycle = findWaitCycle(party, { of: (one) => views(one).map(({ holders }) => holders) })
    if (cycle === null) return
    const newest = newestOf(cycle.flatMap(views))
    if (newest !== null) this.refuse(newest.party, newest.id, new DeadlockError(cycle.map((one) => views(one)[0]?.path ?? one)))
  }
}

function toView({ wait, id, began }: WaitEntry): WaitView {
  const { party, path, nested, refuse } = wait
  const holders = wait.holders()
  const isStuck = nested || !holders.includes(party)
  return { id, party, path, began, isRefusable: refuse !== null, holders: isStuck ? holders : [] }
}
