/**
 * A frame: one byte that says what it is, then its body. Between machines each frame also carries a number and a checksum,
 * since a transport there may be anybody's: what arrives twice, late, cut or changed ends the link instead of reaching an
 * actor. Links to workers carry neither: both ends are one program, over pipes and ports that do not lose or change bytes.
 *
 *     plain    kind · body
 *     sealed   kind · u32 checksum · u32 number · body        little-endian; the checksum is of all behind it, its seed the kind
 *
 * Data and control frames are counted together, since which came first means something: a kill comes behind its spawn.
 * Used by both lanes to write, and by the session to read.
 */
import { checksum } from '../base/checksum.ts'
import { ProtocolError } from '../errors/remote-errors.ts'
import type { Link } from '../model/link.ts'
import type { Trust } from '../serialization/codec.ts'

const PLAIN_HEAD = 1
const NUMBER_AT = 5
const SEALED_HEAD = 9

/** One link's frames, of both lanes, in both directions. */
export interface Frames {
  /** Copies the body behind the room for its head. */
  make(lane: number, body: Uint8Array): Uint8Array
  /** Hands a frame that `make` returned to the link: what the link says of it. */
  send(frame: Uint8Array): boolean
  /** The body of a data or a control frame that arrived. Throws ProtocolError when it is not the next one, as it was sent. */
  open(frame: Uint8Array): Uint8Array
}

/** `peer` is the name for errors. */
export function createFrames(link: Pick<Link, 'send'>, peer: string, trust: Trust): Frames {
  return trust === 'trusted' ? new PlainFrames(link) : new SealedFrames(link, peer)
}

class PlainFrames implements Frames {
  readonly #link: Pick<Link, 'send'>

  constructor(link: Pick<Link, 'send'>) {
    this.#link = link
  }

  make(lane: number, body: Uint8Array): Uint8Array {
    return withRoom(lane, body, PLAIN_HEAD)
  }

  send(frame: Uint8Array): boolean {
    return this.#link.send(frame)
  }

  open(frame: Uint8Array): Uint8Array {
    return frame.subarray(PLAIN_HEAD)
  }
}

class SealedFrames implements Frames {
  readonly #link: Pick<Link, 'send'>
  readonly #peer: string
  /** Of the last frame sent, and of the last one taken: they start over after 2^32. */
  #sent = 0
  #taken = 0

  constructor(link: Pick<Link, 'send'>, peer: string) {
    this.#link = link
    this.#peer = peer
  }

  make(lane: number, body: Uint8Array): Uint8Array {
    return withRoom(lane, body, SEALED_HEAD)
  }

  /** Numbered here, not when it was made: control overtakes data that waits for credit. */
  send(frame: Uint8Array): boolean {
    this.#sent = (this.#sent + 1) >>> 0
    const head = headOf(frame)
    head.setUint32(NUMBER_AT, this.#sent, true)
    head.setUint32(PLAIN_HEAD, sumOf(frame), true)
    return this.#link.send(frame)
  }

  open(frame: Uint8Array): Uint8Array {
    if (frame.length < SEALED_HEAD) throw new ProtocolError(this.#peer, `a frame of ${frame.length} bytes, cut off in its head`)
    const head = headOf(frame)
    if (head.getUint32(PLAIN_HEAD, true) !== sumOf(frame))
      throw new ProtocolError(this.#peer, `a frame of ${frame.length} bytes was changed on its way: its checksum is wrong`)
    const due = (this.#taken + 1) >>> 0
    const number = head.getUint32(NUMBER_AT, true)
    if (number !== due) throw new ProtocolError(this.#peer, `frame ${number} came where frame ${due} was due`)
    this.#taken = due
    return frame.subarray(SEALED_HEAD)
  }
}

function withRoom(lane: number, body: Uint8Array, head: number): Uint8Array {
  const frame = new Uint8Array(head + body.length)
  frame[0] = lane
  frame.set(body, head)
  return frame
}

function headOf(frame: Uint8Array): DataView {
  return new DataView(frame.buffer, frame.byteOffset, SEALED_HEAD)
}

function sumOf(frame: Uint8Array): number {
  return checksum(frame.subarray(NUMBER_AT), frame[0])
}
