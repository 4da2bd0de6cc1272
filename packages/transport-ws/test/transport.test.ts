/** The suite that every transport passes, over each way in which this one can be set up. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Listener } from '@troupe/core/transport'
import { describeTransport } from '@troupe/testkit'
import { type WsListenerOptions, wsConnector, wsListener } from '../src/index.ts'
import { authority, pair } from './certs.ts'

const secret = 'known to both ends only'

describeTransport('ws', {
  listener: () => wsListener({ port: 0, secret }),
  connector: (address) => wsConnector(address, { secret }),
})

describeTransport('wss', {
  listener: () => wsListener({ port: 0, secret, tls: pair('listener') }),
  connector: (address) => wsConnector(address, { secret, tls: { ca: authority } }),
})

describeTransport('ws beside an HTTP server', {
  listener: () => besideServer({ secret, path: '/links' }),
  connector: (address) => wsConnector(address, { secret }),
})

describeTransport('ws in short messages', {
  listener: () => wsListener({ port: 0, secret, maxPayload: 1_024 }),
  connector: (address) => wsConnector(address, { secret, maxPayload: 65_536 }),
})

/** A listener with an HTTP server of its own, which it closes too. */
function besideServer(options: WsListenerOptions): Listener {
  return {
    secret,
    listen: async (accept) => {
      const server = createServer((_request, response) => response.end('hello'))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const bound = await wsListener({ ...options, server }).listen(accept)
      return { address: bound.address, close: async () => void (await bound.close(), server.close()) }
    },
  }
}
