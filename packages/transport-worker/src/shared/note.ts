/**
 * What the two ends of a worker's link tell each other beside core's frames.
 */
import { pack, unpack } from '@troupe/core'
import type { ExitReason } from '@troupe/core/transport'
import type { BootData } from './boot-data.ts'

export type Note =
  /** To a child process, first: who it is. */
  | { readonly kind: 'boot'; readonly boot: BootData }
  /** From a worker: it is initialized, and core may shake hands. */
  | { readonly kind: 'ready' }
  /** From a worker: it cannot start. It ends with code 1. */
  | { readonly kind: 'failed'; readonly error: Error }
  /** From a worker: nobody caught this. It ends with code 1. */
  | { readonly kind: 'uncaught'; readonly error: Error }
  /** Between links: why the sender closed. Nothing follows. */
  | { readonly kind: 'close'; readonly reason: ExitReason }

export function encodeNote(note: Note): Uint8Array {
  try {
    return pack(note)
  } catch {
    return pack(plainNote(note))
  }
}

export function decodeNote(bytes: Uint8Array): Note {
  // Safe: notes come from our own package, in a worker that we started or in the parent that started us.
  return unpack(bytes, { maxBytes: Infinity }) as Note
}

/** The same, where an error or a reason carries what cannot be pickled: what it said counts. */
function plainNote(note: Note): Note {
  if (note.kind === 'failed' || note.kind === 'uncaught') return { ...note, error: plainError(note.error) }
  if (note.kind !== 'close') return note
  const { reason } = note
  if (reason.kind === 'error') return { kind: 'close', reason: { kind: 'error', error: plainError(reason.error) } }
  return { kind: 'close', reason: reason.kind === 'shutdown' ? { kind: 'shutdown', detail: String(reason.detail) } : reason }
}

function plainError(error: Error): Error {
  const plain = new Error(error.message)
  if (error.stack !== undefined) plain.stack = error.stack
  plain.name = error.name
  return plain
}
