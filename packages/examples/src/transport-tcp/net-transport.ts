/**
 * A transport over `node:net`, as a stranger writes one from docs/TRANSPORTS.md: frames over TCP (`tcp://127.0.0.1:7400`) and
 * over Unix sockets (`unix:/run/shop.sock`). Each frame goes behind its length. Nothing is encrypted: the policy's secret
 * keeps strangers out, and only TLS would keep them from reading along, so TCP beyond this machine needs `insecure: true`.
 */
import { once } from 'node:events'
import { type NetConnectOpts, type Socket, connect, createServer, isIPv4 } from 'node:net'
import type { Connector, ExitReason, Link, LinkEvents, LinkPolicy, Listener, Reconnect } from '@troupe/core/transport'

/** Bytes of a frame's length, little-endian. */
const HEADER = 4
/** Bytes of one frame, checked before anything is allocated for it. */
const LONGEST = 67_108_864
const LINGER = 2_000 // milliseconds that a closed link waits for the other end

export interface NetOptions extends LinkPolicy {
  /** TCP to other machines, in the clear. Default false: only loopback addresses are taken. */
  readonly insecure?: boolean
}

/** Calls `tcp://host:port` or `unix:/path`. */
export function netConnector(address: string, options: NetOptions & { readonly reconnect?: Reconnect } = {}): Connector {
  const { insecure = false, ...policy } = options
  const place = placeOf(address, insecure)
  return {
    ...policy,
    async connect(signal) {
      signal.throwIfAborted()
      const socket = connect(place)
      try {
        await once(socket, 'connect', { signal }) // rejects for an error, too
      } catch (error) {
        socket.destroy()
        throw signal.aborted ? signal.reason : error
      }
      return new NetLink(socket, address)
    },
  }
}

/** Takes calls at `tcp://host:port` (port 0: a free one) or `unix:/path`. */
export function netListener(address: string, options: NetOptions = {}): Listener {
  const { insecure = false, ...policy } = options
  const place = placeOf(address, insecure)
  return {
    ...policy,
    async listen(accept) {
      const server = createServer((socket) => accept(new NetLink(socket, address)))
      server.listen(place)
      await once(server, 'listening')
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : null
      return {
        address: port === null ? address : address.replace(/:\d+$/, `:${port}`),
        close: async () => void server.close(), // open links stay, and are not waited for
      }
    },
  }
}

class NetLink implements Link {
  readonly peer: string
  readonly #socket: Socket
  #events: LinkEvents | null = null
  /** What came of a frame and its header, not whole yet; and how many bytes that is. */
  #chunks: Buffer[] = []
  #size = 0
  #wanted = HEADER // how many there must be: a header, or a header and its frame
  #state: 'open' | 'closing' | 'closed' = 'open'
  #reason: ExitReason | null = null // why it ends, once that is known

  constructor(socket: Socket, address: string) {
    this.peer = socket.remotePort === undefined ? address : `tcp://${socket.remoteAddress ?? '?'}:${socket.remotePort}`
    this.#socket = socket.setNoDelay(true)
    socket.on('error', () => undefined) // 'close' follows; without a reason the link is lost
    socket.on('close', () => this.#end())
  }

  /** Nothing is read before: the socket keeps it, and its sender waits. */
  open(events: LinkEvents): void {
    this.#events = events
    if (this.#state === 'closed') return this.#end()
    this.#socket.on('drain', () => events.drain())
    this.#socket.on('end', () => this.#size === 0 && (this.#reason ??= { kind: 'normal' }))
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    const header = Buffer.alloc(HEADER)
    header.writeUInt32LE(frame.length)
    this.#socket.cork() // one write for all that this turn sends
    process.nextTick(() => this.#socket.uncork())
    this.#socket.write(header)
    return this.#socket.write(frame) // false above the socket's high-water mark; 'drain' follows
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#reason ??= reason
    this.#socket.end() // behind what was written; the other end then ends, too
    this.#socket.resume() // else that is not heard of, where nobody has opened the link
    const linger = setTimeout(() => this.#socket.destroy(), LINGER)
    this.#socket.once('close', () => clearTimeout(linger))
  }

  #read(chunk: Buffer): void {
    if (this.#state !== 'open') return
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#wanted) return
    const all = Buffer.concat(this.#chunks)
    let at = 0
    this.#wanted = HEADER
    while (this.#state === 'open' && all.length - at >= this.#wanted) {
      const length = all.readUInt32LE(at)
      if (length > LONGEST) return this.#destroy(new RangeError(`a frame of ${length} bytes; at most ${LONGEST} are taken`))
      this.#wanted = HEADER + length
      if (all.length - at < this.#wanted) break
      const start = at + HEADER
      at += this.#wanted
      this.#wanted = HEADER
      this.#events?.frame(new Uint8Array(all.subarray(start, at))) // a copy: its bytes are core's from now on
    }
    this.#chunks = [all.subarray(at)]
    this.#size = all.length - at
  }

  #destroy(error: Error): void {
    this.#reason = { kind: 'error', error }
    this.#socket.destroy()
  }

  #end(): void {
    this.#state = 'closed'
    this.#events?.closed(this.#reason ?? { kind: 'disconnected', node: this.peer })
  }
}

function placeOf(address: string, insecure: boolean): NetConnectOpts {
  const { protocol, hostname, port, pathname } = new URL(address)
  if (protocol === 'unix:') return { path: pathname }
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'tcp:' || port === '') throw new TypeError(`an address is tcp://host:port or unix:/path, not ${address}`)
  if (insecure || host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.')))
    return { host, port: Number(port) }
  throw new TypeError(`${address} leads beyond this machine, where anybody can read along: it needs insecure: true`)
}
