/**
 * Asks and streams that a peer has open with actors of this node: the ports that those actors answer through. They hear
 * when the peer gives up, and when it is gone.
 */
import type { ChainLink } from '../model/ask-chain.ts'
import type { ReplyPort, StreamPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connection } from './connection.ts'
import { pushError } from './portable.ts'
import { Entry } from './wire.ts'

interface Open {
  readonly connection: Connection
  readonly byId: Map<number, InboundAsk | InboundStream>
}

export class InboundRequests {
  readonly #open: Open

  constructor(connection: Connection) {
    this.#open = { connection, byId: new Map() }
  }

  get size(): number {
    return this.#open.byId.size
  }

  has(id: number): boolean {
    return this.#open.byId.has(id)
  }

  ask(id: number, deadline: number, chain: unknown): InboundAsk {
    const ask = new InboundAsk(this.#open, id, deadline, chain)
    this.#open.byId.set(id, ask)
    return ask
  }

  stream(id: number, demand: number): InboundStream {
    const stream = new InboundStream(this.#open, id, demand)
    this.#open.byId.set(id, stream)
    return stream
  }

  cancel(id: number, reason: unknown): void {
    const request = this.#open.byId.get(id)
    this.#open.byId.delete(id)
    request?.cancel(reason)
  }

  demand(id: number, values: number): void {
    const request = this.#open.byId.get(id)
    if (request instanceof InboundStream) request.more(values)
  }

  end(reason: ExitReason): void {
    const open = [...this.#open.byId.values()]
    this.#open.byId.clear()
    for (const request of open) request.cancel(reason)
  }
}

/** Where an actor of this node answers a peer's ask. */
export class InboundAsk implements ReplyPort {
  readonly deadline: number
  settled = false
  readonly #open: Open
  readonly #id: number
  readonly #chain: unknown
  #cancelled: ((reason: unknown) => void) | null = null

  constructor(open: Open, id: number, deadline: number, chain: unknown) {
    this.#open = open
    this.#id = id
    this.deadline = deadline
    this.#chain = chain
  }

  resolve(value: unknown): void {
    if (!this.#settle()) return
    const { data } = this.#open.connection
    try {
      data.push([Entry.reply, this.#id], value, 'reply')
    } catch (error) {
      pushError(data, [Entry.fail, this.#id], error)
    }
  }

  reject(error: unknown): void {
    if (this.#settle()) pushError(this.#open.connection.data, [Entry.fail, this.#id], error)
  }

  onCancel(notify: (reason: unknown) => void): void {
    this.#cancelled = after(this.#cancelled, notify)
  }

  chain(): readonly ChainLink[] {
    return this.#open.connection.book.readChain(this.#chain)
  }

  /** The asker waits no more: a late answer is dropped. */
  cancel(reason: unknown): void {
    if (this.settled) return
    this.settled = true
    const cancelled = this.#cancelled
    this.#cancelled = null
    cancelled?.(reason)
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    this.#cancelled = null
    this.#open.byId.delete(this.#id)
    return true
  }
}

/** Where an actor of this node produces for a peer's stream. */
export class InboundStream implements StreamPort {
  closed = false
  demand: number
  readonly #open: Open
  readonly #id: number
  #demanded: ((value: unknown) => void) | null = null
  #cancelled: ((reason: unknown) => void) | null = null

  constructor(open: Open, id: number, demand: number) {
    this.#open = open
    this.#id = id
    this.demand = demand
  }

  next(value: unknown): void {
    if (this.closed) return
    this.demand = Math.max(0, this.demand - 1)
    try {
      this.#open.connection.data.push([Entry.next, this.#id], value, 'value')
    } catch (error) {
      this.#fail(error)
    }
  }

  complete(): void {
    if (this.#close()) this.#open.connection.data.push([Entry.complete, this.#id], null, 'end')
  }

  error(error: unknown): void {
    if (this.#close()) pushError(this.#open.connection.data, [Entry.error, this.#id], error)
  }

  onDemand(notify: () => void): void {
    this.#demanded = after(this.#demanded, notify)
  }

  onCancel(notify: (reason: unknown) => void): void {
    this.#cancelled = after(this.#cancelled, notify)
  }

  /** The reader takes so many values more. */
  more(values: number): void {
    const was = this.demand
    this.demand += values
    if (was === 0 && !this.closed) this.#demanded?.(undefined)
  }

  /** The reader wants no more, or is gone. */
  cancel(reason: unknown): void {
    if (this.closed) return
    const cancelled = this.#cancelled
    this.#close()
    cancelled?.(reason)
  }

  /** A value cannot be pickled: the reader gets the error, the source ends. */
  #fail(error: unknown): void {
    const cancelled = this.#cancelled
    this.error(error)
    cancelled?.(error)
  }

  #close(): boolean {
    if (this.closed) return false
    this.closed = true
    this.demand = 0
    this.#demanded = null
    this.#cancelled = null
    this.#open.byId.delete(this.#id)
    return true
  }
}

type Notify = (value: unknown) => void

function after(earlier: Notify | null, notify: Notify): Notify {
  return earlier === null ? notify : (value) => (earlier(value), notify(value))
}
