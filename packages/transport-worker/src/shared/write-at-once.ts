/**
 * Writes to a socket past its stream: what the kernel takes at once, as nearly every small write, costs one call instead of a
 * stream's queue and its callbacks, which for a single message are half of all the work. Only for a stream that holds nothing.
 */
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ofHandle } from './stream-handle.ts'

/** Bytes up to which it is worth it: larger pieces do not always fit, and their way is paid by what they carry. */
const SMALL = 8_192

/** How many bytes of `piece`, from its start, the kernel took; 0 also where this cannot be done, or the other end is gone: the stream finds out. */
export function writeAtOnce(stream: Duplex, piece: Uint8Array): number {
  if (piece.length > SMALL) return 0
  const fd = descriptorOf(stream)
  if (fd === null) return 0
  try {
    return writeSync(fd, piece)
  } catch {
    return 0
  }
}

/**
 * Looked up each time: the number of a socket that was closed belongs to another one soon. A class that extends Socket, as TLS
 * does, has work of its own to do on what is written.
 */
function descriptorOf(stream: Duplex): number | null {
  if (Object.getPrototypeOf(stream) !== Socket.prototype || !stream.writable) return null
  const fd = ofHandle(stream, 'fd')
  return fd === null || fd < 0 ? null : fd
}
