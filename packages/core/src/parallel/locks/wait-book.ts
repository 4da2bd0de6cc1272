/**
 * Who waits for which lock of one owner, for finding those who wait for each other.
 */
import { DeadlockError } from '../../index.ts'
import { type Party, findWaitCycle } from './wait-graph.ts'

/** Somebody who waits. */
export interface Wait {
  readonly party: Party
  /** For people. */
  readonly path: string
  /** Whether it waits with a lease in its hand, so that waiting for itself is for ever. An actor may else have more than one thing going on. */
  readonly nested: boolean
  /** Who must let go: any one of them is enough. */
  holders(): readonly Party[]
  /** Ends the wait; null where it cannot be refused, because it must have the lock. */
  readonly refuse: ((error: unknown) => void) | null
}

export class WaitBook {
  /** In the order in which they began. */
  readonly #byParty = new Map<Party, Set<Wait>>()
  readonly #order = new WeakMap<Wait, number>()
  #last = 0

  /** Somebody begins to wait. Whoever closes a circle by that is refused at once. */
  begin(wait: Wait): void {
    const waits = this.#byParty.get(wait.party)
    if (waits === undefined) this.#byParty.set(wait.party, new Set([wait]))
    else waits.add(wait)
    this.#order.set(wait, ++this.#last)
    // Mostly somebody who holds it waits for nothing, and will let go.
    if (wait.holders().every((holder) => this.#byParty.has(holder))) this.#check(wait.party)
  }

  end(wait: Wait): void {
    const waits = this.#byParty.get(wait.party)
    if (waits === undefined || !waits.delete(wait) || waits.size > 0) return
    this.#byParty.delete(wait.party)
  }

  #check(party: Party): void {
    const cycle = findWaitCycle(party, { of: (one) => this.#wantedBy(one) })
    if (cycle === null) return
    const waits = cycle.flatMap((one) => [...(this.#byParty.get(one) ?? [])])
    const newest = waits
      .filter(({ refuse }) => refuse !== null)
      .reduce<Wait | null>((one, other) => (one !== null && this.#orderOf(one) > this.#orderOf(other) ? one : other), null)
    newest?.refuse?.(new DeadlockError(cycle.map((one) => this.#pathOf(one))))
  }

  #wantedBy(party: Party): readonly (readonly Party[])[] {
    const waits = this.#byParty.get(party)
    if (waits === undefined) return []
    return [...waits].map((wait) => {
      const holders = wait.holders()
      return wait.nested || !holders.includes(party) ? holders : []
    })
  }

  #pathOf(party: Party): string {
    const [wait] = this.#byParty.get(party) ?? []
    return wait?.path ?? party
  }

  #orderOf(wait: Wait): number {
    return this.#order.get(wait) ?? 0
  }
}
