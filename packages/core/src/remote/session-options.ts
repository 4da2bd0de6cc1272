/**
 * What can be said of a session, with defaults. A bad option says its name, what it got and what it expects.
 */
import { print } from '../base/check.ts'
import type { Secret } from '../model/link-policy.ts'
import type { Trust } from '../serialization/codec.ts'
import { checkSecret } from './auth.ts'
import type { HeartbeatOptions } from './heartbeat.ts'

export interface SessionOptions {
  /** Who called whom: the dialer speaks first. */
  readonly role: 'dialer' | 'acceptor'
  /** How the peer's bytes are read: as a worker's of this program, or as anybody's. */
  readonly trust: Trust
  /** What both ends prove to know before anything else. Not looked at on trusted links. Only the handshake keeps it. */
  readonly secret?: Secret
  /** 'off' where a lost link is known at once, and a peer may be busy for long: workers. */
  readonly heartbeat?: HeartbeatOptions | 'off'
  /** Milliseconds for the handshake. Default 5 000. */
  readonly handshakeTimeout?: number
  /** Milliseconds that `close` waits for what was sent. Default 1 000. */
  readonly closeTimeout?: number
  /** Bytes that the peer may send ahead of what was accepted here. Default 4 MiB. */
  readonly window?: number
  /** Bytes waiting for the peer above which `tell` returns a promise. Default 1 MiB. */
  readonly softLimit?: number
  /** Bytes waiting for the peer above which messages are refused. Default 64 MiB. */
  readonly hardLimit?: number
}

export interface SessionSettings {
  readonly role: 'dialer' | 'acceptor'
  readonly trust: Trust
  readonly heartbeat: HeartbeatOptions | 'off'
  readonly handshakeTimeout: number
  readonly closeTimeout: number
  readonly window: number
  readonly softLimit: number
  readonly hardLimit: number
}

const MIB = 1_048_576

/** Throws RangeError for a number that is none or not above 0, and what `checkSecret` throws. */
export function sessionSettings(options: SessionOptions): SessionSettings {
  const { role, trust, heartbeat = {} } = options
  checkSecret(options.secret)
  if (heartbeat !== 'off') {
    positive('heartbeat.interval', heartbeat.interval)
    positive('heartbeat.dead', heartbeat.dead)
  }
  return {
    role,
    trust,
    heartbeat,
    handshakeTimeout: positive('handshakeTimeout', options.handshakeTimeout) ?? 5_000,
    closeTimeout: positive('closeTimeout', options.closeTimeout) ?? 1_000,
    window: Math.min(Math.ceil(positive('window', options.window) ?? 4 * MIB), 0xffff_ffff),
    softLimit: positive('softLimit', options.softLimit) ?? MIB,
    hardLimit: positive('hardLimit', options.hardLimit) ?? 64 * MIB,
  }
}

function positive(name: string, value: number | undefined): number | undefined {
  if (value === undefined || value > 0) return value
  throw new RangeError(`${name} takes a number above 0, not ${print(value)}`)
}
