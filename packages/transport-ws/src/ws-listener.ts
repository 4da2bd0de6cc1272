/**
 * Takes calls over WebSockets: on a port of its own, or beside an HTTP server that is there already.
 */
import { once } from 'node:events'
import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
  createServer,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Link, Listener } from '@troupe/core/transport'
import { type WsListenerOptions, checkListenerOptions, checkPlaintext, linkSettings, policyOf, veiled } from './options.ts'
import { listenerTls } from './tls.ts'
import { Upgrades, hostPort } from './upgrades.ts'

/** Milliseconds for a caller's TLS handshake, and for its request; and until a server that was given listens. */
const OPENING = 10_000
const CHECK_EVERY = 2_000
const LISTENING = 5_000

type Bound = Awaited<ReturnType<Listener['listen']>>

/**
 * A listener for `system.listen`. Bound to the loopback address by default; anything else takes `tls`, or `insecure: true`. Throws
 * TypeError or RangeError for wrong options; `listen` rejects when the port is taken.
 *
 * @example
 * await using system = createSystem({ name: 'shop' })
 * const listening = await system.listen(wsListener({ port: 0, secret: 'a secret of 16 or more' }))
 * console.log(listening.address)
 */
export function wsListener(options: WsListenerOptions): Listener {
  checkListenerOptions(options)
  const { server, tls } = options
  const secure = tls === undefined ? null : listenerTls(tls)
  // Safe: checked above to have what we use of it, and documented to be one of Node's.
  const given = server as Server | undefined
  const listen = given === undefined ? ownServer(options, secure) : beside(given, options)
  return { ...policyOf(options), ...veiled('[wsListener]'), listen }
}

function ownServer(options: WsListenerOptions, secure: ReturnType<typeof listenerTls> | null): Listener['listen'] {
  const { host = '127.0.0.1', port } = options
  return async (accept) => {
    const limits: ServerOptions = { headersTimeout: OPENING, requestTimeout: OPENING, connectionsCheckingInterval: CHECK_EVERY }
    const server =
      secure === null
        ? createServer(limits, notHere)
        : createTlsServer({ ...limits, ...secure, handshakeTimeout: OPENING }, notHere)
    const upgrades = upgradesOf(server, options, accept)
    server.listen(port, host)
    try {
      await once(server, 'listening')
    } catch (error) {
      upgrades.close()
      throw error
    }
    return boundTo(server, options, () => {
      upgrades.close()
      server.close()
      server.closeAllConnections() // those that are not links yet
    })
  }
}

function beside(server: Server, options: WsListenerOptions): Listener['listen'] {
  return async (accept) => {
    if (!server.listening) await startOf(server)
    const address = server.address()
    if (!isTls(server) && isInternet(address)) {
      checkPlaintext('wsListener()', `the server's ws://${hostPort(address.address, address.port)}`, address.address, options)
    }
    const upgrades = upgradesOf(server, options, accept)
    return boundTo(server, options, () => upgrades.close())
  }
}

function upgradesOf(server: Server, options: WsListenerOptions, accept: (link: Link) => void): Upgrades {
  const { path = '/', origins = [], allowUnbound = false } = options
  return new Upgrades(server, { ...linkSettings(options), path, origins, allowUnbound, accept })
}

function boundTo(server: Server, { path = '/' }: WsListenerOptions, close: () => void): Bound {
  const address = server.address()
  const scheme = isTls(server) ? 'wss' : 'ws'
  // A Unix socket has no URL that a connector could call.
  const where = isInternet(address)
    ? `${scheme}://${hostPort(address.address, address.port)}`
    : `${scheme}+unix:${String(address)}`
  return { address: path === '/' ? where : where + path, close: async () => close() }
}

/** Resolves when somebody else's server listens. */
async function startOf(server: Server): Promise<void> {
  const signal = AbortSignal.timeout(LISTENING)
  try {
    await once(server, 'listening', { signal })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new Error(`wsListener(): the server does not listen after ${LISTENING} ms: call its listen() first`, { cause: error })
  }
}

function isTls(server: Server): boolean {
  return 'setSecureContext' in server
}

function isInternet(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

const notHere: RequestListener = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(426, { 'Content-Type': 'text/plain', Upgrade: 'websocket' }).end('WebSockets only')
}
