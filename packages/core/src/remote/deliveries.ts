/**
 * Messages that arrive: makes the envelope, finds the target, and hands it over. What reaches nobody is answered.
 */
import { NotOfferedError } from '../errors/remote-errors.ts'
import { type Address, isNodeAddress } from '../model/address.ts'
import { ASK, Envelope, NO_ARGS, STREAM, TELL, replyPort, streamPort } from '../model/envelope.ts'
import { NOT_FOUND } from '../model/exit-reason.ts'
import type { Target } from '../model/target.ts'
import { DecodeFailure } from '../serialization/arrivals.ts'
import { pathOf } from './addresses.ts'
import type { Connection } from './connection.ts'
import type { CreditMeter } from './credit-meter.ts'
import type { EntryFields } from './entry-fields.ts'
import type { FullMailboxes } from './full-mailboxes.ts'
import type { InboundRequests } from './inbound-requests.ts'
import { addressedName } from './name-address.ts'
import { refuse, refuseWith } from './refusal.ts'
import { type Outlet, RemoteTarget } from './remote-target.ts'
import type { WireTarget } from './wire.ts'

export interface DeliveryOptions {
  readonly connection: Connection
  readonly requests: InboundRequests
  readonly full: FullMailboxes
  readonly credits: CreditMeter
  readonly fields: EntryFields
  /** The session's own: what leads back to the peer is not forwarded. */
  readonly outlet: Outlet
}

export class Deliveries {
  readonly #connection: Connection
  readonly #requests: InboundRequests
  readonly #full: FullMailboxes
  readonly #credits: CreditMeter
  readonly #fields: EntryFields
  readonly #outlet: Outlet

  constructor({ connection, requests, full, credits, fields, outlet }: DeliveryOptions) {
    this.#connection = connection
    this.#requests = requests
    this.#full = full
    this.#credits = credits
    this.#fields = fields
    this.#outlet = outlet
  }

  tell(entry: readonly unknown[], payload: unknown): void {
    // Source first, whatever becomes of the message: the peer counts on its path being kept.
    const sender = this.#connection.book.readSender(entry[3])
    const trace = entry.length > 5 ? this.#trace(entry[4]) : null
    const envelope = new Envelope(TELL, this.#method(entry[2]), this.#args(payload), sender, null, trace)
    const { keeper } = this.#connection
    if (keeper === null || keeper.mayTell()) this.#deliver(entry[1], envelope, payload)
  }

  ask(entry: readonly unknown[], payload: unknown): void {
    const fields = this.#fields
    const sender = this.#connection.book.readSender(entry[3])
    const id = this.#newRequest(entry[5])
    const remaining = fields.number(entry[6], 'a remaining time')
    const deadline = remaining < 0 ? Number.POSITIVE_INFINITY : this.#connection.local.clock.now() + remaining
    const args = this.#args(payload)
    const { keeper } = this.#connection
    const port = this.#requests.ask(id, deadline, keeper === null ? entry[7] : keeper.chain(entry[7]))
    const envelope = new Envelope(ASK, this.#method(entry[2]), args, sender, port, this.#trace(entry[4]))
    this.#request(entry[1], envelope, payload)
  }

  open(entry: readonly unknown[], payload: unknown): void {
    const fields = this.#fields
    const sender = this.#connection.book.readSender(entry[3])
    const id = this.#newRequest(entry[5])
    const args = this.#args(payload)
    const port = this.#requests.stream(id, fields.amount(entry[6], 'demand'))
    const envelope = new Envelope(STREAM, this.#method(entry[2]), args, sender, port, this.#trace(entry[4]))
    this.#request(entry[1], envelope, payload)
  }

  /** Whom the peer means: null when there is nobody, or nobody any more, or nobody whom it may reach. */
  resolve(wire: unknown): Target | null {
    const { local, book, peerId, keeper } = this.#connection
    // An actor of this node, which is nearly always meant, costs no address.
    if (typeof wire === 'number' && keeper === null) return wire > 0 ? local.find(local.id, wire) : local.find(peerId, -wire)
    const address = book.readTarget(wire)
    if (address === null) throw this.#fields.broken('an address is spelled wrongly')
    if (address.node === local.id) return this.#ownActor(address)
    if (keeper !== null && !keeper.mayForward(address)) return null
    const target = local.targetFor(address, pathOf(address))
    return target instanceof RemoteTarget && target.outlet === this.#outlet ? null : target
  }

  /** What to call somebody who was not found. */
  pathOf(wire: unknown): string {
    const address = this.#connection.book.readTarget(wire)
    return address === null ? 'nobody' : pathOf(address)
  }

  /** The same for what ends somebody: null also where the peer may not. */
  resolveForEnd(action: 'stop' | 'kill', wire: unknown): Target | null {
    const { keeper } = this.#connection
    const target = this.resolve(wire)
    return target === null || keeper === null || keeper.mayEnd(action, target) ? target : null
  }

  #ownActor(address: Address): Target | null {
    const { local, keeper } = this.#connection
    const name = addressedName(address)
    if (name !== null) return keeper === null || keeper.mayLookUp(name) ? local.lookup(name) : null
    const found = local.find(address.origin, address.seq)
    return keeper === null || isNodeAddress(address) ? found : keeper.admit(found, address)
  }

  /** What wants an answer is refused with one. */
  #request(wire: unknown, envelope: Envelope, payload: unknown): void {
    const { local, keeper } = this.#connection
    let error: unknown = null
    if (keeper !== null) {
      error = keeper.overRequests(this.#requests.size)
      if (error === null && typeof wire === 'string' && !keeper.mayLookUp(wire))
        error = new NotOfferedError(local.name, 'lookup', wire)
    }
    if (error === null) {
      this.#deliver(wire, envelope, payload)
      return
    }
    replyPort(envelope)?.reject(error)
    streamPort(envelope)?.error(error)
  }

  #deliver(wire: unknown, envelope: Envelope, payload: unknown): void {
    const { local } = this.#connection
    if (payload instanceof DecodeFailure) {
      this.#refuse(wire, envelope, payload.error)
      return
    }
    const target = this.resolve(wire)
    if (target === null) {
      refuse(local, this.pathOf(wire), envelope, NOT_FOUND)
      return
    }
    try {
      const accepted = target.deliver(envelope)
      if (accepted !== undefined) this.#hold(wire, accepted)
    } catch (error) {
      // It was on its way through this node, and cannot be pickled here.
      this.#refuse(wire, envelope, error)
    }
  }

  /** Its mailbox is full: the peer hears of it, and does not get back the credit yet. */
  #hold(wire: unknown, accepted: Promise<void>): void {
    this.#credits.wait(accepted)
    // Safe: a target was found, so it is spelled as one.
    this.#full.add(wire as WireTarget, accepted)
  }

  #refuse(wire: unknown, envelope: Envelope, error: unknown): void {
    const { local } = this.#connection
    const path = this.pathOf(wire)
    refuseWith(local, path, envelope, { why: 'refused', error: () => error })
    if (envelope.kind === TELL) local.emit({ kind: 'unhandled-error', path, error, during: 'taking in a message' })
  }

  #method(wire: unknown): string {
    const name = this.#connection.methods.read(wire)
    if (name === null) throw this.#fields.broken('a method is spelled wrongly')
    return name
  }

  #trace(value: unknown): string | null {
    const { keeper } = this.#connection
    const text = this.#fields.optionalText(value)
    return keeper === null ? text : keeper.trace(text)
  }

  #newRequest(value: unknown): number {
    const id = this.#fields.amount(value, 'a request')
    if (this.#requests.has(id)) throw this.#fields.broken(`request ${id} is open already`)
    return id
  }

  #args(payload: unknown): readonly unknown[] {
    return payload instanceof DecodeFailure ? NO_ARGS : this.#fields.list(payload, 'the arguments')
  }
}
