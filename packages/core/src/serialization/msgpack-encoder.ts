/**
 * Collects entries into frames: plain payloads as they are, others as a node table with a marker behind it.
 */
import { NotSerializableError } from '../errors/serialization-errors.ts'
import { ByteStore } from './byte-store.ts'
import type { FrameEncoder, RefCodec, Trust } from './codec.ts'
import { flatten } from './flatten.ts'
import {
  DEFAULT_MAX_DEPTH,
  EMPTY_LIST,
  LENGTH_BYTES,
  MARKER,
  OUTER_DEPTH,
  listHeadLength,
  writeListHead,
  writeUint32,
} from './frame-layout.ts'
import { BufferFull } from './message-writer.ts'
import { PlainWriter } from './plain-writer.ts'
import { PreScan, lengthForCost } from './pre-scan.ts'
import { RecordShapes } from './record-shapes.ts'

/** Body length, and the start of the list of entries, at most. */
const HEAD_BYTES = LENGTH_BYTES + 5

/** Bytes of one frame. */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024

/** Frames shorter than this cannot cost more than they may. */
const NEVER_COSTLY_BYTES = 32 * 1024

/** A frame with its zeros is never longer than so many times its body: that is for lists of empty lists. */
const MOST_PADDING = 18

const PLAIN = { parts: 1, blobs: [] } as const

/** The root under which the arguments of a call are pushed: a list that core made, whose items are all it has. */
export const ARGUMENTS = 'args'

/** An entry that a getter of another one's payload sent: it waits until that one is whole. */
interface Nested {
  readonly header: readonly unknown[]
  readonly payload: EncodedPayload
}

interface EncodedPayload {
  /** One value; or a table and a marker. */
  readonly bytes: Uint8Array
  readonly parts: 1 | 2
  readonly blobs: readonly Uint8Array[]
}

/** Writes each entry when it is pushed, so that what happens to a message afterwards changes nothing. */
export class MsgpackEncoder implements FrameEncoder {
  readonly #refs: RefCodec | undefined
  readonly #trust: Trust
  readonly #maxMessage: number
  readonly #writer: PlainWriter
  readonly #blobs = new ByteStore()
  #count = 0
  /** Where the last whole entry ends. */
  #end = 0
  /** Of the last entry. */
  #header: readonly unknown[] | null = null
  #isWriting = false
  /** Frames taken: one may be taken while an entry is written, by a getter. */
  #taken = 0
  #nested: Nested[] = []

  /** `maxMessage`: bytes of one payload above which it is refused, because the other end would refuse its frame. */
  constructor(refs: RefCodec | undefined, trust: Trust, maxMessage: number = Infinity) {
    this.#refs = refs
    this.#trust = trust
    this.#maxMessage = maxMessage
    this.#writer = newWriter(trust, trust === 'trusted' ? new RecordShapes() : null)
  }

  get size(): number {
    return HEAD_BYTES + this.#end + this.#blobs.length
  }

  get count(): number {
    return this.#count
  }

  push(header: readonly unknown[], payload: unknown, root: string): void {
    if (this.#isWriting) {
      const apart = newWriter(this.#trust, null)
      const { parts, blobs } = this.#write(apart, payload, root)
      this.#nested.push({ header, payload: { bytes: apart.bytes.slice(0, apart.at), parts, blobs } })
      return
    }
    this.#isWriting = true
    try {
      this.#append(header, payload, root)
    } finally {
      this.#isWriting = false
      if (this.#nested.length > 0) {
        for (const { header: own, payload: written } of this.#nested.splice(0)) this.#appendWritten(own, written)
      }
    }
  }

  take(): Uint8Array {
    const { bytes } = this.#writer
    const end = this.#count === 0 ? 0 : this.#end
    const head = listHeadLength(this.#count)
    const body = head + end
    const used = LENGTH_BYTES + body + this.#blobs.length
    const frame = new Uint8Array(used)
    writeUint32(frame, body)
    writeListHead(frame, LENGTH_BYTES, this.#count)
    frame.set(bytes.subarray(0, end), LENGTH_BYTES + head)
    this.#blobs.moveTo(frame, LENGTH_BYTES + body)
    this.#count = 0
    this.#end = 0
    this.#header = null
    this.#taken++
    if (!this.#isWriting) this.#writer.clear()
    return this.#trust === 'trusted' ? frame : padded(frame, LENGTH_BYTES + body)
  }

  #append(header: readonly unknown[], payload: unknown, root: string): void {
    const writer = this.#writer
    const start = writer.at
    const taken = this.#taken
    const values = this.#begin(header)
    const payloadAt = writer.at
    try {
      const { parts, blobs } = this.#write(writer, payload, root)
      if (taken === this.#taken) this.#commit(start, header, values + parts, blobs)
      else this.#appendWritten(header, { bytes: this.#rest(payloadAt), parts, blobs })
    } catch (error) {
      writer.at = taken === this.#taken ? start : 0
      throw error
    }
  }

  /** What stands in the writer behind entries that were taken meanwhile. */
  #rest(from: number): Uint8Array {
    const bytes = this.#writer.bytes.slice(from, this.#writer.at)
    this.#writer.clear()
    return bytes
  }

  #appendWritten(header: readonly unknown[], { bytes, parts, blobs }: EncodedPayload): void {
    const start = this.#writer.at
    const values = this.#begin(header)
    this.#writer.raw(bytes)
    this.#commit(start, header, values + parts, blobs)
  }

  /** Leaves a byte for the number of values, and writes the header unless it is that of the entry before. Returns its length. */
  #begin(header: readonly unknown[]): number {
    const writer = this.#writer
    writer.byte(EMPTY_LIST)
    if (this.#header !== null && isSame(header, this.#header)) return 0
    for (let index = 0; index < header.length; index++) writer.writeOwn(header[index])
    return header.length
  }

  #commit(start: number, header: readonly unknown[], values: number, blobs: readonly Uint8Array[]): void {
    this.#writer.bytes[start] = EMPTY_LIST | values
    for (const blob of blobs) this.#blobs.append(blob)
    this.#header = header
    this.#end = this.#writer.at
    this.#count++
  }

  /** Throws for a large payload whose frame would be too long for the peer. */
  #measure(written: Uint8Array, parts: 1 | 2, blobs: number, root: string): void {
    const plain = written.length + blobs
    const bytes = plain > this.#maxMessage ? plain : lengthAlone(written, parts, blobs)
    if (bytes <= this.#maxMessage) return
    throw new NotSerializableError(
      root,
      `it takes ${bytes} bytes, at most ${this.#maxMessage} can be sent to another program in one message`,
    )
  }

  #write(writer: PlainWriter, payload: unknown, root: string): Omit<EncodedPayload, 'bytes'> {
    const from = writer.at
    try {
      if (writer.writePayload(payload, root === ARGUMENTS)) {
        if (writer.at - from > this.#maxMessage / MOST_PADDING) this.#measure(writer.bytes.subarray(from, writer.at), 1, 0, root)
        return PLAIN
      }
      const { table, blobs } = flatten(payload, root, this.#refs)
      let size = 0
      for (const blob of blobs) size += blob.length
      if (this.#blobs.length + size > MAX_FRAME_BYTES) throw new BufferFull(this.#blobs.length + size)
      writer.writeOwn(table)
      writer.byte(MARKER)
      if (writer.at - from + size > this.#maxMessage / MOST_PADDING)
        this.#measure(writer.bytes.subarray(from, writer.at), 2, size, root)
      return { parts: 2, blobs }
    } catch (error) {
      if (!(error instanceof BufferFull)) throw error
      throw new NotSerializableError(
        root,
        `it makes a frame of ${error.wanted} bytes or more, at most ${MAX_FRAME_BYTES} can be sent`,
      )
    }
  }
}

/** How long a frame of nothing but this payload is, zeros included. */
function lengthAlone(payload: Uint8Array, parts: 1 | 2, blobs: number): number {
  const body = new Uint8Array(payload.length + 2)
  body.set([EMPTY_LIST | 1, EMPTY_LIST | parts])
  body.set(payload, 2)
  const scan = new PreScan(OUTER_DEPTH + DEFAULT_MAX_DEPTH)
  scan.check(body, 0, body.length, Infinity)
  return Math.max(LENGTH_BYTES + body.length + blobs, lengthForCost(scan.cost))
}

function newWriter(trust: Trust, shapes: RecordShapes | null): PlainWriter {
  return new PlainWriter(shapes, trust === 'trusted' ? 63 : 127, MAX_FRAME_BYTES)
}

/** A peer bounds the memory that a frame takes by its length. Many tiny values can take more: then zeros make up for it. */
function padded(frame: Uint8Array, bodyEnd: number): Uint8Array {
  if (bodyEnd < NEVER_COSTLY_BYTES) return frame
  const scan = new PreScan(OUTER_DEPTH + DEFAULT_MAX_DEPTH)
  scan.check(frame, LENGTH_BYTES, bodyEnd, Infinity)
  const length = lengthForCost(scan.cost)
  if (length <= frame.length) return frame
  const longer = new Uint8Array(length)
  longer.set(frame)
  return longer
}

/** Headers hold text, numbers and null; a list in one is never that of another. */
function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
