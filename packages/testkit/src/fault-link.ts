/**
 * Wraps a link, or a connector or listener whose links are wrapped, so that it is as bad as its faults say. Without faults it
 * is the link that it wraps.
 */
import type { Connector, ExitReason, Link, LinkEvents, Listener } from '@troupe/core/transport'
import type { FaultWay, Faults, FaultyEnd } from './faults.ts'
import { FaultyWay } from './faulty-way.ts'

/** Bytes that wait in here above which `send` says to wait, and below which `drain` follows. */
const HIGH_WATER = 1_048_576
const LOW_WATER = HIGH_WATER / 2

/**
 * The same link, or the same connector or listener with all its links, with faults. One end of a link is enough: both
 * directions pass through it.
 *
 * @example
 * const faults = new Faults({ seed: 7, rates: { corrupt: 0.01 } })
 * const node = await system.connect(withFaults(connector, faults))
 */
export function withFaults(inner: Connector, faults: Faults): Connector
export function withFaults(inner: Listener, faults: Faults): Listener
export function withFaults(inner: Link, faults: Faults): Link
export function withFaults(inner: Connector | Listener | Link, faults: Faults): Connector | Listener | Link {
  if ('connect' in inner) return { ...inner, connect: async (signal) => new FaultyLink(await inner.connect(signal), faults) }
  if ('listen' in inner) return { ...inner, listen: (accept) => inner.listen((link) => accept(new FaultyLink(link, faults))) }
  return new FaultyLink(inner, faults)
}

class FaultyLink implements Link, FaultyEnd {
  readonly peer: string
  readonly binding?: Uint8Array
  readonly #inner: Link
  readonly #faults: Faults
  readonly #ways: { readonly [Way in FaultWay]: FaultyWay }
  #events: LinkEvents | null = null
  /** What the inner link said last: whether it has room. */
  #room = true
  /** Whether core was told to wait. */
  #owesDrain = false
  #sending = false
  /** 'closing': core sends no more and gets no more; `closed` is still to come. */
  #state: 'open' | 'closing' | 'closed' = 'open'
  #innerClosed = false

  constructor(inner: Link, faults: Faults) {
    this.peer = inner.peer
    if (inner.binding !== undefined) this.binding = inner.binding
    this.#inner = inner
    this.#faults = faults
    const cut = (): void => this.cut()
    this.#ways = {
      out: new FaultyWay('out', faults, (frame) => this.#hand(frame), cut),
      in: new FaultyWay('in', faults, (frame) => this.#state === 'open' && this.#events?.frame(frame), cut),
    }
    faults.attach(this)
  }

  open(events: LinkEvents): void {
    this.#events = events
    this.#inner.open({
      frame: (bytes) => this.#state === 'open' && this.#ways.in.take(bytes),
      drain: () => {
        this.#room = true
        this.#drain()
      },
      leaving: () => events.leaving?.(),
      closed: (reason) => this.#closed(reason),
    })
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    this.#sending = true
    this.#ways.out.take(frame)
    this.#sending = false
    const isFull = !this.#room || this.#ways.out.bytes > HIGH_WATER
    if (isFull) this.#owesDrain = true
    else if (this.#owesDrain) queueMicrotask(() => this.#drain()) // never from within `send`
    return !isFull
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#ways.in.clear()
    this.#ways.out.end(() => {
      this.#inner.close(reason)
      if (this.#state === 'closed') this.#faults.detach(this)
    })
    // In a silence the other end is not told, nor can it answer; this end goes all the same.
    if (this.#ways.out.silent || this.#innerClosed) queueMicrotask(() => this.#end(reason))
  }

  cut(): void {
    if (this.#state === 'closed') return
    for (const way of [this.#ways.out, this.#ways.in]) way.clear()
    const reason: ExitReason = { kind: 'disconnected', node: this.peer }
    this.#state = 'closing'
    this.#faults.detach(this)
    this.#inner.close(reason)
    queueMicrotask(() => this.#end(reason))
  }

  setSilent(way: FaultWay, silent: boolean): void {
    this.#ways[way].setSilent(silent)
  }

  #hand(frame: Uint8Array): void {
    this.#room = this.#inner.send(frame)
    this.#drain()
  }

  #drain(): void {
    if (!this.#owesDrain || !this.#room || this.#sending || this.#ways.out.bytes > LOW_WATER) return
    this.#owesDrain = false
    if (this.#state === 'open') this.#events?.drain()
  }

  #closed(reason: ExitReason): void {
    this.#innerClosed = true
    if (this.#state === 'open') this.#ways.in.end(() => this.#end(reason))
    else this.#end(reason)
    this.#detach()
  }

  #end(reason: ExitReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#detach()
    this.#events?.closed(reason)
  }

  /** A link that waits for `heal`, to hear or to tell that it is closed, is still the faults'. */
  #detach(): void {
    if (this.#innerClosed && this.#state === 'closed') this.#faults.detach(this)
  }
}
