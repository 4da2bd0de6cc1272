/** Both ends of links, and what they report, for tests. */
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExitReason, Link } from '@troupe/core/transport'
import { type WsConnectorOptions, type WsListenerOptions, wsConnector, wsListener } from '../src/index.ts'

export const secret = 'known to both ends only'
export const never: AbortSignal = new AbortController().signal

/** A listener that keeps what it accepts; disposal closes it and its links. */
export interface Taker extends AsyncDisposable {
  readonly address: string
  readonly links: readonly Link[]
  close(): Promise<void>
  /** The next link that it accepts, or one that nobody asked for yet. */
  next(): Promise<Link>
}

export async function taker(options: Omit<WsListenerOptions, 'secret'> = { port: 0 }): Promise<Taker> {
  const links: Link[] = []
  const waiting: ((link: Link) => void)[] = []
  let asked = 0
  const bound = await wsListener({ secret, ...options }).listen((link) => {
    links.push(link)
    waiting.shift()?.(link)
  })
  return {
    address: bound.address,
    links,
    close: () => bound.close(),
    next: () => {
      const link = links[asked++]
      return link === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(link)
    },
    async [Symbol.asyncDispose]() {
      await bound.close()
      for (const link of links) link.close({ kind: 'disconnected', node: 'test' })
    },
  }
}

export function call(address: string, options: WsConnectorOptions = {}, signal = never): Promise<Link> {
  return wsConnector(address, { secret, ...options }).connect(signal)
}

/** What an opened link said. */
export interface Ear {
  readonly frames: Uint8Array[]
  readonly closed: Promise<ExitReason>
  drains(): number
  /** Resolves with the frames, once there are so many. */
  count(frames: number): Promise<readonly Uint8Array[]>
  drained(): Promise<void>
}

export function hear(link: Link): Ear {
  const frames: Uint8Array[] = []
  let drains = 0
  const wake: (() => void)[] = []
  const heard = (): void => {
    for (const one of wake.splice(0)) one()
  }
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => void wake.push(resolve))
  }
  const closed = new Promise<ExitReason>((resolve) => {
    link.open({
      frame: (bytes) => {
        frames.push(bytes)
        heard()
      },
      drain: () => {
        drains++
        heard()
      },
      closed: resolve,
    })
  })
  return {
    frames,
    closed,
    drains: () => drains,
    count: async (wanted) => {
      await until(() => frames.length >= wanted)
      return frames
    },
    drained: () => until(() => drains > 0),
  }
}

/** An HTTP server on a free port, that answers each GET. */
export async function httpServer(): Promise<{ server: Server; url: string } & AsyncDisposable> {
  const server = createServer((_request, response) => void response.end('a page'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Safe: it listens on an internet port.
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
