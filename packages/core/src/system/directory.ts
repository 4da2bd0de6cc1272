/**
 * The actors of this node that other nodes know: those whose refs left it, and those that others spawned here. An entry
 * ends with its actor.
 */
import type { Address, NodeId } from '../model/address.ts'
import type { Target } from '../model/target.ts'

export class Directory {
  readonly #byOrigin = new Map<NodeId, Map<number, Target>>()

  add(target: Target): void {
    const { origin, seq } = target.address
    const numbers = this.#byOrigin.get(origin)
    if (numbers !== undefined) numbers.set(seq, target)
    else this.#byOrigin.set(origin, new Map([[seq, target]]))
  }

  find(origin: NodeId, seq: number): Target | null {
    return this.#byOrigin.get(origin)?.get(seq) ?? null
  }

  remove({ origin, seq }: Address): void {
    const numbers = this.#byOrigin.get(origin)
    if (numbers === undefined) return
    numbers.delete(seq)
    if (numbers.size === 0) this.#byOrigin.delete(origin)
  }

  /** How many actors other nodes know. */
  get size(): number {
    let size = 0
    for (const numbers of this.#byOrigin.values()) size += numbers.size
    return size
  }
}
