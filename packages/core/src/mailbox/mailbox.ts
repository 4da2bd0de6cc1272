/**
 * What a mailbox is to the actor that owns it. Messages of users are counted and bounded; what the runtime itself puts in
 * (turns, the stop sentinel) always fits.
 */
import type { Envelope } from '../model/envelope.ts'

export interface Mailbox {
  /** Everything that waits. */
  readonly length: number
  /** What users sent. */
  readonly messages: number
  /** Puts a message in. Returns what the mailbox gave up for it: that message itself, an older one, or null. */
  push(envelope: Envelope): Envelope | null
  /** Puts one before all others, whatever the bound: it was inside already. */
  unshift(envelope: Envelope): void
  shift(): Envelope | undefined
  /** Takes out all that match of what the runtime put in; messages of users stay. */
  discard(matches: (envelope: Envelope) => boolean): void
  /** Under backpressure and full: a promise that resolves when there is room for what was just pushed. */
  room(): Promise<void> | undefined
  /** For messages about the bound; Infinity where there is none. */
  readonly capacity: number
  /** Whether a message given up was refused (the sender hears of it) or dropped by policy. */
  readonly givesUp: 'mailbox-full' | 'dropped'
}
