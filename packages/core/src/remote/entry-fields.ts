/**
 * Reads the fields of entries that arrived. What the protocol does not allow throws ProtocolError, which closes the link;
 * a payload that could not be built here stands for an error of its own.
 */
import { ProtocolError } from '../errors/remote-errors.ts'
import { StartFailedError } from '../errors/actor-errors.ts'
import type { MailboxSpec, OverflowPolicy } from '../model/definition.ts'
import { type ExitReason, KILLED, NORMAL, NOT_FOUND } from '../model/exit-reason.ts'
import { DecodeFailure } from '../serialization/arrivals.ts'
import type { WireTarget } from './wire.ts'

const OVERFLOWS: readonly OverflowPolicy[] = ['backpressure', 'refuse', 'drop-newest', 'drop-oldest']

export class EntryFields {
  readonly #peer: string

  constructor(peer: string) {
    this.#peer = peer
  }

  broken(problem: string): ProtocolError {
    return new ProtocolError(this.#peer, problem)
  }

  number(value: unknown, what: string): number {
    if (typeof value === 'number') return value
    throw this.broken(`${what} is not a number`)
  }

  /** A number of values or bytes: an integer from 0 up. */
  amount(value: unknown, what: string): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    throw this.broken(`${what} is not an amount`)
  }

  text(value: unknown, what: string): string {
    if (typeof value === 'string') return value
    throw this.broken(`${what} is not text`)
  }

  optionalText(value: unknown): string | null {
    return typeof value === 'string' ? value : null
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (Array.isArray(value)) return value
    throw this.broken(`${what} is not a list`)
  }

  target(value: unknown): WireTarget {
    if (typeof value === 'number' || typeof value === 'string') return value
    return this.list(value, 'an address').map((part) =>
      typeof part === 'number' ? part : this.text(part, 'a part of an address'),
    )
  }

  mailbox(value: unknown): MailboxSpec | null {
    if (value === null || value === undefined) return null
    if (value === 0) return { kind: 'unbounded' }
    const [capacity, overflow] = this.list(value, 'a mailbox')
    const policy = OVERFLOWS.find((one) => one === overflow)
    if (policy === undefined) throw this.broken('a mailbox has no known policy')
    const room = this.amount(capacity, 'a capacity')
    if (room === 0) throw this.broken('a mailbox has no room')
    return { kind: 'bounded', capacity: room, overflow: policy }
  }

  reason(value: unknown): ExitReason {
    if (value instanceof DecodeFailure) return { kind: 'error', error: value.error }
    const reason = readReason(value)
    if (reason === null) throw this.broken('a reason is of no known kind')
    return reason
  }
}

/** A mailbox as it is written. */
export function writeMailbox(mailbox: MailboxSpec | null): unknown {
  if (mailbox === null) return null
  return mailbox.kind === 'bounded' ? [mailbox.capacity, mailbox.overflow] : 0
}

/** A thrown value that arrived, or why it could not be built. */
export function readError(value: unknown): unknown {
  return value instanceof DecodeFailure ? value.error : value
}

/** Why an actor could not be spawned from a request whose arguments could not be built here. */
export function failedStart(path: string, cause: unknown): ExitReason {
  return { kind: 'error', error: new StartFailedError(path, cause) }
}

interface Fields {
  readonly kind?: unknown
  readonly detail?: unknown
  readonly error?: unknown
  readonly code?: unknown
  readonly signal?: unknown
  readonly node?: unknown
}

function readReason(value: unknown): ExitReason | null {
  if (typeof value !== 'object' || value === null) return null
  const { kind, detail, error, code, signal, node } = value as Fields
  switch (kind) {
    case 'normal':
      return NORMAL
    case 'killed':
      return KILLED
    case 'not-found':
      return NOT_FOUND
    case 'shutdown':
      return detail === undefined ? { kind } : { kind, detail }
    case 'error':
      return { kind, error: error instanceof Error ? error : new Error(String(error)) }
    case 'exit':
      return typeof code === 'number' ? { kind, code } : null
    case 'signal':
      return typeof signal === 'string' ? { kind, signal } : null
    case 'disconnected':
      return typeof node === 'string' ? { kind, node } : null
    default:
      return null
  }
}
