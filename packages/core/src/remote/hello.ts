/**
 * The first frames of a link, as raw bytes: who calls, in which protocol version, with which codec. Nothing else is read
 * before both ends have agreed, and no frame of the handshake is longer than 512 bytes. Layout: docs/WIRE.md.
 *
 * The extension field is the room for what an authenticated link will add (nonces, key ids); it is empty, and skipped.
 */
import type { NodeId } from '../model/address.ts'
import { Lane } from './wire.ts'

/** Refused when the other end speaks another one. */
export const PROTOCOL_VERSION = 1

/** No frame of the handshake is longer. */
export const HELLO_LIMIT = 512

const MAGIC = [0x54, 0x52, 0x50, 0x45] // TRPE
const LONGEST_ID = 160
const LONGEST_NAME = 128
const LONGEST_CODEC = 32
const LONGEST_PROBLEM = 400

/** What each end says of itself. */
export interface Hello {
  readonly version: number
  readonly id: NodeId
  readonly name: string
  readonly codec: string
  /** Bytes of data that it takes before it grants more. */
  readonly window: number
}

/** What arrives during a handshake. */
export type HandshakeFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** A hello of another protocol version: nothing of it but the version can be read. */
  | { readonly kind: 'other-version'; readonly version: number }
  | { readonly kind: 'refusal'; readonly problem: string }
  | { readonly kind: 'malformed'; readonly problem: string }

/** Throws RangeError when a name is too long for the layout. */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new HelloWriter(Lane.hello)
  writer.byte(hello.version)
  writer.byte(0) // flags
  writer.uint32(hello.window)
  writer.text('node id', hello.id, LONGEST_ID)
  writer.text('node name', hello.name, LONGEST_NAME)
  writer.text('codec name', hello.codec, LONGEST_CODEC)
  writer.uint16(0) // extension
  return writer.take()
}

/** A polite no: says why, so that the other end can tell its caller. */
export function encodeRefusal(problem: string): Uint8Array {
  const writer = new HelloWriter(Lane.refuse)
  writer.byte(PROTOCOL_VERSION)
  const bytes = new TextEncoder().encode(problem).subarray(0, LONGEST_PROBLEM)
  writer.uint16(bytes.length)
  writer.bytes(bytes)
  return writer.take()
}

/** Never throws, allocates no more than the frame's size. */
export function decodeHandshake(frame: Uint8Array): HandshakeFrame {
  if (frame.length > HELLO_LIMIT) return malformed(`a first frame of ${frame.length} bytes`)
  const reader = new HelloReader(frame)
  const lane = reader.byte()
  for (const letter of MAGIC) if (reader.byte() !== letter) return malformed('it does not speak this protocol')
  const version = reader.byte()
  if (!reader.whole) return malformed('its first frame is cut off')
  // Refusals keep their layout over all versions, so that an old node can read why a newer one says no.
  if (lane === Lane.refuse) return { kind: 'refusal', problem: reader.text(reader.uint16(), LONGEST_PROBLEM) }
  if (lane !== Lane.hello) return malformed(`a first frame of kind ${lane}`)
  if (version !== PROTOCOL_VERSION) return { kind: 'other-version', version }
  reader.byte() // flags
  const window = reader.uint32()
  // Safe: this is where the other end's id enters this node.
  const id = reader.text(reader.byte(), LONGEST_ID) as NodeId
  const name = reader.text(reader.byte(), LONGEST_NAME)
  const codec = reader.text(reader.byte(), LONGEST_CODEC)
  reader.skip(reader.uint16())
  if (!reader.whole || id === '' || window === 0) return malformed('its hello is cut off or empty')
  return { kind: 'hello', hello: { version, id, name, codec, window } }
}

function malformed(problem: string): HandshakeFrame {
  return { kind: 'malformed', problem }
}

class HelloWriter {
  readonly #frame = new Uint8Array(HELLO_LIMIT)
  readonly #view = new DataView(this.#frame.buffer)
  #at = 0

  constructor(lane: number) {
    this.byte(lane)
    for (const letter of MAGIC) this.byte(letter)
  }

  byte(value: number): void {
    this.#frame[this.#at++] = value
  }

  uint16(value: number): void {
    this.#view.setUint16(this.#at, value)
    this.#at += 2
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#at, value)
    this.#at += 4
  }

  bytes(value: Uint8Array): void {
    this.#frame.set(value, this.#at)
    this.#at += value.length
  }

  /** One byte of length, then UTF-8. */
  text(what: string, value: string, longest: number): void {
    const bytes = new TextEncoder().encode(value)
    if (bytes.length > longest)
      throw new RangeError(`${what} "${value}" has ${bytes.length} bytes; at most ${longest} fit a handshake`)
    this.byte(bytes.length)
    this.bytes(bytes)
  }

  take(): Uint8Array {
    return this.#frame.slice(0, this.#at)
  }
}

/** Reads past the end give zeros, and `whole` tells. */
class HelloReader {
  readonly #frame: Uint8Array
  #at = 0
  whole = true

  constructor(frame: Uint8Array) {
    this.#frame = frame
  }

  byte(): number {
    const value = this.#frame[this.#at++]
    if (value === undefined) this.whole = false
    return value ?? 0
  }

  uint16(): number {
    return this.byte() * 256 + this.byte()
  }

  uint32(): number {
    return this.uint16() * 65_536 + this.uint16()
  }

  text(length: number, longest: number): string {
    if (length > longest) this.whole = false
    const start = this.#at
    this.skip(length)
    return this.whole ? new TextDecoder().decode(this.#frame.subarray(start, this.#at)) : ''
  }

  skip(length: number): void {
    this.#at += length
    if (this.#at > this.#frame.length) this.whole = false
  }
}
