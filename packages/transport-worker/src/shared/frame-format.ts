/**
 * How frames lie in a stream of bytes: `[u32 length, little-endian][bytes]`, the top bit of the length set for a note. What
 * is small is copied into one piece with its neighbors, what is large is written as it is: a copy costs less than another
 * entry of writev only for small frames.
 */

export const HEADER_BYTES = 4
/** Set in the length of a note. */
export const NOTE_BIT = 0x8000_0000
/** No frame may be longer, whatever the limit: its length would not fit under the note's bit. */
export const LONGEST_FRAME = 0x7fff_ffff

/** From this many bytes on a frame is written without a copy. */
const LARGE = 16_384

/** One frame that waits to be written. */
export interface OutFrame {
  readonly bytes: Uint8Array
  readonly isNote: boolean
}

/** The pieces to write, in order. */
export function toPieces(frames: readonly OutFrame[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let first = 0
  while (first < frames.length) first = addPieces(pieces, frames, first)
  return pieces
}

/** Adds small frames up to and with the next large one's header, then that frame itself; returns the first frame left. */
function addPieces(pieces: Uint8Array[], frames: readonly OutFrame[], first: number): number {
  let size = 0
  let end = first
  let large: Uint8Array | null = null
  for (let frame = frames[end]; frame !== undefined && large === null; frame = frames[++end]) {
    size += HEADER_BYTES
    if (frame.bytes.length >= LARGE) large = frame.bytes
    else size += frame.bytes.length
  }
  const piece = Buffer.allocUnsafe(size)
  let at = 0
  for (const { bytes, isNote } of frames.slice(first, end)) {
    at = writeHeader(piece, at, bytes.length, isNote)
    if (bytes === large) break
    piece.set(bytes, at)
    at += bytes.length
  }
  pieces.push(piece)
  if (large !== null) pieces.push(large)
  return end
}

function writeHeader(piece: Uint8Array, at: number, length: number, isNote: boolean): number {
  piece[at] = length & 0xff
  piece[at + 1] = (length >>> 8) & 0xff
  piece[at + 2] = (length >>> 16) & 0xff
  piece[at + 3] = ((length >>> 24) & 0x7f) | (isNote ? 0x80 : 0)
  return at + HEADER_BYTES
}
