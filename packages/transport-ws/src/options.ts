/**
 * What `wsListener` and `wsConnector` take, with defaults and checks. A wrong option throws at the call: TypeError for a wrong kind
 * of value, RangeError for one out of range; what would be open to strangers throws unless `insecure` says that it is meant.
 * Runs in browsers too.
 */
import type { LinkPolicy, Reconnect } from '@troupe/core/transport'
import { checkNumber, checkPolicy, isObject, print, wrong } from './checks.ts'
import { LEAST_LIMIT, LONGEST_FRAME } from './chunks.ts'
import type { ConnectorTls, ListenerTls } from './tls-options.ts'

const MAX_PAYLOAD = 4_194_304
const HIGH_WATER = 1_048_576

/** What both take. */
export interface WsOptions extends LinkPolicy {
  /** The longest message in bytes, from 1 KiB to 64 MiB. Longer frames go in several. Default 4 MiB. The ends may differ. */
  readonly maxPayload?: number
  /** Bytes on their way above which senders are told to wait. Default 1 MiB. */
  readonly highWater?: number
  /** Says that what is refused otherwise is meant: no `secret`, or plaintext to or from other machines. */
  readonly insecure?: boolean
}

/** An `http.Server` or `https.Server`, such as those of Express, Fastify (`app.server`) and Hono's `serve`. */
export interface HttpServer {
  readonly listening: boolean
  address(): object | string | null
  on(event: string, listener: (...args: never[]) => void): unknown
}

/** What `wsListener` takes: a `port` or a `server`, and a `secret`. */
export interface WsListenerOptions extends WsOptions {
  /** 0 for any free one; see the address. */
  readonly port?: number
  /** Default '127.0.0.1': nobody but this machine. */
  readonly host?: string
  /** Where links are taken, as in the URL. Default '/'. */
  readonly path?: string
  /** Instead of `port`: a server that listens already, or is about to. Only upgrades of `path` are touched. */
  readonly server?: HttpServer
  /** Makes it `wss://`, with TLS 1.3. */
  readonly tls?: ListenerTls
  /**
   * Pages that may call, by origin: `https://shop.example`. Default: none, also not those of this host, since the host that a
   * browser names is whatever its page says (DNS rebinding). Programs other than browsers send no origin.
   */
  readonly origins?: readonly string[]
  /** With TLS: takes callers too whose handshake is not bound to the connection. Browsers need it. Default: false. */
  readonly allowUnbound?: boolean
}

/** What `wsConnector` takes beside the URL: a `secret`. */
export interface WsConnectorOptions extends WsOptions {
  /** Calls again when the link is lost. Default: it does not. */
  readonly reconnect?: Reconnect
  /** For `wss://`. Not in browsers, which have their own. */
  readonly tls?: ConnectorTls
  /** More headers of the upgrade request, for instance for a proxy. Not in browsers. */
  readonly headers?: Readonly<Record<string, string>>
  /** For `wss://` through a proxy that ends TLS: the handshake is not bound to the connection, since the listener has another. Default: false. */
  readonly unbound?: boolean
}

/** What a link needs of the options. */
export interface LinkSettings {
  readonly maxPayload: number
  readonly highWater: number
}

export function linkSettings({ maxPayload = MAX_PAYLOAD, highWater = HIGH_WATER }: WsOptions): LinkSettings {
  return { maxPayload, highWater }
}

/** The fields that core reads from the transport. */
export function policyOf({ secret, offer, authorize, quotas }: LinkPolicy): LinkPolicy {
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(offer === undefined ? {} : { offer }),
    ...(authorize === undefined ? {} : { authorize }),
    ...(quotas === undefined ? {} : { quotas }),
  }
}

/** How a transport is printed: its policy holds the secret. */
export function veiled(text: string): { toJSON(): string; [inspect: symbol]: () => string } {
  return { toJSON: () => text, [Symbol.for('nodejs.util.inspect.custom')]: () => text }
}

export function checkListenerOptions(options: WsListenerOptions): void {
  const who = 'wsListener()'
  checkCommon(who, options)
  // Each is checked as if nobody had: callers may write JavaScript.
  const { port, host, path, server, tls, origins, allowUnbound }: { [Name in keyof WsListenerOptions]: unknown } = options
  if ((port === undefined) === (server === undefined)) throw new TypeError(`${who} takes a port or a server, one of them`)
  if (port !== undefined) checkNumber(who, 'port', port, 'whole numbers', 0, 65_535)
  if (host !== undefined && (typeof host !== 'string' || host === '')) throw wrong(who, 'host', 'a name or an address', host)
  if (path !== undefined && !(typeof path === 'string' && /^\/[^?#\s]*$/.test(path)))
    throw wrong(who, 'path', 'a path that starts with "/", without "?" and "#"', path)
  if (tls !== undefined && !isObject(tls)) throw wrong(who, 'tls', 'an object with key and cert', tls)
  if (allowUnbound !== undefined && typeof allowUnbound !== 'boolean')
    throw wrong(who, 'allowUnbound', 'true or false', allowUnbound)
  checkOrigins(who, origins)
  if (server !== undefined) checkServer(who, server, { host, tls })
  else if (tls === undefined) checkPlaintext(who, `ws://${String(host ?? '127.0.0.1')}`, String(host ?? '127.0.0.1'), options)
}

/** The URL that a connector calls. */
export function checkConnectorOptions(url: string | URL, options: WsConnectorOptions): URL {
  const who = 'wsConnector()'
  const target = checkUrl(who, url)
  checkCommon(who, options)
  const { reconnect, tls, headers, unbound }: { [Name in keyof WsConnectorOptions]: unknown } = options
  if (unbound !== undefined && typeof unbound !== 'boolean') throw wrong(who, 'unbound', 'true or false', unbound)
  if (headers !== undefined && !(isObject(headers) && Object.values(headers).every((value) => typeof value === 'string')))
    throw wrong(who, 'headers', 'an object of strings', headers)
  checkReconnect(who, reconnect)
  if (tls !== undefined && !isObject(tls)) throw wrong(who, 'tls', 'an object', tls)
  if (target.protocol === 'ws:') {
    if (tls !== undefined) throw new TypeError(`${who}: tls is for wss://, and the url is ${addressOf(target)}`)
    checkPlaintext(who, addressOf(target), target.hostname, options)
  }
  return target
}

/** For people and for errors: without path and query, where keys may be. */
export function addressOf(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'wss:' ? '443' : '80') : url.port
  return `${url.protocol}//${url.hostname}:${port}`
}

/** Whether an address or name is this machine's own, which nobody else can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare)
}

/** Throws when strangers could read and change what goes over a plaintext connection, unless that is said to be meant. */
export function checkPlaintext(who: string, address: string, host: string, { insecure }: WsOptions): void {
  if (insecure === true || isLoopback(host)) return
  throw new TypeError(
    `${who}: ${address} is plaintext, which others on the way can read and change: use tls (wss://), or say insecure: true if the network is yours alone`,
  )
}

function checkCommon(who: string, options: unknown): void {
  if (!isObject(options)) throw new TypeError(`${who} takes an object of options, not ${print(options)}`)
  const { maxPayload, highWater, insecure, ...rest }: { [Name in keyof WsOptions]: unknown } = options
  if (maxPayload !== undefined) checkNumber(who, 'maxPayload', maxPayload, 'bytes', LEAST_LIMIT, LONGEST_FRAME)
  if (highWater !== undefined) checkNumber(who, 'highWater', highWater, 'bytes', LEAST_LIMIT, Infinity)
  if (insecure !== undefined && typeof insecure !== 'boolean') throw wrong(who, 'insecure', 'true or false', insecure)
  checkPolicy(who, rest, insecure === true)
}

function checkUrl(who: string, url: unknown): URL {
  if (!(url instanceof URL) && !(typeof url === 'string' && URL.canParse(url)))
    throw wrong(who, 'url', 'a URL such as wss://host:7400', url)
  const target = new URL(url)
  if (target.protocol !== 'ws:' && target.protocol !== 'wss:')
    throw new TypeError(`${who}: url takes ws:// or wss://, not ${target.protocol}//`)
  if (target.username !== '' || target.password !== '')
    throw new TypeError(`${who}: url takes no user and password (${addressOf(target)}): use secret, or headers for a proxy`)
  if (target.hash !== '') throw new TypeError(`${who}: url takes no fragment, not ${print(target.hash)}`)
  return target
}

function checkServer(who: string, server: unknown, others: { readonly host: unknown; readonly tls: unknown }): void {
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) throw new TypeError(`${who}: ${name} is for a listener with a port; a server has its own`)
  }
  const isServer = isObject(server) && 'on' in server && typeof server.on === 'function' && 'listening' in server
  if (!isServer) throw wrong(who, 'server', 'an http.Server or https.Server', server)
}

function checkOrigins(who: string, origins: unknown): void {
  if (origins === undefined) return
  if (!Array.isArray(origins)) throw wrong(who, 'origins', 'an array of origins such as "https://shop.example"', origins)
  for (const origin of origins as readonly unknown[]) {
    if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) continue
    throw wrong(who, 'origins', 'origins such as "https://shop.example", without a path', origin)
  }
}

function checkReconnect(who: string, reconnect: unknown): void {
  if (reconnect === undefined) return
  if (!isObject(reconnect)) throw wrong(who, 'reconnect', 'an object of min, max and jitter', reconnect)
  const { min, max, jitter }: { [Name in keyof Reconnect]: unknown } = reconnect
  if (min !== undefined) checkNumber(who, 'reconnect.min', min, 'milliseconds', 0, Infinity)
  if (max !== undefined) checkNumber(who, 'reconnect.max', max, 'milliseconds', typeof min === 'number' ? min : 0, Infinity)
  if (jitter !== undefined) checkNumber(who, 'reconnect.jitter', jitter, 'shares', 0, 1)
}
