/**
 * A process that exits hands over what it sent before: Node would drop what the kernel has not taken. The rest is written by
 * force, waiting for the parent to read. Threads need nothing of the kind.
 */
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { LINK_FD } from '../shared/descriptors.ts'
import { ofHandle } from '../shared/stream-handle.ts'
import type { StreamLink } from '../shared/stream-link.ts'

/** What a full pipe gives the reader, in milliseconds. */
const NAP_MS = 1

export function flushAtExit(link: StreamLink, pipe: Socket): void {
  // The first handler: what later ones send is written at once.
  process.on('exit', () => link.sendAtOnce(ofHandle(pipe, 'writeQueueSize') ?? 0, writeWhole))
}

function writeWhole(piece: Uint8Array): void {
  let at = 0
  while (at < piece.length) {
    try {
      at += writeSync(LINK_FD, piece, at)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return // the parent is gone
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS)
    }
  }
}
