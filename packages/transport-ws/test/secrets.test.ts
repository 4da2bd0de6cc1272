/** Core's proof of the secret, over this transport: who gets a link to actors, and who does not. */
import { once } from 'node:events'
import { type TLSSocket, connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { actor, createSystem, silentLog, type System } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { type WsConnectorOptions, type WsListenerOptions, wsConnector, wsListener } from '../src/index.ts'
import { authority, pair } from './certs.ts'
import { secret } from './ends.ts'

const Counter = actor({
  name: 'Counter',
  setup: (_self, start: number) => ({ get: () => start }),
})

const system = (name: string): System => createSystem({ name, log: silentLog, stopTimeout: 200 })

/** What a spawn and an ask over a new link give; rejects when there is no link. */
async function tryOut(
  listening: WsListenerOptions,
  calling: WsConnectorOptions,
  via?: (address: string) => string,
): Promise<number> {
  await using far = system('far')
  await using near = system('near')
  const { address } = await far.listen(wsListener({ offer: [Counter], ...listening }))
  const node = await near.connect(wsConnector(via?.(address) ?? address, calling))
  return await near.spawn(Counter, [42], { on: node }).ask('get')
}

describe('a secret over WebSockets', () => {
  it('lets in who knows it, with and without TLS', async () => {
    expect(await tryOut({ port: 0, secret }, { secret })).toBe(42)
    expect(await tryOut({ port: 0, secret, tls: pair('listener') }, { secret, tls: { ca: authority } })).toBe(42)
    const unbound = { secret, tls: { ca: authority }, unbound: true }
    expect(await tryOut({ port: 0, secret, tls: pair('listener'), allowUnbound: true }, unbound)).toBe(42)
  })

  it('may be rotated at the listener first', async () => {
    const next = 'the one that comes after it'
    expect(await tryOut({ port: 0, secret: [next, secret] }, { secret })).toBe(42)
    expect(await tryOut({ port: 0, secret: [next, secret] }, { secret: next })).toBe(42)
  })

  it.each<[who: string, listening: WsListenerOptions, calling: WsConnectorOptions]>([
    ['another one', { port: 0, secret }, { secret: 'something else entirely' }],
    ['none', { port: 0, secret }, { insecure: true }],
    ['one that the listener does not have', { port: 0, insecure: true }, { secret }],
  ])('keeps out who has %s', async (_who, listening, calling) => {
    await expect(tryOut(listening, calling)).rejects.toMatchObject({
      code: expect.stringMatching(/^TROUPE_(AUTHENTICATION|HANDSHAKE)$/),
    })
  })

  it('finds somebody in the middle of TLS, whose certificate is trusted and who passes on every byte', async () => {
    const listening = { port: 0, secret, tls: pair('listener') }
    const middle = createTlsServer({ ...pair('impostor'), minVersion: 'TLSv1.3' })
    const sockets: TLSSocket[] = []
    let there = 0
    middle.on('secureConnection', (near) => {
      const far = connectTls({ host: '127.0.0.1', port: there, rejectUnauthorized: false })
      sockets.push(near, far)
      for (const socket of [near, far]) socket.on('error', () => undefined)
      near.pipe(far).pipe(near)
    })
    middle.listen(0, '127.0.0.1')
    await once(middle, 'listening')
    // Safe: it listens on an internet port.
    const here = (middle.address() as AddressInfo).port
    const via = (address: string): string => {
      there = Number(new URL(address).port)
      return `wss://127.0.0.1:${here}`
    }
    const calling = { secret, tls: { rejectUnauthorized: false } }
    await expect(tryOut(listening, calling, via)).rejects.toMatchObject({
      code: expect.stringMatching(/^TROUPE_(AUTHENTICATION|HANDSHAKE)$/),
    })
    // Without channel binding the bytes pass, which is why it has to be asked for at both ends.
    expect(await tryOut({ ...listening, allowUnbound: true }, { ...calling, unbound: true }, via)).toBe(42)
    for (const socket of sockets) socket.destroy()
    middle.close()
  })
})
