/**
 * The codec `msgpack-1`: its layout is in frame-layout.ts, its encoder in msgpack-encoder.ts. What arrives is read by msgpackr;
 * this is the only door to it. Used by the remote engine through the Codec interface, and by pack.
 */
import { C1, Unpackr } from 'msgpackr'
import { MalformedBytesError } from '../errors/serialization-errors.ts'
import type { Codec, DecodeLimits, FrameDecoder, RefCodec, Trust } from './codec.ts'
import { DEFAULT_MAX_DEPTH, LENGTH_BYTES, OUTER_DEPTH, readUint32 } from './frame-layout.ts'
import { MsgpackEncoder } from './msgpack-encoder.ts'
import { PreScan, costForLength, lengthForCost } from './pre-scan.ts'
import { rebuild } from './rebuild.ts'
import { BlobReader } from './table-reader.ts'

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

/** Containers in the deepest part of a node table: table, nodes, node, slot. */
const TABLE_DEPTH = 4

/** One message for a peer that reads frames of 64 MiB: what else is in its frame takes less than the rest. */
const MAX_MESSAGE_BYTES = DEFAULT_MAX_BYTES - 1024 * 1024

export const msgpackCodec: Codec = {
  name: 'msgpack-1',
  createEncoder: (refs, trust) => new MsgpackEncoder(refs, trust, trust === 'trusted' ? Infinity : MAX_MESSAGE_BYTES),
  createDecoder: (refs, trust, limits) => new MsgpackDecoder(refs, trust, limits),
}

export class MsgpackDecoder implements FrameDecoder {
  readonly #refs: RefCodec | undefined
  readonly #unpackr: Unpackr
  readonly #maxBytes: number
  /** Null for trusted peers. */
  readonly #scan: PreScan | null

  constructor(refs: RefCodec | undefined, trust: Trust, limits: DecodeLimits = {}) {
    this.#refs = refs
    this.#unpackr =
      trust === 'trusted' ? new Unpackr({ sequential: true, mapsAsObjects: true }) : new Unpackr({ useRecords: false })
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
