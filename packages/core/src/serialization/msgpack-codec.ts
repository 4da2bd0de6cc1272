/**
 * The codec `msgpack-1`: entries are written by msgpackr, the only door to it. Plain payloads go to it as they are, others
 * as a node table with a marker behind it. Used by the remote engine through the Codec interface, and by pack.
 *
 *     frame   u32 body length, little-endian · body · blobs · zeros
 *     body    one MessagePack list of entries
 *     entry   [...header, payload]  or  [...header, table, marker]; without the header where it is that of the entry before
 */
import { C1, Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE, Unpackr } from 'msgpackr'
import { MalformedBytesError, NotSerializableError } from '../errors/serialization-errors.ts'
import { ByteStore } from './byte-store.ts'
import type { Codec, DecodeLimits, FrameDecoder, FrameEncoder, RefCodec, Trust } from './codec.ts'
import { flatten } from './flatten.ts'
import { PreScan, costForLength, lengthForCost } from './pre-scan.ts'
import { rebuild } from './rebuild.ts'
import { NOT_PLAIN, Snapshot } from './snapshot.ts'
import { BlobReader } from './table-reader.ts'

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024
const DEFAULT_MAX_DEPTH = 64

/** The list of entries, and each entry, are containers around what a reader calls nesting. */
const OUTER_DEPTH = 2

/** Containers in the deepest part of a node table: table, nodes, node, slot. */
const TABLE_DEPTH = 4

const LENGTH_BYTES = 4

/** Body length, and the start of the list of entries. */
const HEAD_BYTES = LENGTH_BYTES + 3

/** An entry without its payload, about. */
const ENTRY_BYTES = 4

/** Estimated bytes of one frame: a third of what msgpackr can hold, because text may take three times its estimate. */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024

/** The root under which the arguments of a call are pushed: a list that core made, whose items are all it has. */
export const ARGUMENTS = 'args'

/** msgpackr: hand out the working buffer itself, and start at the same place next time. */
const IN_PLACE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE

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

/**
 * Keeps copies of what is pushed, checked and ready to be written, and has msgpackr write them all at once: one entry at a
 * time would take it two to three times as long.
 */
export class MsgpackEncoder implements FrameEncoder {
  readonly #refs: RefCodec | undefined
  readonly #trust: Trust
  readonly #packr: Packr
  readonly #snapshot = new Snapshot()
  readonly #blobs = new ByteStore()
  #entries: unknown[][] = []
  /** Of the last entry. */
  #header: readonly unknown[] | null = null
  #size = HEAD_BYTES

  constructor(refs: RefCodec | undefined, trust: Trust) {
    this.#refs = refs
    this.#trust = trust
    this.#packr =
      trust === 'trusted'
        ? new Packr({ sequential: true, useToJSON: false, maxOwnStructures: MAX_SHAPES })
        : new Packr({ useRecords: false, variableMapSize: true, useToJSON: false })
  }

  /** An estimate, right to within a factor of three, and exact for binaries. */
  get size(): number {
    return this.#size
  }

  get count(): number {
    return this.#entries.length
  }

  push(header: readonly unknown[], payload: unknown, root: string): void {
    const snapshot = this.#snapshot
    const copy = root === ARGUMENTS && Array.isArray(payload) ? snapshot.takeArguments(payload) : snapshot.take(payload)
    if (copy === NOT_PLAIN) this.#pushRich(header, payload, root)
    else {
      this.#admit(snapshot.size, root)
      this.#begin(header).push(copy)
    }
  }

  take(): Uint8Array {
    // Safe: in this mode msgpackr returns its own buffer, and notes on it where the value lies.
    const written = this.#packr.encode(this.#entries, IN_PLACE) as unknown as WorkingBuffer
    const { start, end } = written
    const body = end - start
    const used = LENGTH_BYTES + body + this.#blobs.length
    const frame = new Uint8Array(this.#trust === 'trusted' ? used : paddedLength(written, used))
    writeUint32(frame, body)
    frame.set(written.subarray(start, end), LENGTH_BYTES)
    this.#blobs.moveTo(frame, LENGTH_BYTES + body)
    this.#entries = []
    this.#header = null
    this.#size = HEAD_BYTES
    return frame
  }

  #pushRich(header: readonly unknown[], payload: unknown, root: string): void {
    const rich = flatten(payload, root, this.#refs)
    let size = rich.size
    for (const blob of rich.blobs) size += blob.length
    this.#admit(size, root)
    this.#begin(header).push(rich.table, C1)
    for (const blob of rich.blobs) this.#blobs.append(blob)
  }

  #admit(size: number, root: string): void {
    if (this.#size + size > MAX_FRAME_BYTES) {
      throw new NotSerializableError(
        root,
        `it makes a frame of ${this.#size + size} bytes, at most ${MAX_FRAME_BYTES} can be sent`,
      )
    }
    this.#size += size + ENTRY_BYTES
  }

  /** A new entry with its header, or with none where it would be that of the entry before. After the payload's getters, which may push entries too. */
  #begin(header: readonly unknown[]): unknown[] {
    const entry: unknown[] = this.#header !== null && isSame(header, this.#header) ? [] : header.slice()
    this.#header = header
    this.#entries.push(entry)
    return entry
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
    this.#scan =
      trust === 'trusted' ? null : new PreScan(OUTER_DEPTH + Math.max(TABLE_DEPTH, limits.maxDepth ?? DEFAULT_MAX_DEPTH))
  }

  decode(frame: Uint8Array, visit: (entry: readonly unknown[]) => void): void {
    const entries = this.#read(frame)
    for (const entry of entries) visit(entry)
  }

  #read(frame: Uint8Array): readonly (readonly unknown[])[] {
    if (frame.length > this.#maxBytes)
      throw new MalformedBytesError(`${frame.length} bytes came, at most ${this.#maxBytes} are read`)
    const bodyEnd = frame.length <= LENGTH_BYTES ? Infinity : LENGTH_BYTES + readUint32(frame)
    if (bodyEnd > frame.length) throw new MalformedBytesError('the bytes end too early')
    this.#scan?.check(frame, LENGTH_BYTES, bodyEnd, costForLength(frame.length))
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
    if (this.#scan === null || lengthForCost(this.#scan.cost) !== frame.length)
      throw new MalformedBytesError('bytes follow the last entry')
    for (let at = end; at < frame.length; at++) if (frame[at] !== 0) throw new MalformedBytesError('bytes follow the last entry')
  }
}

/** A peer bounds the memory that a frame takes by its length. Many tiny values can take more: then zeros make up for it. */
function paddedLength(written: WorkingBuffer, used: number): number {
  if (written.end - written.start < NEVER_COSTLY_BYTES) return used
  const scan = new PreScan(OUTER_DEPTH + DEFAULT_MAX_DEPTH)
  scan.check(written, written.start, written.end, Infinity)
  return Math.max(used, lengthForCost(scan.cost))
}

function readUint32(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0
}

function writeUint32(bytes: Uint8Array, value: number): void {
  for (let byte = 0; byte < LENGTH_BYTES; byte++) bytes[byte] = value >>> (byte * 8)
}

/** Headers hold text, numbers and null; a list in one is never that of another. */
function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
