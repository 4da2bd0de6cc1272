/**
 * Asks on their way to a peer. Each settles through its port exactly once: an answer, or the end of the session; when the
 * asker gives up first, the peer is told.
 */
import type { Envelope, ReplyPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connection } from './connection.ts'
import { pushFirst } from './portable.ts'
import { stoppedError } from './refusal.ts'
import type { RemoteTarget } from './remote-target.ts'
import { Entry } from './wire.ts'

interface OutboundAsk {
  readonly port: ReplyPort
  readonly path: string
  /** The data lane's number for it. */
  readonly entry: number
}

export class OutboundAsks {
  readonly #connection: Connection
  readonly #waiting = new Map<number, OutboundAsk>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#waiting.size
  }

  send(target: RemoteTarget, envelope: Envelope, port: ReplyPort): void {
    if (port.settled) return
    const { book, data, local, methods } = this.#connection
    const id = this.#connection.nextId()
    const { sender, args, trace } = envelope
    const method = methods.write(envelope.method)
    const source = book.writeSource(sender)
    const remaining = port.deadline === Number.POSITIVE_INFINITY ? -1 : Math.max(0, Math.ceil(port.deadline - local.clock.now()))
    const chain = book.writeChain(port.chain())
    let entry: number
    try {
      entry = data.push([Entry.ask, target.wire, method, source, trace, id, remaining, chain], args, 'args')
    } catch (error) {
      port.reject(error)
      return
    }
    book.announced(source)
    methods.announced(method)
    this.#waiting.set(id, { port, path: target.path, entry })
    port.onCancel((reason) => this.#cancel(id, reason))
  }

  resolve(id: number, value: unknown): void {
    this.#take(id)?.port.resolve(value)
  }

  reject(id: number, error: unknown): void {
    this.#take(id)?.port.reject(error)
  }

  end(reason: ExitReason): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { port, path } of waiting) port.reject(stoppedError(path, reason))
  }

  #take(id: number): OutboundAsk | undefined {
    const ask = this.#waiting.get(id)
    this.#waiting.delete(id)
    return ask
  }

  #cancel(id: number, reason: unknown): void {
    const ask = this.#take(id)
    if (ask !== undefined) sendCancel(this.#connection, id, ask.entry, reason)
  }
}

/** A cancel overtakes data, but not the request that it is for. */
export function sendCancel({ data, control }: Connection, id: number, entry: number, reason: unknown): void {
  const lane = data.handed(entry) ? control : data
  pushFirst(lane, [Entry.cancel, id], 'reason', [() => reason, () => null])
}
