/**
 * Stands between an untrusted peer and the actors of this program: whom it may reach, whose end it may cause, in whose
 * name it may speak, and how much it may have open. Links between the parts of one program have none.
 *
 * A ref is a capability, good on the link over which it was given. Names are open unless `authorize` says no.
 */
import { QuotaExceededError } from '../errors/remote-errors.ts'
import { type Address, type NodeId, formatAddress } from '../model/address.ts'
import type { Target } from '../model/target.ts'
import { Exports } from './exports.ts'
import type { LocalNode, Via } from './local-node.ts'
import { addressedName, nameAddress } from './name-address.ts'
import { TokenBucket } from './token-bucket.ts'
import type { WireTarget } from './wire.ts'

/** What a peer may have open where its quotas say nothing. */
const DEFAULT_QUOTA = 10_000

/** Pings a second that are answered. A peer sends one. */
const PINGS = 10

/** Askers behind one message; of more, only the last ones are looked at. */
const LONGEST_CHAIN = 256

/** Values for each asker in a chain. */
const CHAIN_FIELDS = 5

/** Characters of a trace context, of a path, of a name in an address. */
const LONGEST_TRACE = 512
const LONGEST_PATH = 4_096
const LONGEST_NAME = 1_024

/** What a spawned actor may be called: one step of a path. */
const CHILD_NAME = /^[^/?#\p{C}]{1,256}$/u

export interface GatekeeperOptions {
  readonly local: LocalNode
  readonly peerId: NodeId
  /** Makes targets for what lies behind the peer. */
  readonly via: Via
}

export class Gatekeeper {
  readonly exports: Exports
  readonly #local: LocalNode
  readonly #peerId: NodeId
  readonly #via: Via
  readonly #messages: TokenBucket | null
  readonly #pings: TokenBucket
  /** Waits of the peer for setups here. */
  #waits = 0

  constructor({ local, peerId, via }: GatekeeperOptions) {
    const { messages } = local.quotas
    this.exports = new Exports(local)
    this.#local = local
    this.#peerId = peerId
    this.#via = via
    this.#messages = messages === undefined ? null : new TokenBucket(local.clock, messages)
    this.#pings = new TokenBucket(local.clock, PINGS)
  }

  /** Who was found under a number of this node's own, where the peer was given it. */
  admit(found: Target | null, address: Address): Target | null {
    if (found !== null && this.exports.has(found)) return found
    // What it spawned itself, and is gone, it may well ask for.
    if (found !== null || address.origin !== this.#peerId) this.#local.refused('reach', found?.path ?? formatAddress(address))
    return null
  }

  mayLookUp(name: string): boolean {
    return this.#local.mayUse('lookup', name)
  }

  /** Nothing passes through this node but to its own workers, and there only to actors that the peer was given. */
  mayForward(address: Address): boolean {
    return this.exports.hasBeyond(address) || this.#no('forward', address)
  }

  /** Only what it spawned, and what that spawned, may a peer end. */
  mayEnd(action: 'stop' | 'kill' | 'exit', target: Target): boolean {
    if (this.#local.isOf(this.#peerId, target)) return true
    this.#local.refused(action, target.path)
    return false
  }

  /** Whether an actor that is linked to one of the peer's ends with it, though it did not say so itself. */
  endsWithIts(target: Target): boolean {
    return this.#local.isOf(this.#peerId, target)
  }

  /** Whether an actor that is spelled out as a sender, parent or partner is the peer's, or behind it. */
  isItsOwn(address: Address): boolean {
    return address.node === this.#peerId || this.#isBehind(address.node) || this.#no('send as', address)
  }

  /** The target of a ref in a payload: nobody, where the peer has no such ref. */
  mentioned(address: Address, path: string): Target {
    const { node, origin, seq } = address
    if (node === this.#peerId) return this.#via.targetFor(address, path)
    if (node === this.#local.id) {
      const name = addressedName(address)
      if (name !== null) return this.mayLookUp(name) ? this.#local.targetFor(address, path) : this.#nobody(path)
      const found = this.#local.find(origin, seq)
      return found === null || this.admit(found, address) !== null ? this.#local.targetFor(address, path) : this.#nobody(path)
    }
    if (this.exports.hasBeyond(address)) return this.#local.targetFor(address, path)
    if (this.#isBehind(node)) return this.#via.targetFor(address, path)
    return this.#local.isOwn(node) && !this.#no('reach', address) ? this.#nobody(path) : this.#local.targetFor(address, path)
  }

  /** False for a message above the rate. */
  mayTell(): boolean {
    if (this.#messages === null || this.#messages.take()) return true
    this.#local.refused('quota', 'messages')
    return false
  }

  /** What to answer an ask or a stream with, which is one of `open`; null where it may go on. */
  overRequests(open: number): Error | null {
    if (!this.mayTell()) return new QuotaExceededError(this.#local.name, 'messages a second', this.#local.quotas.messages ?? 0)
    return this.#over('requests', open - 1, 'open requests')
  }

  overWatches(open: number): Error | null {
    return this.#over('watches', open, 'watches and links')
  }

  overActors(live: number): Error | null {
    return this.#over('actors', live, 'live actors')
  }

  /** What to answer a wait for setup with; null where it may go on, until `waited`. */
  overWaits(): Error | null {
    const error = this.#over('requests', this.#waits, 'open requests')
    if (error === null) this.#waits++
    return error
  }

  waited(): void {
    this.#waits--
  }

  /** Each answer costs as much as the question, and has no credit. */
  mayPing(): boolean {
    return this.#pings.take()
  }

  /** Whether one more of its own mailboxes may be noted as full. */
  mayPause(target: WireTarget, known: number): boolean {
    return known < DEFAULT_QUOTA && (typeof target !== 'string' || target.length <= LONGEST_NAME)
  }

  isChildName(name: string): boolean {
    return CHILD_NAME.test(name)
  }

  /** The innermost askers. */
  chain(wire: unknown): unknown {
    return Array.isArray(wire) && wire.length > LONGEST_CHAIN * CHAIN_FIELDS ? wire.slice(-LONGEST_CHAIN * CHAIN_FIELDS) : wire
  }

  trace(text: string | null): string | null {
    return text === null || text.length > LONGEST_TRACE ? null : text
  }

  /** Paths are kept. */
  path(address: Address, path: string): string {
    return path.length > LONGEST_PATH ? formatAddress(address) : path
  }

  end(): void {
    this.exports.end()
    this.#local.parted(this.#via)
  }

  #over(quota: 'requests' | 'watches' | 'actors', open: number, what: string): Error | null {
    const limit = this.#local.quotas[quota] ?? DEFAULT_QUOTA
    if (open < limit) return null
    this.#local.refused('quota', quota)
    return new QuotaExceededError(this.#local.name, what, limit)
  }

  #isBehind(node: NodeId): boolean {
    return node !== this.#local.id && this.#local.isBehind(node, this.#via)
  }

  #no(action: string, address: Address): false {
    this.#local.refused(action, formatAddress(address))
    return false
  }

  #nobody(path: string): Target {
    return this.#local.targetFor(nameAddress(this.#local.id, ''), path)
  }
}
