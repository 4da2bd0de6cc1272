/**
 * Links between two systems of one thread: the transport to read before writing one, and to test with. Each frame is
 * copied and arrives in a later turn of the event loop, in the order sent, as between threads.
 *
 * It can be as bad as a network, and repeats that for the same seed: frames take their time, links are lost, both ways
 * fall silent and come back. A link is reliable while it is open, so losing a frame means losing the link.
 */
import { type Clock, systemClock } from '../base/clock.ts'
import { createYield } from '../base/event-loop.ts'
import { type Random, seededRandom } from '../base/random.ts'
import { RingQueue } from '../base/ring-queue.ts'
import { type ExitReason, NORMAL } from '../model/exit-reason.ts'
import type { Connector, Link, LinkEvents, Listener } from '../model/link.ts'

/** Bytes on their way above which `send` says to wait, and below which `drain` follows. */
const HIGH_WATER = 1_048_576
const LOW_WATER = HIGH_WATER / 2

export interface MemoryTransportOptions {
  /** Milliseconds that a frame takes, or from how many to how many. Default: none, only a turn of the event loop. */
  readonly latency?: number | readonly [least: number, most: number]
  /** Probability, per frame, that the link is lost instead. Default 0. */
  readonly loss?: number
  /** Whether links are silent from the start: see {@link MemoryTransport.partition}. Default false. */
  readonly partition?: boolean
  /** Repeats the same latencies and losses. Default 1. */
  readonly seed?: number
  readonly clock?: Clock
}

export interface MemoryTransport {
  readonly connector: Connector
  readonly listener: Listener
  /** How many links are open. */
  readonly open: number
  /** Loses every link, with what is on its way: both ends hear `disconnected`. */
  cut(): void
  /** From now on nothing arrives, and nobody is told. What is sent meanwhile waits for `heal`. */
  partition(): void
  /** Ends a partition: what waited arrives. */
  heal(): void
}

/** A listener and a connector that reach each other and nobody else. */
export function memoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const wire = new Wire(options)
  let accept: ((link: Link) => void) | null = null
  return {
    connector: {
      connect: async (signal) => {
        signal.throwIfAborted()
        if (accept === null) throw new Error('connection refused: nobody listens on this memory transport')
        const [near, far] = wire.join()
        accept(far)
        return near
      },
    },
    listener: {
      listen: async (taker) => {
        if (accept !== null) throw new Error('this memory transport has a listener already')
        accept = taker
        return { address: 'memory:', close: async () => void (accept = null) }
      },
    },
    get open() {
      return wire.ends.size / 2
    },
    cut: () => wire.cut(),
    partition: () => wire.setSilent(true),
    heal: () => wire.setSilent(false),
  }
}

/** What all links of one transport share: how long frames take, and whether they arrive. */
class Wire {
  /** Both ends of every open link. Written by the ends. */
  readonly ends = new Set<MemoryLink>()
  silent: boolean
  readonly #latency: () => number
  readonly #loss: number
  readonly #random: Random
  readonly #clock: Clock
  readonly #turn = createYield()

  constructor({ latency = 0, loss = 0, partition = false, seed = 1, clock = systemClock }: MemoryTransportOptions) {
    const [least, most] = typeof latency === 'number' ? [latency, latency] : latency
    this.#random = seededRandom(seed)
    this.#latency = () => least + (most - least) * this.#random()
    this.#loss = loss
    this.#clock = clock
    this.silent = partition
  }

  join(): [MemoryLink, MemoryLink] {
    const near = new MemoryLink(this, 'memory: listener')
    const far = new MemoryLink(this, 'memory: connector')
    near.join(far)
    far.join(near)
    return [near, far]
  }

  /** Calls `arrive` after one frame's latency. */
  carry(arrive: () => void): void {
    const latency = this.#latency()
    if (latency > 0) this.#clock.start(latency, arrive)
    else this.#turn(arrive)
  }

  /** Calls `run` in a later turn, whatever the latency. */
  soon(run: () => void): void {
    this.#turn(run)
  }

  losesFrame(): boolean {
    return this.#loss > 0 && this.#random() < this.#loss
  }

  cut(): void {
    for (const end of this.ends) end.lose()
  }

  setSilent(silent: boolean): void {
    this.silent = silent
    for (const end of this.ends) end.deliver()
  }
}

class MemoryLink implements Link {
  readonly peer: string
  readonly #wire: Wire
  #other: MemoryLink | null = null
  #events: LinkEvents | null = null
  /** On the way to this end: frames, and last the reason why there are no more. Written by the other end. */
  readonly #incoming = new RingQueue<Uint8Array | ExitReason>()
  #incomingBytes = 0
  /** How many of those have arrived, and wait for `open` or for the end of a partition. */
  #arrived = 0
  /** 'closing': nothing is sent or taken any more; `closed` is still to come. */
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Whether `send` said to wait. */
  #over = false

  constructor(wire: Wire, peer: string) {
    this.#wire = wire
    this.peer = peer
    wire.ends.add(this)
  }

  join(other: MemoryLink): void {
    this.#other = other
  }

  open(events: LinkEvents): void {
    this.#events = events
    this.deliver()
  }

  send(frame: Uint8Array): boolean {
    const other = this.#other
    if (this.#state !== 'open' || other === null) return true
    if (this.#wire.losesFrame()) {
      this.lose()
      other.lose()
      return true
    }
    other.#incomingBytes += frame.length
    other.#expect(frame.slice())
    this.#over ||= other.#incomingBytes > HIGH_WATER // until the drain, which would not come if what is sent meanwhile unsaid it
    return !this.#over
  }

  close(reason: ExitReason = NORMAL): void {
    if (this.#state !== 'open') return
    if (this.#other !== null) this.#other.#expect(reason)
    this.#endSoon(reason)
  }

  /** The link is lost, and what was on its way with it. */
  lose(): void {
    if (this.#state === 'open') this.#endSoon({ kind: 'disconnected', node: this.peer })
  }

  /** Hands over what has arrived, unless nobody listens yet or the wire is silent. */
  deliver(): void {
    while (this.#arrived > 0 && this.#events !== null && this.#state === 'open' && !this.#wire.silent) {
      this.#arrived--
      const item = this.#incoming.shift()
      if (item instanceof Uint8Array) this.#take(item, this.#events)
      else if (item !== undefined) this.#end(item)
    }
  }

  #expect(item: Uint8Array | ExitReason): void {
    this.#incoming.push(item)
    this.#wire.carry(() => {
      this.#arrived++
      this.deliver()
    })
  }

  #take(frame: Uint8Array, events: LinkEvents): void {
    this.#incomingBytes -= frame.length
    events.frame(frame)
    if (this.#incomingBytes <= LOW_WATER && this.#other !== null) this.#other.#drained()
  }

  #drained(): void {
    if (!this.#over) return
    this.#over = false
    if (this.#state === 'open') this.#events?.drain()
  }

  #endSoon(reason: ExitReason): void {
    this.#state = 'closing'
    this.#wire.soon(() => this.#end(reason))
  }

  #end(reason: ExitReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#wire.ends.delete(this)
    this.#events?.closed(reason)
  }
}
