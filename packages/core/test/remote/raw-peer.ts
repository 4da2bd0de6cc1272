/**
 * The other end of a link by hand: for handshakes that go wrong, and for peers that break the protocol.
 */
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Link } from '../../src/model/link.ts'
import { toNodeId } from '../../src/model/address.ts'
import { ActorRef, type AnyRef, type Courier, targetOf } from '../../src/model/ref.ts'
import { type Frames, createFrames } from '../../src/remote/frame.ts'
import { PROTOCOL_VERSION, encodeHello } from '../../src/remote/hello.ts'
import { type OpenSessionOptions, openSession } from '../../src/remote/open-session.ts'
import type { Session } from '../../src/remote/session.ts'
import { type Outlet, RemoteTarget } from '../../src/remote/remote-target.ts'
import { Entry } from '../../src/remote/wire.ts'
import type { FrameDecoder, FrameEncoder, RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import type { FakeNode } from './fake-node.ts'

/** A ref in a payload as the raw peer spells it: node, origin, seq, path. */
class SpelledTarget extends RemoteTarget {
  readonly spelling: readonly (number | string)[]

  constructor(spelling: readonly (number | string)[]) {
    const node = toNodeId('raw', 'i1')
    // Safe: nobody sends anything through it.
    super(null as unknown as Outlet, { node, origin: node, seq: 1 }, 'troupe://raw/spelled', 1)
    this.spelling = spelling
  }
}

const REFS: RefCodec = {
  toWire: (ref) => {
    const target = targetOf(ref)
    return target instanceof SpelledTarget ? target.spelling : []
  },
  fromWire: (wire) => spelledRef(wire),
}

/** A ref that the raw peer puts into a payload, whatever it says. */
export function spelledRef(spelling: readonly (number | string)[]): AnyRef {
  // Safe: nobody sends anything through it.
  return new ActorRef<never>(null as unknown as Courier, new SpelledTarget(spelling))
}

export class RawPeer {
  readonly frames: Uint8Array[] = []
  readonly ends: ExitReason[] = []
  readonly link: Link
  readonly #seals: Frames
  readonly #encoder: FrameEncoder
  readonly #controlEncoder: FrameEncoder
  readonly #decoders: readonly FrameDecoder[]
  #read = 0

  constructor(link: Link, trust: Trust = 'trusted') {
    this.link = link
    this.#seals = createFrames(link, 'node', trust)
    this.#encoder = msgpackCodec.createEncoder(REFS, trust)
    this.#controlEncoder = msgpackCodec.createEncoder(REFS, trust)
    this.#decoders = [msgpackCodec.createDecoder(REFS, trust), msgpackCodec.createDecoder(REFS, trust)]
    link.open({ frame: (bytes) => this.frames.push(bytes), drain: () => undefined, closed: (reason) => this.ends.push(reason) })
  }

  hello(changes: Partial<Parameters<typeof encodeHello>[0]> = {}): void {
    const id = toNodeId('raw', 'i1')
    this.link.send(
      encodeHello({ version: PROTOCOL_VERSION, id, name: 'raw', codec: msgpackCodec.name, window: 1_000_000, ...changes }),
    )
  }

  /** One frame of one entry. */
  send(lane: number, header: readonly unknown[], payload: unknown = null): void {
    const encoder = lane === 3 ? this.#encoder : this.#controlEncoder
    encoder.push(header, payload, 'raw')
    this.sendBody(lane, encoder.take())
  }

  /** The entries that came since the last call, of both lanes, each with its payload last. Credit and pongs are left out. */
  received(): (readonly unknown[])[] {
    const entries: (readonly unknown[])[] = []
    let header: readonly unknown[] = []
    for (const frame of this.frames.slice(this.#read)) {
      this.#read++
      const lane = frame[0]
      if (lane !== 3 && lane !== 4) continue
      this.#decoders[lane - 3]?.decode(this.#seals.open(frame), (entry) => {
        if (entry.length > 1) header = entry.slice(0, -1)
        if (header[0] !== Entry.credit) entries.push([...header, entry[entry.length - 1]])
      })
    }
    return entries
  }

  /** A frame that is right, whatever its body. */
  sendBody(lane: number, body: Uint8Array): void {
    this.#seals.send(this.#seals.make(lane, body))
  }
}

/** A node that waits for, or calls, a peer by hand. */
export async function rawPair(
  node: FakeNode,
  options: Partial<OpenSessionOptions> = {},
): Promise<{ raw: RawPeer; opening: Promise<Session> }> {
  const { listener, connector } = memoryTransport()
  const ends: Link[] = []
  const listening = await listener.listen((link) => ends.push(link))
  const near = await connector.connect(new AbortController().signal)
  await listening.close()
  const [far] = ends
  if (far === undefined) throw new Error('nobody called')
  const opening = openSession(near, node, { trust: 'trusted', heartbeat: 'off', role: 'acceptor', ...options })
  opening.catch(() => undefined)
  return { raw: new RawPeer(far, options.trust), opening }
}
