/**
 * What the two ends of a worker's link tell each other beside core's frames.
 */
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

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeNote(note: Note): Uint8Array {
  return encoder.encode(
    JSON.stringify(note, (_key, value: unknown) => (value instanceof Error ? { $error: plain(value) } : value)),
  )
}

export function decodeNote(bytes: Uint8Array): Note {
  // Safe: notes come from our own package, in a worker that we started or in the parent that started us.
  return JSON.parse(decoder.decode(bytes), (_key, value: unknown) => revive(value)) as Note
}

function plain(error: Error): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(error)),
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: error.cause,
  }
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$error' in value)) return value
  const { message, ...rest } = value.$error as { message: string }
  return Object.assign(new Error(message), rest)
}
