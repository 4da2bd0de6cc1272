/**
 * Addresses as two connected nodes write them to each other: an actor at either end is a number, a registered name is a
 * string, anything else is spelled out. The path of a sender travels once, and is kept at the other end in a table that
 * both sides fill alike: 256 places, each holding the last number that fell on it.
 */
import { type Address, type NodeId, formatAddress, nodeAddress, nodeName } from '../model/address.ts'
import type { ChainLink } from '../model/ask-chain.ts'
import type { Target } from '../model/target.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { LocalNode, Via } from './local-node.ts'
import { addressedName, nameAddress } from './name-address.ts'
import type { WireSource, WireTarget } from './wire.ts'

/** Places in the table of paths. Part of the protocol: both ends must agree. */
const PLACES = 256

const WRITER = 0
const READER = 1

export class AddressBook {
  readonly #local: LocalNode
  readonly #peer: NodeId
  /** Makes targets for actors at the peer. */
  readonly #via: Via
  readonly #keeper: Gatekeeper | null
  /** The number that each place of the peer's table holds. */
  readonly #announced = new Int32Array(PLACES)
  /** This end's table: what the peer announced. */
  readonly #known = new Array<Target | null>(PLACES).fill(null)
  readonly #knownNumbers = new Int32Array(PLACES)
  /** Who speaks at the peer where no actor does. */
  #peerItself: Target | null = null

  constructor(local: LocalNode, peer: NodeId, via: Via, keeper: Gatekeeper | null = null) {
    this.#local = local
    this.#peer = peer
    this.#via = via
    this.#keeper = keeper
  }

  writeTarget(address: Address): WireTarget {
    const { node, origin, seq } = address
    if (node === this.#peer) {
      const name = addressedName(address)
      if (name !== null) return name
      if (origin === node) return seq
      if (origin === this.#local.id) return -seq
    }
    return [this.#writeNode(node), this.#writeNode(origin), seq]
  }

  /** What the peer means; null when it is spelled wrongly. */
  readTarget(wire: unknown): Address | null {
    if (typeof wire === 'number') return this.#ownAddress(wire)
    if (typeof wire === 'string') return nameAddress(this.#local.id, wire)
    return Array.isArray(wire) ? this.#readAddress(wire) : null
  }

  /** Call `announced` once the entry was really pushed. */
  writeSource(source: Target | null): WireSource {
    if (source === null) return null
    const { address } = source
    const number = this.#numberHere(address)
    if (number !== 0 && this.#announced[number & (PLACES - 1)] === number) return number
    this.given(source)
    return number === 0 ? this.spell(address, source.path) : [number, source.path]
  }

  /** The peer gets to know an actor. */
  given(target: Target): void {
    if (target.address.node === this.#local.id) this.#local.exported(target)
    this.#keeper?.exports.add(target)
  }

  /** The entry with this source is on its way: the peer will know the path. */
  announced(wire: WireSource): void {
    if (wire === null || typeof wire === 'number' || wire.length !== 2) return
    const [number] = wire
    if (typeof number === 'number') this.#announced[number & (PLACES - 1)] = number
  }

  /** Who sent a message: an actor, else the peer itself. */
  readSender(wire: unknown): Target {
    return (
      this.readSource(wire) ??
      (this.#peerItself ??= this.#via.targetFor(nodeAddress(this.#peer), `troupe://${nodeName(this.#peer)}`))
    )
  }

  /** An actor as a target; null for nobody and for what is spelled wrongly. */
  readSource(wire: unknown): Target | null {
    if (typeof wire === 'number') {
      const place = wire & (PLACES - 1)
      const known = this.#known[place]
      return known !== null && known !== undefined && this.#knownNumbers[place] === wire ? known : this.#sourceAtPeer(wire, null)
    }
    if (!Array.isArray(wire)) return null
    const parts: readonly unknown[] = wire
    if (parts.length === 2) {
      const [number, path] = parts
      if (typeof number !== 'number' || typeof path !== 'string') return null
      const target = this.#sourceAtPeer(number, path)
      const place = number & (PLACES - 1)
      this.#known[place] = target
      this.#knownNumbers[place] = number
      return target
    }
    const address = this.#readAddress(parts)
    if (address === null) return null
    const path = String(parts[3])
    if (this.#keeper === null) return this.#targetOf(address, path)
    return this.#keeper.isItsOwn(address) ? this.#via.targetFor(address, this.#keeper.path(address, path)) : null
  }

  /** A ref's address in a payload: node, origin, seq, path. */
  writeRef(target: Target): readonly (number | string)[] {
    this.given(target)
    return this.spell(target.address, target.path)
  }

  /** Any address in full: node, origin, seq, path. */
  spell(address: Address, path: string): readonly (number | string)[] {
    return [this.#writeNode(address.node), this.#writeNode(address.origin), address.seq, path]
  }

  /** Never throws: what is spelled wrongly is a target that is nobody. */
  readRef(wire: readonly unknown[]): Target {
    const address = this.#readAddress(wire) ?? nameAddress(this.#peer, 'malformed')
    const path = String(wire[3])
    return this.#keeper === null ? this.#targetOf(address, path) : this.#keeper.mentioned(address, path)
  }

  /** Outermost asker first: source, path and turn of each, in one flat array; null for none. */
  writeChain(chain: readonly ChainLink[]): readonly unknown[] | null {
    if (chain.length === 0) return null
    const wire: unknown[] = []
    for (const { address, path, turn } of chain)
      wire.push(this.#writeNode(address.node), this.#writeNode(address.origin), address.seq, path, turn)
    return wire
  }

  readChain(wire: unknown): readonly ChainLink[] {
    if (!Array.isArray(wire)) return []
    const parts: readonly unknown[] = wire
    const chain: ChainLink[] = []
    for (let at = 0; at + 4 < parts.length; at += 5) {
      const address = this.#readAddress(parts.slice(at, at + 3))
      const turn = parts[at + 4]
      if (address !== null && typeof turn === 'number') chain.push({ address, path: String(parts[at + 3]), turn })
    }
    return chain
  }

  /** The target for what the peer calls a member of a group: always through the peer, which knows the way. Null when it was here and is gone. */
  memberOf(address: Address, path: string): Target | null {
    if (address.node !== this.#local.id) return this.#via.targetFor(address, path)
    const found = this.#local.find(address.origin, address.seq)
    return this.#keeper === null ? found : this.#keeper.admit(found, address)
  }

  /** The target for an address, wherever it is. */
  #targetOf(address: Address, path: string): Target {
    if (address.node === this.#peer) return this.#via.targetFor(address, path)
    if (address.node === this.#local.id) {
      const found = this.#local.find(address.origin, address.seq)
      if (found !== null) return found
    }
    return this.#local.targetFor(address, path)
  }

  /** n for an actor of this node, -n when the peer spawned it, 0 for all others. */
  #numberHere({ node, origin, seq }: Address): number {
    if (node !== this.#local.id || seq > 0x7fff_ffff) return 0
    if (origin === node) return seq
    return origin === this.#peer ? -seq : 0
  }

  #ownAddress(number: number): Address | null {
    if (!Number.isSafeInteger(number) || number === 0) return null
    const node = this.#local.id
    return number > 0 ? { node, origin: node, seq: number } : { node, origin: this.#peer, seq: -number }
  }

  #sourceAtPeer(number: number, path: string | null): Target | null {
    if (!Number.isSafeInteger(number) || number === 0) return null
    const node = this.#peer
    const address = number > 0 ? { node, origin: node, seq: number } : { node, origin: this.#local.id, seq: -number }
    const known = path === null || this.#keeper === null ? path : this.#keeper.path(address, path)
    return this.#via.targetFor(address, known ?? formatAddress(address))
  }

  #writeNode(id: NodeId): number | string {
    if (id === this.#local.id) return WRITER
    return id === this.#peer ? READER : id
  }

  #readNode(wire: unknown): NodeId | null {
    if (wire === WRITER) return this.#peer
    if (wire === READER) return this.#local.id
    // Safe: a node id that this node did not make can only be compared and handed on.
    return typeof wire === 'string' ? (wire as NodeId) : null
  }

  #readAddress(parts: readonly unknown[]): Address | null {
    const node = this.#readNode(parts[0])
    const origin = this.#readNode(parts[1])
    const seq = parts[2]
    if (node === null || origin === null || typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return null
    return { node, origin, seq }
  }
}

/** What to call an address whose path is not known. */
export function pathOf(address: Address): string {
  const name = addressedName(address)
  return name === null ? formatAddress(address) : `troupe://${nodeName(address.node)}/?${name}`
}
