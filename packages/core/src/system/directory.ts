/**
 * The actors of this node that other nodes know: those whose refs left it, and those that others spawned here. The last
 * ones that ended are remembered, so that a message on its way to one is refused with the reason of its end.
 */
import type { NodeId } from '../model/address.ts'
import type { Target } from '../model/target.ts'

/** Ended actors that are remembered. */
const REMEMBERED = 1_024

export class Directory {
  readonly #byOrigin = new Map<NodeId, Map<number, Target>>()
  /** Oldest first. */
  readonly #ended = new Map<string, Target>()

  add(target: Target): void {
    const { origin, seq } = target.address
    const numbers = this.#byOrigin.get(origin)
    if (numbers !== undefined) numbers.set(seq, target)
    else this.#byOrigin.set(origin, new Map([[seq, target]]))
  }

  find(origin: NodeId, seq: number): Target | null {
    return this.#byOrigin.get(origin)?.get(seq) ?? this.#ended.get(`${origin}/${seq}`) ?? null
  }

  remove(target: Target): void {
    const { origin, seq } = target.address
    const numbers = this.#byOrigin.get(origin)
    if (numbers === undefined || !numbers.delete(seq)) return
    if (numbers.size === 0) this.#byOrigin.delete(origin)
    this.#ended.set(`${origin}/${seq}`, target)
    if (this.#ended.size <= REMEMBERED) return
    const [oldest] = this.#ended.keys()
    if (oldest !== undefined) this.#ended.delete(oldest)
  }

  /** How many actors other nodes know. */
  get size(): number {
    let size = 0
    for (const numbers of this.#byOrigin.values()) size += numbers.size
    return size
  }
}
