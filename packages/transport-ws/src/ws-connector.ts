/**
 * Dials a WebSocket listener from Node.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { type Connector, type Link, systemClock } from '@troupe/core/transport'
import { type ClientOptions, WebSocket } from 'ws'
import { ConnectError } from './errors.ts'
import { NodeSocket } from './node-socket.ts'
import {
  type WsConnectorOptions,
  addressOf,
  checkConnectorOptions,
  isLoopback,
  linkSettings,
  policyOf,
  veiled,
} from './options.ts'
import { BOUND, PLAIN, UNBOUND } from './protocols.ts'
import { bindingOf, connectorTls } from './tls.ts'
import { WsLink } from './ws-link.ts'

/** Milliseconds for all of it: name, connection, TLS, upgrade. */
const DEADLINE = 10_000
/** Of what a server says that does not upgrade. */
const LONGEST_ANSWER = 500

/** What one call needs. */
interface Call {
  readonly url: URL
  readonly address: string
  readonly protocol: string
  readonly client: ClientOptions
  readonly settings: ReturnType<typeof linkSettings>
}

/**
 * A connector for `system.connect`. `ws://` is for this machine; anything else takes `wss://`, or `insecure: true`. Throws TypeError or
 * RangeError for wrong options; `connect` rejects ConnectError, within 10 s.
 *
 * @example
 * await using system = createSystem({ name: 'till' })
 * const shop = await system.connect(wsConnector('ws://127.0.0.1:7400', { secret: 'a secret of 16 or more' }))
 */
export function wsConnector(url: string | URL, options: WsConnectorOptions = {}): Connector {
  const target = checkConnectorOptions(url, options)
  const call = callOf(target, options)
  const { reconnect } = options
  return {
    ...policyOf(options),
    ...(reconnect === undefined ? {} : { reconnect }),
    ...veiled(`[wsConnector ${call.address}]`),
    connect: (signal) => dial(call, signal),
  }
}

function callOf(url: URL, options: WsConnectorOptions): Call {
  const { tls = {}, headers = {}, unbound = false } = options
  const settings = linkSettings(options)
  const isTls = url.protocol === 'wss:'
  return {
    url,
    address: addressOf(url),
    protocol: !isTls ? PLAIN : unbound ? UNBOUND : BOUND,
    settings,
    client: {
      headers: { ...headers },
      perMessageDeflate: false,
      maxPayload: settings.maxPayload,
      followRedirects: false,
      ...(isTls ? connectorTls(tls) : {}),
      // Masks keep pages from writing bytes of their choice to proxies that read along (RFC 6455, 10.3). No proxy reads along
      // under TLS or within a machine; an all-zero mask is as valid there, and saves both ends a pass over every byte.
      ...(isTls || isLoopback(url.hostname) ? { generateMask: (mask: Buffer) => void mask.fill(0) } : {}),
    },
  }
}

async function dial(call: Call, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted()
  const { url, address, protocol, client, settings } = call
  const ws = new WebSocket(url, [protocol], client)
  let stop: () => void = () => undefined
  try {
    return await new Promise<Link>((resolve, reject) => {
      const fail = (problem: string, cause?: unknown): void => reject(new ConnectError(address, problem, cause))
      const aborted = (): void => reject(signal.reason)
      const timer = systemClock.start(DEADLINE, () => fail(`no answer within ${DEADLINE} ms`), 'deadline')
      stop = () => {
        timer.cancel()
        signal.removeEventListener('abort', aborted)
      }
      signal.addEventListener('abort', aborted)
      ws.on('error', (error) => fail(describe(error), error)) // stays: ending an attempt is one, too
      ws.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
        void answerOf(response).then((answer) => fail(answer))
      })
      ws.on('upgrade', ({ socket }) => {
        ws.once('open', () => {
          const binding = protocol === BOUND ? bindingOf(socket) : undefined
          resolve(new WsLink(new NodeSocket(ws, socket), { peer: address, binding, ...settings }))
        })
      })
    })
  } catch (error) {
    ws.terminate()
    throw error
  } finally {
    stop()
  }
}

/** A server that speaks HTTP only, or does not let us in. */
async function answerOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      // Safe: no encoding is set, so a response gives buffers.
      const bytes = chunk as Buffer
      chunks.push(bytes)
      size += bytes.length
      if (size > LONGEST_ANSWER) break
    }
  } catch {
    // What came of it will do.
  }
  const said = Buffer.concat(chunks).subarray(0, LONGEST_ANSWER).toString().trim()
  const status = `it answered HTTP ${response.statusCode ?? 0}`
  return said === '' ? status : `${status}: ${said}`
}

/** Node gives some errors no message, only a code or a list. */
function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const causes =
    error instanceof AggregateError ? error.errors.map((one: unknown) => (one instanceof Error ? one.message : '')) : []
  const text = [error.message, ...causes].filter((part) => part !== '').join('; ')
  if (text === '') return code
  return code === '' || text.includes(code) ? text : `${text} (${code})`
}
