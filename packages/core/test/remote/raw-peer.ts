/**
 * The other end of a link by hand: for handshakes that go wrong, and for peers that break the protocol.
 */
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Link } from '../../src/model/link.ts'
import { toNodeId } from '../../src/model/address.ts'
import { type Frames, createFrames } from '../../src/remote/frame.ts'
import { PROTOCOL_VERSION, encodeHello } from '../../src/remote/hello.ts'
import { type OpenSessionOptions, openSession } from '../../src/remote/open-session.ts'
import type { Session } from '../../src/remote/session.ts'
import type { FrameEncoder, RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import type { FakeNode } from './fake-node.ts'

const NO_REFS: RefCodec = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('not in these tests')
  },
}

export class RawPeer {
  readonly frames: Uint8Array[] = []
  readonly ends: ExitReason[] = []
  readonly link: Link
  readonly #seals: Frames
  readonly #encoder: FrameEncoder
  readonly #controlEncoder: FrameEncoder

  constructor(link: Link, trust: Trust = 'trusted') {
    this.link = link
    this.#seals = createFrames(link, 'node', trust)
    this.#encoder = msgpackCodec.createEncoder(NO_REFS, trust)
    this.#controlEncoder = msgpackCodec.createEncoder(NO_REFS, trust)
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
