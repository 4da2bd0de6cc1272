/**
 * Both links as transports that can be dialed, for the suite that every transport passes. Programs never dial a worker.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { Connector, Link, Listener } from '@troupe/core/transport'
import { PortLink } from '../../src/shared/port-link.ts'
import { threadPort } from '../../src/shared/thread-port.ts'
import { StreamLink } from '../../src/shared/stream-link.ts'

/** Message ports within one thread. */
export function portTransport(): { listener: Listener; connector: Connector } {
  let accept: ((link: Link) => void) | null = null
  return {
    listener: {
      listen: async (taker) => {
        accept = taker
        return { address: 'port:', close: async () => void (accept = null) }
      },
    },
    connector: {
      connect: async (signal) => {
        signal.throwIfAborted()
        if (accept === null) throw new Error('nobody listens')
        const { port1, port2 } = new MessageChannel()
        accept(new PortLink(threadPort(port2), { peer: 'dialer' }))
        return new PortLink(threadPort(port1), { peer: 'listener' })
      },
    },
  }
}

/** Unix sockets, whose path is the address. */
export const socketListener: Listener = {
  listen: async (accept) => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-'))
    const address = join(folder, 'link')
    const server = createServer((socket) => accept(new StreamLink(socket, { peer: 'dialer' })))
    await new Promise<void>((resolve) => server.listen(address, resolve))
    return {
      address,
      close: async () => {
        await new Promise((resolve) => server.close(resolve))
        await rm(folder, { recursive: true })
      },
    }
  },
}

export function socketConnector(address: string): Connector {
  return {
    connect: async (signal) => {
      signal.throwIfAborted()
      const socket = connect(address)
      await once(socket, 'connect', { signal })
      return new StreamLink(socket, { peer: dirname(address) })
    },
  }
}
