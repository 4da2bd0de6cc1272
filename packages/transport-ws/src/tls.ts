/**
 * TLS for both ends: options in Node's words, and the bytes that bind a handshake to its connection.
 *
 * Channel binding (RFC 9266): both ends derive 32 bytes from the keys of their TLS connection. Somebody in the middle, with a
 * certificate that one end trusts, has two connections with different bytes, so a proof made over one fails over the other.
 * It takes TLS 1.3 (or the extended master secret, of which Node says nothing), so nothing less is spoken or bound to.
 */
import type { Socket } from 'node:net'
import { type SecureContextOptions, TLSSocket, createSecureContext } from 'node:tls'
import type { ConnectorTls, ListenerTls, Pem } from './tls-options.ts'

const BINDING_LABEL = 'EXPORTER-Channel-Binding'
const BINDING_BYTES = 32

/** The bytes that only the two ends of this connection know; undefined where there is no TLS, or an older one. */
export function bindingOf(socket: Socket): Uint8Array | undefined {
  if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3') return undefined
  return new Uint8Array(socket.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)))
}

/** For `https.createServer`. Throws TypeError for what OpenSSL does not take. */
export function listenerTls({
  requestCert = false,
  rejectUnauthorized = true,
  key,
  cert,
  ca,
}: ListenerTls): SecureContextOptions & {
  requestCert: boolean
  rejectUnauthorized: boolean
} {
  if (key === undefined || cert === undefined) throw new TypeError('wsListener(): tls takes key and cert')
  return { ...checked('wsListener()', { key, cert, ca }), requestCert, rejectUnauthorized }
}

/** For `tls.connect`. Throws TypeError for what OpenSSL does not take. */
export function connectorTls({ ca, cert, key, servername, rejectUnauthorized = true }: ConnectorTls): SecureContextOptions & {
  rejectUnauthorized: boolean
  servername?: string
} {
  const context = checked('wsConnector()', { ca, cert, key })
  return { ...context, rejectUnauthorized, ...(servername === undefined ? {} : { servername }) }
}

function checked(who: string, pems: Readonly<Record<'ca' | 'cert' | 'key', Pem | undefined>>): SecureContextOptions {
  const { ca, cert, key } = pems
  const options: SecureContextOptions = {
    minVersion: 'TLSv1.3',
    ...(ca === undefined ? {} : { ca: buffersOf(ca) }),
    ...(cert === undefined ? {} : { cert: buffersOf(cert) }),
    ...(key === undefined ? {} : { key: buffersOf(key) }),
  }
  try {
    createSecureContext(options)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new TypeError(`${who}: tls takes certificates and keys as PEM: ${problem}`, { cause: error })
  }
  return options
}

function buffersOf(pem: Pem): (string | Buffer)[] {
  const parts = typeof pem === 'string' || pem instanceof Uint8Array ? [pem] : pem
  return parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part)))
}
