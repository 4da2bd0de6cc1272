/**
 * The codec `msgpack-1`: entries are written by msgpackr, the only door to it. Plain payloads go to it as they are, others
 * as a node table with a marker behind it. Used by the remote engine through the Codec interface, and by pack.
 *
 *     frame   u32 body length, little-endian · body · blobs · zeros
 *     body    one MessagePack list of entries
 *     entry   [...header, payload]  or  [...header, table, marker]
 */
import { C1, Packr, Unpackr } from 'msgpackr'
import { MalformedBytesError, NotSerializableError } from '../errors/serialization-errors.ts'
import { ByteStore } from './byte-store.ts'
import type { Codec, DecodeLimits, FrameDecoder, FrameEncoder, RefCodec, Trust } from './codec.ts'
import { flatten } from './flatten.ts'
import type { Flattened } from './flatten.ts'
import { PlainCheck } from './plain-check.ts'
import { PreScan, lengthForCost } from './pre-scan.ts'
import { rebuild } from './rebuild.ts'
import { BlobReader } from './table-reader.ts'

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024
const DEFAULT_MAX_DEPTH = 64

/** The list of entries, and each entry, are containers around what a reader calls nesting. */
const OUTER_DEPTH = 2

/** Containers in the deepest part of a node table: table, nodes, node, slot. */
const TABLE_DEPTH = 4

/** Body length, then the token and count of the list of entries. */
const LENGTH_BYTES = 4
const HEAD_BYTES = LENGTH_BYTES + 5
const ARRAY_32 = 0xdd

/** msgpackr: hand out the working buffer itself, and start at the same place next time. */
const IN_PLACE = 512 | 1024

/** Frames shorter than this cannot cost more than they may. */
const NEVER_COSTLY_BYTES = 32 * 1024

/** Record shapes known at a time on one connection; the oldest makes room. */
const MAX_SHAPES = 1024

export const msgpackCodec: Codec = {
  name: 'msgpack-1',
  createEncoder: (refs, trust) => new MsgpackEncoder(refs, trust),
  createDecoder: (refs, trust, limits) => new MsgpackDecoder(refs, trust, limits),
}

/** msgpackr's working buffer, after an encoding in place. */
interface WorkingBuffer extends Uint8Array {
  readonly start: number
  readonly end: number
}

export class MsgpackEncoder implements FrameEncoder {
  readonly #refs: RefCodec | undefined
  readonly #trust: Trust
  readonly #plain = new PlainCheck()
  readonly #body = new ByteStore(HEAD_BYTES)
  readonly #blobs = new ByteStore(0)
  /** Reused for every entry. */
  readonly #entry: unknown[] = []
  #packr: Packr
  #count = 0

  constructor(refs: RefCodec | undefined, trust: Trust) {
    this.#refs = refs
    this.#trust = trust
    this.#packr = createPackr(trust)
  }

  get size(): number {
    return this.#body.length + this.#blobs.length
  }

  get count(): number {
    return this.#count
  }

  push(header: readonly unknown[], payload: unknown, root: string): void {
    const entry = this.#entry
    entry.length = 0
    for (let index = 0; index < header.length; index++) entry.push(header[index])
    if (this.#plain.isPlain(payload)) {
      entry.push(payload)
      this.#write(entry, root)
    } else {
      const rich = flatten(payload, root, this.#refs)
      entry.push(rich.table, C1)
      this.#write(entry, root)
      this.#takeBlobs(rich)
    }
    entry.length = 0
    this.#count++
  }

  take(): Uint8Array {
    const body = this.#body
    const bodyEnd = body.length
    body.bytes[LENGTH_BYTES] = ARRAY_32
    writeUint32(body.bytes, LENGTH_BYTES + 1, this.#count, 'big')
    writeUint32(body.bytes, 0, bodyEnd - LENGTH_BYTES, 'little')
    const used = bodyEnd + this.#blobs.length
    const frame = new Uint8Array(this.#trust === 'trusted' ? used : this.#paddedLength(used))
    body.moveTo(frame, 0)
    this.#blobs.moveTo(frame, bodyEnd)
    this.#count = 0
    return frame
  }

  #write(entry: readonly unknown[], root: string): void {
    let written: WorkingBuffer
    try {
      // Safe: in this mode msgpackr returns its own buffer, and notes on it where the value lies.
      written = this.#packr.encode(entry, IN_PLACE) as unknown as WorkingBuffer
    } catch (error) {
      // Whatever the failed encoder had told the decoder about shapes may be lost: a new one tells everything again.
      this.#packr = createPackr(this.#trust)
      this.#entry.length = 0
      throw new NotSerializableError(root, 'it is too large, or changed while it was written', error)
    }
    this.#body.append(written, written.start, written.end)
  }

  #takeBlobs(rich: Flattened): void {
    for (const blob of rich.blobs) this.#blobs.append(blob, 0, blob.length)
  }

  /** A peer bounds the memory that a frame takes by its length. Many tiny values can take more: then zeros make up for it. */
  #paddedLength(used: number): number {
    const bodyEnd = this.#body.length
    if (bodyEnd < NEVER_COSTLY_BYTES) return used
    const scan = new PreScan(OUTER_DEPTH + DEFAULT_MAX_DEPTH)
    scan.check(this.#body.bytes, LENGTH_BYTES, bodyEnd, Infinity)
    return Math.max(used, lengthForCost(scan.cost))
  }
}

export class MsgpackDecoder implements FrameDecoder {
  readonly #refs: RefCodec | undefined
  readonly #unpackr: Unpackr
  readonly #maxBytes: number
  /** Null for trusted peers. */
  readonly #scan: PreScan | null

  constructor(refs: RefCodec | undefined, trust: Trust, limits: DecodeLimits = {}) {
    this.#refs = refs
    this.#unpackr = trust === 'trusted' ? new Unpackr({ sequential: true }) : new Unpackr({ useRecords: false })
    this.#maxBytes = limits.maxBytes ?? (trust === 'trusted' ? Infinity : DEFAULT_MAX_BYTES)
    this.#scan = trust === 'trusted' ? null : new PreScan(OUTER_DEPTH + Math.max(TABLE_DEPTH, limits.maxDepth ?? DEFAULT_MAX_DEPTH))
  }

  decode(frame: Uint8Array, visit: (entry: readonly unknown[]) => void): void {
    const entries = this.#read(frame)
    for (const entry of entries) visit(entry)
  }

  #read(frame: Uint8Array): readonly (readonly unknown[])[] {
    if (frame.length > this.#maxBytes) throw new MalformedBytesError(`${frame.length} bytes came, at most ${this.#maxBytes} are read`)
    const bodyEnd = frame.length < HEAD_BYTES ? Infinity : LENGTH_BYTES + readUint32(frame, 0)
    if (bodyEnd > frame.length) throw new MalformedBytesError('the bytes end too early')
    this.#scan?.check(frame, LENGTH_BYTES, bodyEnd, Infinity)
    if (this.#scan !== null && lengthForCost(this.#scan.cost) > frame.length) {
      throw new MalformedBytesError('the values would take far more memory than their bytes')
    }
    const entries = this.#unpack(frame, bodyEnd)
    const blobs = new BlobReader(frame, bodyEnd)
    const whole = entries.map((entry) => this.#whole(entry, blobs))
    this.#checkEnd(frame, blobs.position)
    return whole
  }

  #unpack(frame: Uint8Array, end: number): readonly unknown[] {
    let entries: unknown
    try {
      entries = this.#unpackr.unpack(frame, { start: LENGTH_BYTES, end })
    } catch (error) {
      throw new MalformedBytesError('the bytes are not MessagePack', error)
    }
    if (!Array.isArray(entries)) throw new MalformedBytesError('the entries are not a list')
    return entries
  }

  /** The entry itself when its payload is plain; else it with the payload built. */
  #whole(entry: unknown, blobs: BlobReader): readonly unknown[] {
    if (!Array.isArray(entry)) throw new MalformedBytesError('an entry is not a list')
    if (entry[entry.length - 1] !== C1) return entry
    entry.pop()
    const table: unknown = entry.pop()
    entry.push(rebuild(table, blobs, this.#refs))
    return entry
  }

  /** Behind the blobs there is nothing, or as many zeros as the encoder had to add. */
  #checkEnd(frame: Uint8Array, end: number): void {
    if (end === frame.length) return
    if (this.#scan === null || lengthForCost(this.#scan.cost) !== frame.length) throw new MalformedBytesError('bytes follow the last entry')
    for (let at = end; at < frame.length; at++) if (frame[at] !== 0) throw new MalformedBytesError('bytes follow the last entry')
  }
}

function createPackr(trust: Trust): Packr {
  return trust === 'trusted'
    ? new Packr({ sequential: true, useToJSON: false, maxOwnStructures: MAX_SHAPES })
    : new Packr({ useRecords: false, variableMapSize: true, useToJSON: false })
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
}

function writeUint32(bytes: Uint8Array, at: number, value: number, order: 'little' | 'big'): void {
  for (let byte = 0; byte < 4; byte++) bytes[at + byte] = value >>> (order === 'little' ? byte * 8 : 24 - byte * 8)
}
