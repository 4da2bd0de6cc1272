/**
 * Whoever is registered under a name at a node that this system calls again: at its current incarnation, message by
 * message. While the link is down nobody is, and what is sent is refused at once.
 */
import type { Outlets } from '../actor/kernel.ts'
import type { Address, NodeId } from '../model/address.ts'
import type { Target } from '../model/target.ts'
import { nameAddress } from '../remote/name-address.ts'
import type { Session } from '../remote/session.ts'
import { LateBound } from './late-bound.ts'
import { Nowhere } from './nowhere.ts'

/** The node: who it is now, and the link to it while it is up. */
export interface ComingAndGoing {
  readonly name: string
  readonly id: NodeId
  readonly session: Session | null
}

export class FarName extends LateBound {
  readonly #node: ComingAndGoing
  readonly #name: string
  readonly #outlets: Outlets
  #address: Address
  /** The last link, and the name at its other end. */
  #over: { readonly session: Session; readonly target: Target } | null = null

  constructor(node: ComingAndGoing, name: string, outlets: Outlets) {
    super()
    this.#node = node
    this.#name = name
    this.#outlets = outlets
    this.#address = nameAddress(node.id, name)
  }

  /** The name at the current or last incarnation. */
  get address(): Address {
    const { id } = this.#node
    if (this.#address.node !== id) this.#address = nameAddress(id, this.#name)
    return this.#address
  }

  get path(): string {
    return `troupe://${this.#node.name}/?${this.#name}`
  }

  get standsFor(): Target {
    const { session, name } = this.#node
    if (session === null) return new Nowhere(this.address, this.path, { kind: 'disconnected', node: name }, this.#outlets)
    if (this.#over?.session !== session) this.#over = { session, target: session.targetNamed(this.#name) }
    return this.#over.target
  }
}
