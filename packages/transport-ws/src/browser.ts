/**
 * The door in browsers: the same names over the platform's WebSocket, with no `node:` import and without the library `ws`.
 * Bundlers find it by the export condition `browser`.
 *
 * A page cannot see its TLS connection, so its handshake is not bound to it: the listener says `allowUnbound: true`, and the
 * page relies on the browser's check of the certificate.
 */
import type { Connector, Link, Listener } from '@troupe/core/transport'
import { BrowserSocket } from './browser-socket.ts'
import { ConnectError } from './errors.ts'
import {
  type WsConnectorOptions,
  type WsListenerOptions,
  addressOf,
  checkConnectorOptions,
  linkSettings,
  policyOf,
  veiled,
} from './options.ts'
import { PLAIN, UNBOUND } from './protocols.ts'
import { WsLink } from './ws-link.ts'

export { ConnectError } from './errors.ts'
export type { HttpServer, WsConnectorOptions, WsListenerOptions, WsOptions } from './options.ts'
export type { ConnectorTls, ListenerTls, Pem } from './tls-options.ts'

/** Milliseconds for all of it: name, connection, TLS, upgrade. */
const DEADLINE = 10_000

/** As in Node, without `tls` and `headers`, which a page does not set. */
export function wsConnector(url: string | URL, options: WsConnectorOptions = {}): Connector {
  const target = checkConnectorOptions(url, options)
  for (const name of ['tls', 'headers'] as const) {
    if (options[name] !== undefined)
      throw new TypeError(`wsConnector(): ${name} is the browser's own affair, and cannot be set in a page`)
  }
  const { reconnect } = options
  return {
    ...policyOf(options),
    ...(reconnect === undefined ? {} : { reconnect }),
    ...veiled(`[wsConnector ${addressOf(target)}]`),
    connect: (signal) => dial(target, options, signal),
  }
}

/** A page takes no calls. Throws. */
export function wsListener(_options: WsListenerOptions): Listener {
  throw new TypeError('wsListener() needs a server, and a browser has none: call one from here with wsConnector()')
}

async function dial(url: URL, options: WsConnectorOptions, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted()
  const address = addressOf(url)
  const socket = new WebSocket(url, [url.protocol === 'wss:' ? UNBOUND : PLAIN])
  socket.binaryType = 'arraybuffer'
  let stop: () => void = () => undefined
  try {
    return await new Promise<Link>((resolve, reject) => {
      const fail = (problem: string): void => reject(new ConnectError(address, problem))
      const aborted = (): void => reject(signal.reason)
      const opened = (): void => {
        resolve(new WsLink(new BrowserSocket(socket), { peer: address, binding: undefined, ...linkSettings(options) }))
      }
      // Why, a page is not told: it could map its visitor's network.
      const closed = ({ code }: CloseEvent): void => fail(`the browser could not open it (code ${code}); its console may say why`)
      const timer = setTimeout(() => fail(`no answer within ${DEADLINE} ms`), DEADLINE)
      stop = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', aborted)
        socket.removeEventListener('open', opened)
        socket.removeEventListener('close', closed)
      }
      signal.addEventListener('abort', aborted)
      socket.addEventListener('open', opened)
      socket.addEventListener('close', closed)
    })
  } catch (error) {
    socket.close()
    throw error
  } finally {
    stop()
  }
}
