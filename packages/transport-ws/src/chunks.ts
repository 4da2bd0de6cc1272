/**
 * How frames lie in WebSocket messages. A message has a limit (`maxPayload`), which each end tells the other first; a frame may
 * be longer. Pure: knows no socket. Both ends of a link use it, in Node and in browsers.
 *
 *     [0, ...frame]          a whole frame, of less than 16 KiB: one copy, one message
 *     [1, u32 length]        a longer one follows: its bytes, bare, in as many messages as it takes, none of them empty
 *     [2, u32 limit]         first of all, once: the longest message that the sender of this takes
 *
 * Numbers are little-endian. Long frames have no header of their own, so that nobody copies them to put one in front.
 */

/** The longest frame, as core's decoder has it for untrusted links. */
export const LONGEST_FRAME = 67_108_864
/** The least `maxPayload`: every end takes messages as long as this, so it is the limit until the other end has told its own. */
export const LEAST_LIMIT = 1_024
/** Frames from here on are not copied. */
const LONG = 16_384

const WHOLE = 0
const FOLLOWS = 1
const LIMIT = 2
/** Bytes of a header with a number. */
const NUMBERED = 5

/** What is wrong with a message of the other end. */
export class MessageFault extends Error {
  /** Whether something is too long, and not merely malformed. */
  readonly isTooLong: boolean

  constructor(problem: string, isTooLong = false) {
    super(problem)
    this.name = 'MessageFault'
    this.isTooLong = isTooLong
  }
}

/** The messages that carry a frame to an end which takes messages of up to `limit` bytes. */
export function toMessages(frame: Uint8Array, limit: number): Uint8Array[] {
  if (frame.length < LONG && frame.length < limit) {
    const message = new Uint8Array(frame.length + 1)
    message[0] = WHOLE
    message.set(frame, 1)
    return [message]
  }
  const messages = [numbered(FOLLOWS, frame.length)]
  for (let at = 0; at < frame.length; at += limit) messages.push(frame.subarray(at, at + limit))
  return messages
}

/** The message that tells the other end how long a message this end takes. */
export function toLimit(limit: number): Uint8Array {
  return numbered(LIMIT, limit)
}

/** Puts messages together to frames. What it holds of an unfinished frame is at most twice what has come of it. */
export class Assembler {
  readonly #onLimit: (limit: number) => void
  #isFirst = true
  /** Of the frame that is coming in pieces: its length, what has come, and how much that is. Length 0: none is. */
  #length = 0
  #pieces: Uint8Array = new Uint8Array(0)
  #filled = 0

  constructor(onLimit: (limit: number) => void) {
    this.#onLimit = onLimit
  }

  /** Takes the next message; a frame, when that made one whole. Throws MessageFault; nothing may follow after that. */
  push(message: Uint8Array): Uint8Array | null {
    const isFirst = this.#isFirst
    this.#isFirst = false
    if (message.length === 0) throw new MessageFault('a message without bytes')
    if (this.#length > 0) return this.#take(message)
    switch (message[0]) {
      case WHOLE:
        if (message.length === 1) throw new MessageFault('a frame without bytes')
        return plain(message, 1)
      case FOLLOWS:
        this.#begin(numberIn(message))
        return null
      case LIMIT:
        if (!isFirst) throw new MessageFault('a limit that does not come first')
        this.#limit(numberIn(message))
        return null
      default:
        throw new MessageFault(`a message of kind ${message[0]}`)
    }
  }

  #begin(length: number): void {
    if (length === 0) throw new MessageFault('a frame without bytes')
    if (length > LONGEST_FRAME) throw new MessageFault(`a frame of ${length} bytes, at most ${LONGEST_FRAME} are taken`, true)
    this.#length = length
  }

  #limit(limit: number): void {
    if (limit < LEAST_LIMIT) throw new MessageFault(`a limit of ${limit} bytes, it takes ${LEAST_LIMIT} or more`)
    this.#onLimit(limit)
  }

  #take(piece: Uint8Array): Uint8Array | null {
    const filled = this.#filled + piece.length
    if (filled > this.#length) throw new MessageFault(`${filled} bytes of a frame of ${this.#length}`)
    if (piece.length === this.#length) {
      this.#length = 0
      return plain(piece, 0)
    }
    this.#grow(filled)
    this.#pieces.set(piece, this.#filled)
    this.#filled = filled
    if (filled < this.#length) return null
    const frame = this.#pieces
    this.#length = 0
    this.#filled = 0
    this.#pieces = new Uint8Array(0)
    return frame
  }

  /** Room for so many bytes, and in the end for exactly the frame: who only announces a long one costs nothing. */
  #grow(needed: number): void {
    if (needed <= this.#pieces.length) return
    const bigger = new Uint8Array(Math.min(this.#length, Math.max(needed, 2 * this.#pieces.length)))
    bigger.set(this.#pieces.subarray(0, this.#filled))
    this.#pieces = bigger
  }
}

function numbered(kind: number, number: number): Uint8Array {
  const message = new Uint8Array(NUMBERED)
  message[0] = kind
  new DataView(message.buffer).setUint32(1, number, true)
  return message
}

function numberIn(message: Uint8Array): number {
  if (message.length !== NUMBERED) throw new MessageFault(`a header of ${message.length} bytes, it has ${NUMBERED}`)
  return new DataView(message.buffer, message.byteOffset).getUint32(1, true)
}

/** A plain Uint8Array, not a Buffer: `slice` of a Buffer is a view, of a Uint8Array a copy. */
function plain(bytes: Uint8Array, from: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + from, bytes.length - from)
}
