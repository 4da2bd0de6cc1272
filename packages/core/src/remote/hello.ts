/**
 * The first frames of a link, as raw bytes: who calls, in which protocol version, with which codec, and the proofs where
 * the ends share a secret. Nothing else is read before both ends have agreed, and no frame of the handshake is longer than
 * 512 bytes. Layout: docs/WIRE.md.
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

/** Bytes of the random number that each end of an authenticated link brings. */
export const NONCE_LENGTH = 32
export const KEY_ID_LENGTH = 4
/** HMAC-SHA-256. */
export const PROOF_LENGTH = 32

/** What the extension of a hello holds: records of kind, length, bytes. Others are skipped. */
const Record = { nonce: 1, keyId: 2 } as const

/** What a refusal is about: the byte behind its sentence. */
const About = { agreement: 0, authentication: 1 } as const

/** What each end says of itself. */
export interface Hello {
  readonly version: number
  readonly id: NodeId
  readonly name: string
  readonly codec: string
  /** Bytes of data that it takes before it grants more. */
  readonly window: number
  /** Random bytes; only from an end with a secret. */
  readonly nonce?: Uint8Array
  /** Which of its keys the dialer uses; only from a dialer with a secret. */
  readonly keyId?: Uint8Array
}

/** What arrives during a handshake. */
export type HandshakeFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** A hello of another protocol version: nothing of it but the version can be read. */
  | { readonly kind: 'other-version'; readonly version: number }
  | { readonly kind: 'refusal'; readonly problem: string; readonly about: keyof typeof About }
  | { readonly kind: 'proof'; readonly proof: Uint8Array }
  /** The acceptor takes the dialer's proof. */
  | { readonly kind: 'welcome' }
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
  writer.records([
    [Record.nonce, hello.nonce],
    [Record.keyId, hello.keyId],
  ])
  return writer.take()
}

export function encodeProof(proof: Uint8Array): Uint8Array {
  const writer = new HelloWriter(Lane.proof)
  writer.byte(PROTOCOL_VERSION)
  writer.bytes(proof)
  return writer.take()
}

export function encodeWelcome(): Uint8Array {
  const writer = new HelloWriter(Lane.welcome)
  writer.byte(PROTOCOL_VERSION)
  return writer.take()
}

/** A polite no: says why, so that the other end can tell its caller. */
export function encodeRefusal(problem: string, about: keyof typeof About = 'agreement'): Uint8Array {
  const writer = new HelloWriter(Lane.refuse)
  writer.byte(PROTOCOL_VERSION)
  const bytes = new TextEncoder().encode(problem).subarray(0, LONGEST_PROBLEM)
  writer.uint16(bytes.length)
  writer.bytes(bytes)
  writer.byte(About[about])
  return writer.take()
}

/** Never throws, allocates no more than the frame's size. */
export function decodeHandshake(frame: Uint8Array): HandshakeFrame {
  if (frame.length > HELLO_LIMIT) return malformed(`a frame of ${frame.length} bytes during the handshake`)
  const reader = new HelloReader(frame)
  const lane = reader.byte()
  for (const letter of MAGIC) if (reader.byte() !== letter) return malformed('it does not speak this protocol')
  const version = reader.byte()
  if (!reader.whole) return malformed('its frame is cut off')
  // Refusals keep their layout over all versions, so that an old node can read why a newer one says no.
  if (lane === Lane.refuse) return readRefusal(reader)
  if (lane !== Lane.hello && lane !== Lane.proof && lane !== Lane.welcome)
    return malformed(`a frame of kind ${lane} during the handshake`)
  if (version !== PROTOCOL_VERSION) return { kind: 'other-version', version }
  if (lane === Lane.hello) return readHello(reader, version)
  const proof = reader.bytes(lane === Lane.proof ? PROOF_LENGTH : 0)
  if (!reader.whole || reader.left > 0) return malformed('its proof has another length')
  return lane === Lane.proof ? { kind: 'proof', proof } : { kind: 'welcome' }
}

function readRefusal(reader: HelloReader): HandshakeFrame {
  const problem = reader.text(reader.uint16(), LONGEST_PROBLEM)
  return { kind: 'refusal', problem, about: reader.byte() === About.authentication ? 'authentication' : 'agreement' }
}

function readHello(reader: HelloReader, version: number): HandshakeFrame {
  reader.byte() // flags
  const window = reader.uint32()
  // Safe: this is where the other end's id enters this node.
  const id = reader.text(reader.byte(), LONGEST_ID) as NodeId
  const name = reader.text(reader.byte(), LONGEST_NAME)
  const codec = reader.text(reader.byte(), LONGEST_CODEC)
  const records = readRecords(reader)
  if (!reader.whole || id === '' || window === 0 || records === null) return malformed('its hello is cut off or empty')
  return { kind: 'hello', hello: { version, id, name, codec, window, ...records } }
}

/** Null when a record is cut off, comes twice or has another length than its kind. */
function readRecords(reader: HelloReader): Pick<Hello, 'nonce' | 'keyId'> | null {
  const extension = new HelloReader(reader.bytes(reader.uint16()))
  const records = new Map<number, Uint8Array>()
  while (extension.left > 0) {
    const kind = extension.byte()
    const bytes = extension.bytes(extension.byte())
    const length = kind === Record.nonce ? NONCE_LENGTH : kind === Record.keyId ? KEY_ID_LENGTH : null
    if (length === null) continue
    if (records.has(kind) || bytes.length !== length) return null
    records.set(kind, bytes)
  }
  const nonce = records.get(Record.nonce)
  const keyId = records.get(Record.keyId)
  if (!extension.whole) return null
  return { ...(nonce === undefined ? {} : { nonce }), ...(keyId === undefined ? {} : { keyId }) }
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

  /** Two bytes of length, then the records that there are. */
  records(records: readonly (readonly [kind: number, value: Uint8Array | undefined])[]): void {
    const start = this.#at
    this.uint16(0)
    for (const [kind, value] of records) {
      if (value === undefined) continue
      this.byte(kind)
      this.byte(value.length)
      this.bytes(value)
    }
    this.#view.setUint16(start, this.#at - start - 2)
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
    const bytes = this.bytes(length)
    return this.whole ? new TextDecoder().decode(bytes) : ''
  }

  /** Empty when there are not as many. */
  bytes(length: number): Uint8Array {
    const start = this.#at
    this.#at += length
    if (this.#at > this.#frame.length) this.whole = false
    return this.whole ? this.#frame.subarray(start, this.#at) : new Uint8Array(0)
  }

  get left(): number {
    return Math.max(0, this.#frame.length - this.#at)
  }
}
