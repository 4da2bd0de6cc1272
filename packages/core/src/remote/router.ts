/**
 * Takes in what a peer sends: reads each entry and hands it to the part of the session that it is for. An entry that the
 * protocol does not allow ends the reading with a ProtocolError; nothing else that is thrown gets past it.
 */
import { ProtocolError } from '../errors/remote-errors.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import { DecodeFailure } from '../serialization/arrivals.ts'
import type { FrameDecoder } from '../serialization/codec.ts'
import type { Connection } from './connection.ts'
import type { CreditMeter } from './credit-meter.ts'
import { Deliveries } from './deliveries.ts'
import { EntryFields, readError } from './entry-fields.ts'
import type { Outlet } from './remote-target.ts'
import type { SessionParts } from './session-parts.ts'
import { Signals } from './signals.ts'
import { Entry, type WireTarget } from './wire.ts'

/** What concerns the session itself. */
export interface SessionEvents {
  shutdownRequested(reason: ExitReason): void
  goodbye(reason: ExitReason): void
  /** The peer says which of its lines this link is: older links of the same line are dead. */
  isLine(line: number): void
}

export interface RouterOptions {
  readonly connection: Connection
  readonly parts: SessionParts
  readonly credits: CreditMeter
  readonly outlet: Outlet
  readonly session: SessionEvents
}

export class Router {
  readonly #connection: Connection
  readonly #parts: SessionParts
  readonly #session: SessionEvents
  readonly #fields: EntryFields
  readonly #deliveries: Deliveries
  readonly #signals: Signals
  #entries = 0
  /** The last one that came with its header, in this frame. */
  #headed: readonly unknown[] | null = null
  #broken: ProtocolError | null = null
  readonly #visit = (entry: readonly unknown[]): void => {
    if (this.#broken !== null) return
    this.#entries++
    try {
      if (entry.length > 1) this.#headed = entry
      else if (this.#headed === null) throw this.#fields.broken('an entry without a header')
      this.#take(this.#headed, entry[entry.length - 1])
    } catch (error) {
      if (error instanceof ProtocolError) this.#broken = error
      else
        this.#connection.local.emit({
          kind: 'unhandled-error',
          path: this.#connection.peerName,
          error,
          during: 'taking in a message',
        })
    }
  }

  constructor({ connection, parts, credits, outlet, session }: RouterOptions) {
    const fields = new EntryFields(connection.peerName)
    const { requests, full } = parts
    this.#connection = connection
    this.#parts = parts
    this.#session = session
    this.#fields = fields
    this.#deliveries = new Deliveries({ connection, requests, full, credits, fields, outlet })
    this.#signals = new Signals({ connection, parts, fields, deliveries: this.#deliveries })
  }

  /** Takes in one frame; returns how many entries it had. Throws ProtocolError or MalformedBytesError: the link must be closed. */
  read(decoder: FrameDecoder, body: Uint8Array): number {
    this.#entries = 0
    this.#headed = null
    decoder.decode(body, this.#visit)
    if (this.#broken !== null) throw this.#broken
    return this.#entries
  }

  #take(entry: readonly unknown[], payload: unknown): void {
    const parts = this.#parts
    switch (entry[0]) {
      case Entry.tell:
        return this.#deliveries.tell(entry, payload)
      case Entry.ask:
        return this.#deliveries.ask(entry, payload)
      case Entry.reply:
        if (payload instanceof DecodeFailure) return parts.asks.reject(this.#id(entry), payload.error)
        return parts.asks.resolve(this.#id(entry), payload)
      case Entry.fail:
        return parts.asks.reject(this.#id(entry), readError(payload))
      case Entry.open:
        return this.#deliveries.open(entry, payload)
      case Entry.next:
        return this.#next(this.#id(entry), payload)
      case Entry.complete:
        return parts.streams.complete(this.#id(entry))
      case Entry.error:
        return parts.streams.error(this.#id(entry), readError(payload))
      case Entry.cancel:
        return parts.requests.cancel(this.#id(entry), readError(payload))
      case Entry.demand:
        return parts.requests.demand(this.#id(entry), this.#fields.amount(entry[2], 'demand'))
      case Entry.full:
        return this.#pause(this.#fields.target(entry[1]))
      case Entry.room:
        return parts.paused.resume(this.#fields.target(entry[1]))
      case Entry.credit:
        return this.#connection.data.grant(this.#fields.amount(entry[1], 'credit'))
      case Entry.ping:
        return this.#pong()
      case Entry.pong:
        return undefined
      case Entry.shutdown:
        return this.#session.shutdownRequested(this.#fields.reason(payload))
      case Entry.goodbye:
        return this.#session.goodbye(this.#fields.reason(payload))
      case Entry.line:
        return this.#session.isLine(this.#fields.amount(entry[1], 'a line'))
      default:
        return this.#signals.take(entry, payload)
    }
  }

  #pong(): void {
    const { control, keeper } = this.#connection
    if (keeper === null || keeper.mayPing()) control.push([Entry.pong], null, 'pong')
  }

  #pause(target: WireTarget): void {
    const { keeper } = this.#connection
    const { paused } = this.#parts
    if (keeper === null || keeper.mayPause(target, paused.size)) paused.pause(target)
  }

  #next(stream: number, payload: unknown): void {
    const { streams } = this.#parts
    if (payload instanceof DecodeFailure) streams.fail(stream, payload.error)
    else streams.next(stream, payload)
  }

  #id(entry: readonly unknown[]): number {
    return this.#fields.number(entry[1], 'a number')
  }
}
