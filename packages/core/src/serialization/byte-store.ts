/**
 * A growing run of bytes that is filled and emptied again and again: the buffer stays, unless one large frame made it large.
 */

const INITIAL_BYTES = 8192

/** A buffer larger than this is given up when it was not nearly filled. */
const KEEP_BYTES = 4 * 1024 * 1024

export class ByteStore {
  #bytes: Uint8Array = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length
    if (end > this.#bytes.length) this.#grow(end)
    this.#bytes.set(bytes, this.#length)
    this.#length = end
  }

  /** Copies everything to `target` and starts anew. */
  moveTo(target: Uint8Array, at: number): void {
    const length = this.#length
    if (length === 0) return
    target.set(this.#bytes.subarray(0, length), at)
    if (this.#bytes.length > KEEP_BYTES && length * 4 < this.#bytes.length) this.#bytes = new Uint8Array(0)
    this.#length = 0
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2, INITIAL_BYTES))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
