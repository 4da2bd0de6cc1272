/**
 * The actors that a peer was given: those whose refs were sent to it, who sent to it, whom it spawned. A ref is a
 * capability: nobody else can be reached over the link, whatever numbers the peer guesses. What is kept goes with the
 * actors, and all of it with the link.
 */
import { type Address, formatAddress, isNodeAddress } from '../model/address.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { LocalNode } from './local-node.ts'

interface Beyond {
  readonly target: Target
  readonly watcher: Watcher
}

export class Exports {
  readonly #local: LocalNode
  /** Of this node: an actor that is gone takes its place along. */
  readonly #here = new WeakSet<Target>()
  /** Of workers of this program, by address, until they end. */
  readonly #beyond = new Map<string, Beyond>()

  constructor(local: LocalNode) {
    this.#local = local
  }

  get size(): number {
    return this.#beyond.size
  }

  /** The target's address goes to the peer. Cheap to call again. */
  add(target: Target): void {
    const { node, seq } = target.address
    if (node === this.#local.id) this.#here.add(target)
    else if (seq !== 0 || isNodeAddress(target.address)) this.#addBeyond(target)
  }

  /** Whether an actor of this node was given. */
  has(target: Target): boolean {
    return this.#here.has(target)
  }

  /** Whether an actor of a worker was. */
  hasBeyond(address: Address): boolean {
    return this.#beyond.size > 0 && this.#beyond.has(formatAddress(address))
  }

  end(): void {
    const beyond = [...this.#beyond.values()]
    this.#beyond.clear()
    for (const { target, watcher } of beyond) target.unwatch(watcher)
  }

  #addBeyond(target: Target): void {
    const key = formatAddress(target.address)
    if (this.#beyond.has(key) || !this.#local.isOwn(target.address.node)) return
    const watcher: Watcher = { ended: () => void this.#beyond.delete(key) }
    this.#beyond.set(key, { target, watcher })
    target.watch(watcher)
  }
}
