/**
 * Streams that this node reads from a peer. The peer sends no more values than it was asked for: 64 ahead of the reader
 * at most, fewer when the reader takes fewer; more is asked for when half of them have come.
 */
import type { Envelope, StreamPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connection } from './connection.ts'
import { sendCancel } from './outbound-asks.ts'
import { stoppedError } from './refusal.ts'
import type { RemoteTarget } from './remote-target.ts'
import { Entry } from './wire.ts'

/** Values that may be on their way, for each stream. */
const AHEAD = 64

interface OutboundStream {
  readonly port: StreamPort
  readonly path: string
  /** The data lane's number for its opening. */
  readonly entry: number
  /** Values asked for that have not come yet. */
  outstanding: number
  /** The most values that the reader ever took at once. */
  most: number
}

export class OutboundStreams {
  readonly #connection: Connection
  readonly #open = new Map<number, OutboundStream>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#open.size
  }

  send(target: RemoteTarget, envelope: Envelope, port: StreamPort): void {
    if (port.closed) return
    const { book, data, methods } = this.#connection
    const id = this.#connection.nextId()
    const { sender, args, trace } = envelope
    const method = methods.write(envelope.method)
    const source = book.writeSource(sender)
    const outstanding = wanted(port)
    let entry: number
    try {
      entry = data.push([Entry.open, target.wire, method, source, trace, id, outstanding], args, 'args')
    } catch (error) {
      port.error(error)
      return
    }
    book.announced(source)
    methods.announced(method)
    const stream: OutboundStream = { port, path: target.path, entry, outstanding, most: outstanding }
    this.#open.set(id, stream)
    port.onDemand(() => this.#askForMore(id, stream))
    port.onCancel((reason) => this.cancel(id, reason))
  }

  next(id: number, value: unknown): void {
    const stream = this.#open.get(id)
    if (stream === undefined) return
    stream.outstanding = Math.max(0, stream.outstanding - 1)
    stream.port.next(value)
    this.#askForMore(id, stream)
  }

  complete(id: number): void {
    this.#take(id)?.port.complete()
  }

  error(id: number, error: unknown): void {
    this.#take(id)?.port.error(error)
  }

  /** A value could not be built here: the reader gets the error, the source ends. */
  fail(id: number, error: unknown): void {
    const stream = this.#take(id)
    if (stream === undefined) return
    sendCancel(this.#connection, id, stream.entry, error)
    stream.port.error(error)
  }

  /** The reader wants no more. */
  cancel(id: number, reason: unknown): void {
    const stream = this.#take(id)
    if (stream !== undefined) sendCancel(this.#connection, id, stream.entry, reason)
  }

  end(reason: ExitReason): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { port, path } of open) port.error(stoppedError(path, reason))
  }

  #askForMore(id: number, stream: OutboundStream): void {
    if (!this.#open.has(id)) return
    const wants = wanted(stream.port)
    const more = wants - stream.outstanding
    stream.most = Math.max(stream.most, wants)
    if (more <= 0 || (more < stream.most / 2 && stream.outstanding > 0)) return
    stream.outstanding = wants
    // Before the opening is on its way, more demand must not overtake it.
    const { data, control } = this.#connection
    const lane = data.handed(stream.entry) ? control : data
    lane.push([Entry.demand, id, more], null, 'demand')
  }

  #take(id: number): OutboundStream | undefined {
    const stream = this.#open.get(id)
    this.#open.delete(id)
    return stream
  }
}

function wanted(port: StreamPort): number {
  return Math.max(0, Math.min(AHEAD, port.demand))
}
