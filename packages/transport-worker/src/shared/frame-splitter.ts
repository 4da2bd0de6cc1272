/**
 * Cuts a stream of bytes into frames: `[u32 length, little-endian][bytes]`. The top bit of the length marks a note, which is
 * between the two ends of the link and never core's. A frame that lies within one chunk is a view of it; one that spans
 * several is copied once. A length over the limit throws before anything is allocated for it.
 */
import { NOTE_BIT, HEADER_BYTES } from './frame-format.ts'

/** Where frames go: bytes, and whether they are a note. */
export type TakeFrame = (bytes: Uint8Array, isNote: boolean) => void

export class FrameSplitter {
  /** Changed by the link's owner. */
  maxFrame: number
  readonly #take: TakeFrame
  /** Of a header that is cut in two: the bytes so far, as a number, and how many they are. */
  #header = 0
  #headerBytes = 0
  #isNote = false
  /** Of a frame that spans chunks: what has arrived of it. Null between frames. */
  #body: Uint8Array | null = null
  #filled = 0

  constructor(maxFrame: number, take: TakeFrame) {
    this.maxFrame = maxFrame
    this.#take = take
  }

  /** True when a frame has begun and not ended: at the end of the stream it is cut off, and lost. */
  get inFrame(): boolean {
    return this.#body !== null || this.#headerBytes > 0
  }

  /** Takes the next bytes. Throws a RangeError for a frame over the limit; nothing may follow after that. */
  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#body !== null) at = this.#fill(chunk, at)
      else at = this.#readHeader(chunk, at)
    }
  }

  #fill(chunk: Uint8Array, at: number): number {
    const body = this.#body
    if (body === null) return at
    const end = Math.min(chunk.length, at + body.length - this.#filled)
    body.set(chunk.subarray(at, end), this.#filled)
    this.#filled += end - at
    if (this.#filled === body.length) {
      this.#body = null
      this.#take(body, this.#isNote)
    }
    return end
  }

  #readHeader(chunk: Uint8Array, start: number): number {
    let at = start
    while (this.#headerBytes < HEADER_BYTES) {
      const byte = chunk[at]
      if (byte === undefined) return at
      // Not a shift: the fourth byte would make the number negative.
      this.#header += byte * 2 ** (8 * this.#headerBytes)
      this.#headerBytes++
      at++
    }
    const word = this.#header
    this.#header = 0
    this.#headerBytes = 0
    this.#isNote = word >= NOTE_BIT
    return this.#begin(chunk, at, this.#isNote ? word - NOTE_BIT : word)
  }

  #begin(chunk: Uint8Array, at: number, length: number): number {
    if (length > this.maxFrame) {
      throw new RangeError(`a frame of ${length} bytes arrived: the limit (maxFrame) is ${this.maxFrame}`)
    }
    if (chunk.length - at >= length) {
      // A plain Uint8Array, not a Buffer: `slice` of a Buffer is a view, of a Uint8Array a copy.
      this.#take(new Uint8Array(chunk.buffer, chunk.byteOffset + at, length), this.#isNote)
      return at + length
    }
    this.#body = new Uint8Array(length)
    this.#filled = 0
    return at
  }
}
