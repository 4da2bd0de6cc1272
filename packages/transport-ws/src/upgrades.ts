/**
 * Turns upgrade requests of an HTTP server into links: those for its own path, from callers that are let in. All others are left to
 * whoever else listens; only when nobody does are they answered, so that no caller waits for ever.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { Link } from '@troupe/core/transport'
import { WebSocketServer } from 'ws'
import { NodeSocket } from './node-socket.ts'
import type { LinkSettings } from './options.ts'
import { BOUND, PLAIN, UNBOUND } from './protocols.ts'
import { bindingOf } from './tls.ts'
import { WsLink } from './ws-link.ts'

export interface UpgradesOptions extends LinkSettings {
  readonly path: string
  readonly origins: readonly string[]
  readonly allowUnbound: boolean
  readonly accept: (link: Link) => void
}

/** Why a caller is not let in. */
interface Refusal {
  readonly status: number
  readonly problem: string
}

export class Upgrades {
  readonly #server: Server
  readonly #options: UpgradesOptions
  readonly #upgrader: WebSocketServer

  constructor(server: Server, options: UpgradesOptions) {
    this.#server = server
    this.#options = options
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false, // batches are small and dense: it costs far more time than it saves bytes
      maxPayload: options.maxPayload,
      handleProtocols: (offered) => [BOUND, UNBOUND, PLAIN].find((known) => offered.has(known)) ?? false,
    })
    server.on('upgrade', this.#upgrade)
  }

  /** Takes no more callers. Links stay. */
  close(): void {
    this.#server.off('upgrade', this.#upgrade)
    this.#upgrader.close()
  }

  readonly #upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    if (pathOf(request) !== this.#options.path) {
      const isOnlyOurs = this.#server.listenerCount('upgrade') === 1
      if (isOnlyOurs) refuse(socket, { status: 404, problem: 'no links are taken at this path' })
      return
    }
    const binding = bindingOf(socket)
    const says = new Set((request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()))
    const refusal = this.#originRefusal(request) ?? this.#bindingRefusal(says, binding !== undefined)
    if (refusal !== null) {
      refuse(socket, refusal)
      return
    }
    const scheme = 'encrypted' in socket ? 'wss' : 'ws'
    const { maxPayload, highWater, accept } = this.#options
    const peer = `${scheme}://${hostPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0)}`
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => {
      const used = says.has(UNBOUND) ? undefined : binding
      accept(new WsLink(new NodeSocket(ws, socket), { peer, binding: used, maxPayload, highWater }))
    })
  }

  /** Only browsers send an origin, and they always do: a page of somebody else must not use its visitor's network. */
  #originRefusal({ headers: { origin } }: IncomingMessage): Refusal | null {
    if (origin === undefined || this.#options.origins.includes(origin)) return null
    return { status: 403, problem: `origin ${origin} is not on the list of origins` }
  }

  #bindingRefusal(says: ReadonlySet<string>, isBindable: boolean): Refusal | null {
    if (says.has(BOUND) && !isBindable)
      return {
        status: 400,
        problem: 'this listener does not see your TLS connection (a proxy ends it?): connect with unbound: true',
      }
    if (says.has(UNBOUND) && isBindable && !this.#options.allowUnbound)
      return { status: 403, problem: 'callers without channel binding, such as browsers, need allowUnbound: true here' }
    return null
  }
}

/** `host:port`, with brackets where the address has colons. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

function refuse(socket: Socket, { status, problem }: Refusal): void {
  socket.on('error', () => undefined) // the caller may be gone
  socket.once('finish', () => socket.destroy())
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(problem)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${problem}`)
}
