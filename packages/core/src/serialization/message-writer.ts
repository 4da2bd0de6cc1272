/**
 * Bytes of MessagePack, token by token, in a buffer that grows and is used again. It knows formats, not values: what may be
 * written is for the classes above it.
 */

const INITIAL_BYTES = 8_192

/** A buffer larger than this is given up when it is emptied. */
const KEEP_BYTES = 4 * 1_024 * 1_024

/** Longer strings go through TextEncoder, which is slow to begin with. */
const SHORT_TEXT = 64

const encoder = new TextEncoder()

/** The buffer would pass its limit. Caught by the encoder, which has the words. */
export class BufferFull extends RangeError {
  /** Bytes that were wanted. */
  readonly wanted: number

  constructor(wanted: number) {
    super(`a buffer of ${wanted} bytes`)
    this.wanted = wanted
  }
}

export class MessageWriter {
  bytes: Uint8Array = new Uint8Array(INITIAL_BYTES)
  /** Where the next byte goes. May be set back. */
  at = 0
  #view = new DataView(this.bytes.buffer)
  readonly #limit: number
  /** The largest number that is its own token. */
  readonly #largestToken: number

  /** `largestToken`: 127 as MessagePack has it; 63 for readers that take tokens above for records. */
  constructor(largestToken: 63 | 127, limit: number) {
    this.#largestToken = largestToken
    this.#limit = limit
  }

  /** Begins anew. */
  clear(): void {
    this.at = 0
    if (this.bytes.length <= KEEP_BYTES) return
    this.bytes = new Uint8Array(INITIAL_BYTES)
    this.#view = new DataView(this.bytes.buffer)
  }

  byte(value: number): void {
    if (this.at >= this.bytes.length) this.#grow(1)
    this.bytes[this.at++] = value
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  arrayHead(length: number): void {
    this.#head(length, 0x90, 0xdc)
  }

  mapHead(size: number): void {
    this.#head(size, 0x80, 0xde)
  }

  undefined(): void {
    this.#room(3)
    this.bytes[this.at++] = 0xd4
    this.bytes[this.at++] = 0
    this.bytes[this.at++] = 0
  }

  number(value: number): void {
    this.#room(9)
    const { bytes } = this
    if ((value | 0) !== value) return this.#wideNumber(value)
    if (value >= 0) {
      if (value <= this.#largestToken) bytes[this.at++] = value
      else if (value < 0x100) {
        bytes[this.at++] = 0xcc
        bytes[this.at++] = value
      } else if (value < 0x10000) {
        bytes[this.at++] = 0xcd
        this.#uint16(value)
      } else {
        bytes[this.at++] = 0xce
        this.#uint32(value)
      }
    } else if (value >= -0x20) bytes[this.at++] = 0x100 + value
    else if (value >= -0x80) {
      bytes[this.at++] = 0xd0
      bytes[this.at++] = value + 0x100
    } else if (value >= -0x8000) {
      bytes[this.at++] = 0xd1
      this.#uint16(value)
    } else {
      bytes[this.at++] = 0xd2
      this.#uint32(value)
    }
  }

  /** Within 64 bits. */
  bigint(value: bigint): void {
    this.#room(9)
    if (value < 0x8000000000000000n) {
      this.bytes[this.at++] = 0xd3
      this.#view.setBigInt64(this.at, value)
    } else {
      this.bytes[this.at++] = 0xcf
      this.#view.setBigUint64(this.at, value)
    }
    this.at += 8
  }

  /** Well-formed text. */
  text(value: string): void {
    const { length } = value
    this.#room(length * 3 + 5)
    if (length >= SHORT_TEXT) return this.#longText(value)
    const { bytes } = this
    // The length in bytes is known afterwards: when all are ASCII it is that in characters.
    const start = this.at
    const headSize = length < 0x20 ? 1 : 2
    let at = start + headSize
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code >= 0x80) return this.#longText(value)
      bytes[at++] = code
    }
    if (headSize === 1) bytes[start] = 0xa0 | length
    else {
      bytes[start] = 0xd9
      bytes[start + 1] = length
    }
    this.at = at
  }

  #longText(value: string): void {
    const most = value.length * 3
    const headSize = most < 0x20 ? 1 : most < 0x100 ? 2 : most < 0x10000 ? 3 : 5
    const start = this.at
    const { written } = encoder.encodeInto(value, this.bytes.subarray(start + headSize))
    const { bytes } = this
    this.at = start
    if (headSize === 1) bytes[this.at++] = 0xa0 | written
    else if (headSize === 2) {
      bytes[this.at++] = 0xd9
      bytes[this.at++] = written
    } else if (headSize === 3) {
      bytes[this.at++] = 0xda
      this.#uint16(written)
    } else {
      bytes[this.at++] = 0xdb
      this.#uint32(written)
    }
    this.at += written
  }

  /** Outside of 32 signed bits, or no integer. */
  #wideNumber(value: number): void {
    const { bytes } = this
    if (value > 0 && value >>> 0 === value) {
      bytes[this.at++] = 0xce
      this.#uint32(value)
    } else {
      bytes[this.at++] = 0xcb
      this.#view.setFloat64(this.at, value)
      this.at += 8
    }
  }

  #head(length: number, small: number, large: number): void {
    this.#room(5)
    if (length < 0x10) this.bytes[this.at++] = small | length
    else if (length < 0x10000) {
      this.bytes[this.at++] = large
      this.#uint16(length)
    } else {
      this.bytes[this.at++] = large + 1
      this.#uint32(length)
    }
  }

  #uint16(value: number): void {
    this.bytes[this.at++] = value >> 8
    this.bytes[this.at++] = value
  }

  #uint32(value: number): void {
    this.#view.setUint32(this.at, value)
    this.at += 4
  }

  #room(bytes: number): void {
    if (this.at + bytes > this.bytes.length) this.#grow(bytes)
  }

  #grow(bytes: number): void {
    const needed = this.at + bytes
    if (needed > this.#limit) throw new BufferFull(needed)
    const larger = new Uint8Array(Math.max(needed, Math.min(this.bytes.length * 2, this.#limit)))
    larger.set(this.bytes.subarray(0, this.at))
    this.bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
