/**
 * Nodes that are reached through a peer: workers of another machine, whose actors send here and are sent to. Whoever
 * speaks of a node first is the way to it, until that link ends.
 */
import type { NodeId } from '../model/address.ts'
import type { Via } from '../remote/local-node.ts'

/** Nodes behind one peer; of more, the oldest is forgotten. */
const REMEMBERED = 1_024

export class Routes {
  readonly #ways = new Map<NodeId, Via>()
  readonly #behind = new Map<Via, Set<NodeId>>()

  /** True when that is the way: known, or new. */
  learn(node: NodeId, via: Via): boolean {
    const way = this.#ways.get(node)
    if (way !== undefined) return way === via
    this.#ways.set(node, via)
    const behind = this.#behind.get(via)
    if (behind === undefined) this.#behind.set(via, new Set([node]))
    else {
      behind.add(node)
      if (behind.size > REMEMBERED) this.#forgetOldest(behind)
    }
    return true
  }

  to(node: NodeId): Via | null {
    return this.#ways.get(node) ?? null
  }

  /** The link is gone. */
  forget(via: Via): void {
    for (const node of this.#behind.get(via) ?? []) this.#ways.delete(node)
    this.#behind.delete(via)
  }

  #forgetOldest(behind: Set<NodeId>): void {
    const [oldest] = behind
    if (oldest === undefined) return
    behind.delete(oldest)
    this.#ways.delete(oldest)
  }
}
