/**
 * The other end of an authenticated handshake by hand, with its own arithmetic (node:crypto) after docs/WIRE.md: it proves
 * what it is told to prove, in the wrong role, too late, or with somebody else's frames.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { type NodeId, toNodeId } from '../../src/model/address.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Link } from '../../src/model/link.ts'
import { createFrames } from '../../src/remote/frame.ts'
import { type Hello, PROTOCOL_VERSION, encodeHello, encodeProof } from '../../src/remote/hello.ts'
import { Entry, Lane } from '../../src/remote/wire.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { Tally } from '../support/waiting.ts'

/** Two ids that begin alike are a matter of 2^32 secrets. */
export function keyIdOf(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'troupe key id', 4))
}

export function proofOf(secret: string, role: 'dialer' | 'acceptor', parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', new Uint8Array(hkdfSync('sha256', secret, '', 'troupe key', 32)))
  mac.update(`troupe ${role}\0`)
  for (const part of parts) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    mac.update(length).update(part)
  }
  return new Uint8Array(mac.digest())
}

export class ProvingPeer {
  readonly link: Link
  /** What came from the node. */
  readonly heard: Tally<Uint8Array> = new Tally()
  readonly ends: Tally<ExitReason> = new Tally()
  /** What went to it. */
  readonly said: Uint8Array[] = []

  constructor(link: Link) {
    this.link = link
    link.open({ frame: (bytes) => this.heard.add(bytes), drain: () => undefined, closed: (reason) => this.ends.add(reason) })
  }

  send(frame: Uint8Array): void {
    this.said.push(frame)
    this.link.send(frame)
  }

  /** With a nonce and a key id if there is a secret. */
  hello(secret: string | null, changes: Partial<Hello> = {}): void {
    this.send(helloFrame(secret, changes))
  }

  /** The first `count` frames that came. */
  async frames(count: number): Promise<Uint8Array[]> {
    return (await this.heard.reaches(count)).slice(0, count)
  }

  /** As an honest dialer: says its hello, and returns the frames that its proof has to cover. */
  async greet(secret: string): Promise<readonly [hello: Uint8Array, answer: Uint8Array, proof: Uint8Array]> {
    this.hello(secret)
    const [answer = NOTHING, proof = NOTHING] = await this.frames(2)
    return [this.said[0] ?? NOTHING, answer, proof]
  }

  prove(secret: string, role: 'dialer' | 'acceptor', parts: readonly Uint8Array[]): void {
    this.send(encodeProof(proofOf(secret, role, parts)))
  }

  /** A message for an actor that is registered, as the first frame behind a handshake. */
  tell(name: string): void {
    const encoder = msgpackCodec.createEncoder(NO_REFS, 'untrusted')
    encoder.push([Entry.tell, name, [0, 'add'], null], ['from a stranger'], 'tell')
    const frames = createFrames(this.link, 'node', 'untrusted')
    frames.send(frames.make(Lane.data, encoder.take()))
  }
}

const NOTHING = new Uint8Array(0)

const NO_REFS = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('not in these tests')
  },
}

export function helloFrame(secret: string | null, changes: Partial<Hello> = {}): Uint8Array {
  const id: NodeId = toNodeId('raw', 'i1')
  const proves = secret === null ? {} : { nonce: crypto.getRandomValues(new Uint8Array(32)), keyId: keyIdOf(secret) }
  return encodeHello({
    version: PROTOCOL_VERSION,
    id,
    name: 'raw',
    codec: msgpackCodec.name,
    window: 1_000_000,
    ...proves,
    ...changes,
  })
}
