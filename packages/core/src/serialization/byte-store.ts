/**
 * A growing run of bytes that is filled and emptied again and again: the buffer stays, unless one large frame made it large.
 */

const INITIAL_BYTES = 8192

/** A buffer larger than this is given up when it was not nearly filled. */
const KEEP_BYTES = 4 * 1024 * 1024

/** Up to here a loop is faster than making a view for set(). */
const LOOP_BYTES = 96

export class ByteStore {
  readonly #start: number
  bytes: Uint8Array
  /** Bytes in use, the reserved ones at the start included. */
  length: number

  /** The first `start` bytes are left to the owner. */
  constructor(start: number) {
    this.#start = start
    this.bytes = new Uint8Array(INITIAL_BYTES)
    this.length = start
  }

  append(from: Uint8Array, start: number, end: number): void {
    const size = end - start
    const at = this.length
    if (at + size > this.bytes.length) this.#grow(at + size)
    const bytes = this.bytes
    if (size <= LOOP_BYTES) for (let index = 0; index < size; index++) bytes[at + index] = from[start + index] ?? 0
    else bytes.set(from.subarray(start, end), at)
    this.length = at + size
  }

  /** Copies everything to `target` and starts anew. */
  moveTo(target: Uint8Array, at: number): void {
    if (this.length > 0) target.set(this.bytes.subarray(0, this.length), at)
    if (this.bytes.length > KEEP_BYTES && this.length * 4 < this.bytes.length) this.bytes = new Uint8Array(INITIAL_BYTES)
    this.length = this.#start
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}
