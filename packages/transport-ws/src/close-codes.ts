/**
 * How a link's end is told over a WebSocket: a close code and a short text, and back. Pure. Our codes are above 4000, since a
 * browser may send no others but 1000. An error travels as its code or class only: what its sentence says is not for everybody.
 */
import type { ExitReason } from '@troupe/core'

/** What goes into a close frame. */
export interface Close {
  readonly code: number
  /** At most 123 bytes of UTF-8. */
  readonly text: string
}

const NORMAL = 1000
/** Ours. Never renumbered. */
const SHUTDOWN = 4000
const KILLED = 4001
const ERROR = 4002
const EXIT = 4003
const SIGNAL = 4004
const DISCONNECTED = 4005
const NOT_FOUND = 4006
/** For what the other end did. */
export const MALFORMED = 4400
export const TOO_LONG = 4413
export const NOT_BINARY = 4415

/** Codes of RFC 6455 that blame what one end sent, and ours: what they say of a link's end. */
const FAULTS: Readonly<Record<number, string>> = {
  1002: 'it got what is no WebSocket frame',
  1003: 'it got a kind of message that it does not take',
  1007: 'it got text that is not UTF-8',
  1008: 'it got what its policy forbids',
  1009: 'it got a message over its maxPayload',
  1010: 'it misses an extension',
  1011: 'it failed',
  [MALFORMED]: 'it got a malformed message',
  [TOO_LONG]: 'it got a frame that is too long',
  [NOT_BINARY]: 'it got a message of text',
}

/** The most bytes that a close frame's text may have (RFC 6455, 5.5.1). */
const LONGEST_TEXT = 123

export function toClose(reason: ExitReason): Close {
  switch (reason.kind) {
    case 'normal':
      return { code: NORMAL, text: '' }
    case 'shutdown':
      return { code: SHUTDOWN, text: typeof reason.detail === 'string' ? clip(reason.detail) : '' }
    case 'killed':
      return { code: KILLED, text: '' }
    case 'error':
      return { code: ERROR, text: clip(codeOf(reason.error)) }
    case 'exit':
      return { code: EXIT, text: String(reason.code) }
    case 'signal':
      return { code: SIGNAL, text: clip(reason.signal) }
    case 'disconnected':
      return { code: DISCONNECTED, text: '' }
    case 'not-found':
      return { code: NOT_FOUND, text: '' }
  }
}

/** Why a link ended, from what its other end said. Whatever is not an orderly close of ours is a lost connection. */
export function fromClose({ code, text }: Close, peer: string): ExitReason {
  const fault = Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined
  if (fault !== undefined) return closedWith(peer, text === '' ? `${fault} (code ${code})` : `${fault} (code ${code}): ${text}`)
  switch (code) {
    case NORMAL:
    case 1005: // a close frame without a code
      return { kind: 'normal' }
    case SHUTDOWN:
      return text === '' ? { kind: 'shutdown' } : { kind: 'shutdown', detail: text }
    case KILLED:
      return { kind: 'killed' }
    case ERROR:
      return closedWith(peer, text)
    case EXIT:
      return /^-?\d{1,10}$/.test(text) ? { kind: 'exit', code: Number(text) } : { kind: 'disconnected', node: peer }
    case SIGNAL:
      return /^SIG[A-Z0-9]{1,16}$/.test(text) ? { kind: 'signal', signal: text } : { kind: 'disconnected', node: peer }
    case NOT_FOUND:
      return { kind: 'not-found' }
    default: // 1001 a page that is left, or a server that goes; 1006 no close frame; 1012 and 1013 from proxies
      return { kind: 'disconnected', node: peer }
  }
}

function closedWith(peer: string, why: string): ExitReason {
  return { kind: 'error', error: new Error(`${peer} closed the link: ${why}`) }
}

/** An error's stable code, or the name of its class. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** As much of the text as a close frame takes, cut between characters. */
function clip(text: string): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= LONGEST_TEXT) return new TextDecoder().decode(bytes)
  let end = LONGEST_TEXT
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return new TextDecoder().decode(bytes.subarray(0, end))
}
