/**
 * Takes in what a peer sends: reads each entry and hands it to the part of the session that it is for. An entry that the
 * protocol does not allow ends the reading with a ProtocolError; nothing else that is thrown gets past it.
 */
import { ProtocolError } from '../errors/remote-errors.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import { NOT_FOUND } from '../model/exit-reason.ts'
import { stopSentinel } from '../model/envelope.ts'
import { DecodeFailure } from '../serialization/arrivals.ts'
import type { FrameDecoder } from '../serialization/codec.ts'
import type { Connection } from './connection.ts'
import type { CreditMeter } from './credit-meter.ts'
import { Deliveries } from './deliveries.ts'
import { EntryFields, failedStart, readError } from './entry-fields.ts'
import { pushError, pushReason } from './portable.ts'
import { stoppedError } from './refusal.ts'
import type { Outlet } from './remote-target.ts'
import type { SessionParts } from './session-parts.ts'
import { Entry } from './wire.ts'

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
        return parts.paused.pause(this.#fields.target(entry[1]))
      case Entry.room:
        return parts.paused.resume(this.#fields.target(entry[1]))
      case Entry.credit:
        return this.#connection.data.grant(this.#fields.amount(entry[1], 'credit'))
      case Entry.ping:
        return void this.#connection.control.push([Entry.pong], null, 'pong')
      case Entry.pong:
        return undefined
      case Entry.shutdown:
        return this.#session.shutdownRequested(this.#fields.reason(payload))
      case Entry.goodbye:
        return this.#session.goodbye(this.#fields.reason(payload))
      case Entry.line:
        return this.#session.isLine(this.#fields.amount(entry[1], 'a line'))
      default:
        return this.#takeSignal(entry, payload)
    }
  }

  /** What concerns lives. */
  #takeSignal(entry: readonly unknown[], payload: unknown): void {
    const parts = this.#parts
    switch (entry[0]) {
      case Entry.stop:
        return void this.#deliveries.resolve(entry[1])?.deliver(stopSentinel(this.#fields.reason(payload)))
      case Entry.kill:
        return this.#deliveries.resolve(entry[1])?.kill()
      case Entry.spawn:
        return this.#spawn(entry, payload)
      case Entry.childReady:
        return parts.children.get(this.#id(entry))?.becameReady()
      case Entry.childEnded:
        return parts.children.get(this.#id(entry))?.hasEnded(this.#fields.reason(payload))
      case Entry.restart:
        return parts.hosted.restart(this.#id(entry))
      case Entry.bury:
        return parts.hosted.bury(this.#id(entry), this.#fields.reason(payload))
      case Entry.watch:
        return parts.watchedHere.add(this.#id(entry), this.#deliveries.resolve(entry[2]))
      case Entry.unwatch:
        return parts.watchedHere.remove(this.#id(entry))
      case Entry.down:
        return parts.watches.down(this.#id(entry), this.#fields.reason(payload))
      case Entry.awaitReady:
        return this.#awaitReady(this.#id(entry), entry[2])
      case Entry.ready:
        return parts.waits.ready(this.#id(entry))
      case Entry.notReady:
        return parts.waits.failed(this.#id(entry), readError(payload))
      case Entry.link:
        return this.#link(entry)
      case Entry.unlink:
        return this.#unlink(entry)
      case Entry.exit:
        return this.#exit(entry, this.#fields.reason(payload))
      case Entry.join:
        return parts.groups.join(entry)
      case Entry.leave:
        return parts.groups.leave(entry)
      default:
        throw this.#fields.broken('an entry of no known kind')
    }
  }

  #next(stream: number, payload: unknown): void {
    const { streams } = this.#parts
    if (payload instanceof DecodeFailure) streams.fail(stream, payload.error)
    else streams.next(stream, payload)
  }

  #spawn(entry: readonly unknown[], payload: unknown): void {
    const fields = this.#fields
    const { hosted } = this.#parts
    const seq = fields.amount(entry[1], 'a child')
    const definition = { module: fields.optionalText(entry[2]) ?? undefined, name: fields.text(entry[3], 'a definition') }
    const name = fields.text(entry[4], 'a name')
    const mailbox = fields.mailbox(entry[5])
    const parent = this.#connection.book.readSource(entry[7])
    if (seq === 0 || hosted.has(seq)) throw fields.broken(`child ${seq} is there already`)
    if (payload instanceof DecodeFailure) {
      pushReason(this.#connection.data, [Entry.childEnded, seq], failedStart(name, payload))
      return
    }
    const args = fields.list(payload, 'the arguments')
    const onEnd = entry[6] === 1 ? 'held' : 'free'
    hosted.spawn({ origin: this.#connection.peerId, seq, definition, args, name, mailbox, onEnd }, parent)
  }

  #awaitReady(wait: number, wire: unknown): void {
    const { data } = this.#connection
    const target = this.#deliveries.resolve(wire)
    if (target === null) {
      pushError(data, [Entry.notReady, wait], stoppedError(this.#deliveries.pathOf(wire), NOT_FOUND))
      return
    }
    target.ready().then(
      () => data.push([Entry.ready, wait], null, 'ready'),
      (error: unknown) => pushError(data, [Entry.notReady, wait], error),
    )
  }

  #link(entry: readonly unknown[]): void {
    const { book, data } = this.#connection
    const far = book.readSource(entry[2])
    if (far === null) throw this.#fields.broken('nobody is linked')
    const near = this.#deliveries.resolve(entry[1])
    if (near === null) {
      const address = book.readTarget(entry[1])
      if (address !== null)
        pushReason(
          data,
          [Entry.exit, book.writeTarget(far.address), book.spell(address, this.#deliveries.pathOf(entry[1]))],
          NOT_FOUND,
        )
      return
    }
    this.#parts.links.add(far, near)
    near.link(far)
  }

  #unlink(entry: readonly unknown[]): void {
    const far = this.#connection.book.readSource(entry[2])
    const near = this.#deliveries.resolve(entry[1])
    if (far === null || near === null) return
    this.#parts.links.remove(far, near)
    near.unlink(far)
  }

  /** After an unlink, an exit that was on its way is not heard. */
  #exit(entry: readonly unknown[], reason: ExitReason): void {
    const far = this.#connection.book.readSource(entry[2])
    const near = this.#deliveries.resolve(entry[1])
    if (far !== null && near !== null && this.#parts.links.remove(far, near)) near.linkedExit(far, reason)
  }

  #id(entry: readonly unknown[]): number {
    return this.#fields.number(entry[1], 'a number')
  }
}
