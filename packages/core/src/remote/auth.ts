/**
 * What two ends of a link that share a secret prove to each other: keys from secrets, the bytes that a proof covers, and
 * the comparison. WebCrypto, so the same in browsers. Written out for people in docs/WIRE.md, with a test vector.
 */
import { platformCrypto } from '../base/platform.ts'
import { AuthenticationError } from '../errors/remote-errors.ts'
import type { Secret } from '../model/link-policy.ts'
import { KEY_ID_LENGTH, NONCE_LENGTH } from './hello.ts'

export type Role = 'dialer' | 'acceptor'

/** A secret in the form in which it is used. It cannot be read out again. */
export interface AuthKey {
  /** Tells keys apart without telling what they are. */
  readonly id: Uint8Array
  readonly key: CryptoKey
}

const SHORTEST_SECRET = 16
const KEY_INFO = 'troupe key'
const KEY_ID_INFO = 'troupe key id'
const LABELS = { dialer: 'troupe dialer', acceptor: 'troupe acceptor' } as const

/** As WebCrypto wants them: not shared between threads. */
type OwnBytes = Uint8Array<ArrayBuffer>

/**
 * Throws TypeError for what is no secret, RangeError for one of under 16 characters, and AuthenticationError where the
 * platform has no WebCrypto. No message holds any of the secret.
 */
export function checkSecret(secret: Secret | undefined): void {
  if (secret === undefined) return
  // Callers in JavaScript pass anything.
  const all: unknown = typeof secret === 'string' ? [secret, secret] : secret
  if (!Array.isArray(all) || all.length !== 2 || !all.every((one) => typeof one === 'string'))
    throw new TypeError('secret takes a text, or a list of two: the current one and the previous one')
  for (const one of all) {
    const length = Array.from(one).length
    if (length < SHORTEST_SECRET) throw new RangeError(`secret takes ${SHORTEST_SECRET} characters or more, not ${length}`)
  }
  needCrypto()
}

/** The current key first. Each comes from its secret by HKDF-SHA-256, without salt. */
export function deriveKeys(secret: Secret): Promise<readonly AuthKey[]> {
  return Promise.all((typeof secret === 'string' ? [secret] : secret).map(deriveKey))
}

export function randomNonce(): Uint8Array {
  return needCrypto().getRandomValues(new Uint8Array(NONCE_LENGTH))
}

/** What the end in this role sends to prove that it knows the key. `parts`: all frames of the handshake so far, and the link's binding. */
export async function computeProof({ key }: AuthKey, role: Role, parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await needCrypto().subtle.sign('HMAC', key, coveredBytes(LABELS[role], parts)))
}

/** Takes as long for bytes that differ at the start as for those that differ at the end. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

async function deriveKey(secret: string): Promise<AuthKey> {
  const { subtle } = needCrypto()
  const material = await subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveBits', 'deriveKey'])
  const [key, id] = await Promise.all([
    subtle.deriveKey(hkdf(KEY_INFO), material, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
    subtle.deriveBits(hkdf(KEY_ID_INFO), material, KEY_ID_LENGTH * 8),
  ])
  return { key, id: new Uint8Array(id) }
}

function hkdf(info: string): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) }
}

/** The label, a zero, then each part behind its length: no two lists of parts make the same bytes. */
function coveredBytes(label: string, parts: readonly Uint8Array[]): OwnBytes {
  const head = utf8(`${label}\0`)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, head.length))
  const view = new DataView(bytes.buffer)
  bytes.set(head)
  let at = head.length
  for (const part of parts) {
    view.setUint32(at, part.length)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  return bytes
}

function utf8(text: string): OwnBytes {
  return new TextEncoder().encode(text)
}

function needCrypto(): NonNullable<ReturnType<typeof platformCrypto>> {
  const found = platformCrypto()
  if (found !== null) return found
  throw new AuthenticationError(
    'a secret needs WebCrypto (crypto.subtle), which is missing here: browsers give it to pages from https and localhost only',
  )
}
