/**
 * What both kinds of links to a worker have in common, beyond core's contract: notes, which are between the two ends of the
 * link and never core's, and the defaults of their limits.
 */
import type { ExitReason, Link } from '@troupe/core/transport'
import type { Note } from './note.ts'

/** Bytes on their way above which `send` says to wait, and below which `drain` follows. */
export const HIGH_WATER = 1_048_576
export const LOW_WATER = 524_288

/** A link to or from a worker. */
export interface WorkerLink extends Link {
  /** Sends a note, in order with the frames. After the end it is a no-op. */
  note(note: Note): void
}

export interface WorkerLinkOptions {
  /** For people: `thread 3`, `pid 4711`. */
  readonly peer: string
  /** Bytes that one frame may have, both ways: a longer one ends the link. Default: 2 GiB - 1, the most there can be. */
  readonly maxFrame?: number
  /** Hears the notes of the other end, in order with the frames, also before `open`. */
  readonly onNote?: (note: Note) => void
  /** Called once, when nothing more comes: before core hears `closed`, and also when the link was never opened. */
  readonly onClosed?: (reason: ExitReason) => void
}

/** Why a link ends that is given a frame over its limit; null for any other frame. */
export function tooLong(frame: Uint8Array, maxFrame: number, peer: string): ExitReason | null {
  if (frame.length <= maxFrame) return null
  const error = new RangeError(`a frame of ${frame.length} bytes for ${peer}: the limit (maxFrame) is ${maxFrame}`)
  return { kind: 'error', error }
}
