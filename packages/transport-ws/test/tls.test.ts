import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { authority, pair } from './certs.ts'
import { call, hear, taker } from './ends.ts'

const tls = pair('listener')

describe('a link over TLS', () => {
  it('has 32 bytes at both ends that no other connection has', async () => {
    await using listener = await taker({ port: 0, tls })
    const bindings: (Uint8Array | undefined)[] = []
    for (let index = 0; index < 2; index++) {
      const near = await call(listener.address, { tls: { ca: authority } })
      const far = await listener.next()
      expect(near.binding).toHaveLength(32)
      expect(near.binding).toEqual(far.binding)
      expect([near.peer, far.peer]).toEqual([listener.address, expect.stringMatching(/^wss:\/\/127\.0\.0\.1:\d+$/)])
      bindings.push(near.binding)
      near.close()
      await Promise.all([hear(near).closed, hear(far).closed])
    }
    expect(bindings[0]).not.toEqual(bindings[1])
  })

  it.each<[what: string, listener: Parameters<typeof pair>[0], tls: object, problem: RegExp]>([
    ['an authority that it does not know', 'listener', {}, /unable to verify|UNABLE_TO_VERIFY|self-signed/],
    ['an impostor', 'impostor', { ca: authority }, /unable to verify|UNABLE_TO_VERIFY/],
    ['a certificate for another host', 'elsewhere', { ca: authority }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('is not made with %s', async (_what, name, options, problem) => {
    await using listener = await taker({ port: 0, tls: pair(name) })
    await expect(call(listener.address, { tls: options })).rejects.toThrow(problem)
    await expect(call(listener.address, { tls: options })).rejects.toMatchObject({ code: 'TROUPE_CONNECT' })
    expect(listener.links).toEqual([])
  })

  it('is made with another host name when that is asked for', async () => {
    await using listener = await taker({ port: 0, tls: pair('elsewhere') })
    const near = await call(listener.address, { tls: { ca: authority, servername: 'elsewhere.test' } })
    near.close()
    await hear(near).closed
  })

  it('is made with any certificate when that is asked for, and bound all the same', async () => {
    await using listener = await taker({ port: 0, tls: pair('impostor') })
    const near = await call(listener.address, { tls: { rejectUnauthorized: false } })
    expect(near.binding).toEqual((await listener.next()).binding)
    near.close()
    await hear(near).closed
  })

  it('is not made with plaintext, nor plaintext with TLS', async () => {
    await using secure = await taker({ port: 0, tls })
    await expect(call(secure.address.replace('wss', 'ws'))).rejects.toMatchObject({ code: 'TROUPE_CONNECT' })
    await using plain = await taker()
    await expect(call(plain.address.replace('ws', 'wss'), { tls: { ca: authority } })).rejects.toMatchObject({
      code: 'TROUPE_CONNECT',
    })
    expect([...secure.links, ...plain.links]).toEqual([])
  })

  it('works beside an HTTPS server', async () => {
    const server = createServer(tls, (_request, response) => void response.end('a page'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await using listener = await taker({ server, path: '/links' })
    // Safe: it listens on an internet port.
    expect(listener.address).toBe(`wss://127.0.0.1:${(server.address() as AddressInfo).port}/links`)
    const near = await call(listener.address, { tls: { ca: authority } })
    expect(near.binding).toEqual((await listener.next()).binding)
    near.close()
    await hear(near).closed
    server.close()
  })
})

describe('mutual TLS', () => {
  const mutual = { ...tls, ca: authority, requestCert: true }

  it('lets in whom the authority signed', async () => {
    await using listener = await taker({ port: 0, tls: mutual })
    const near = await call(listener.address, { tls: { ca: authority, ...pair('caller') } })
    const far = hear(await listener.next())
    near.send(new Uint8Array([1]))
    await far.count(1)
    near.close()
    await hear(near).closed
  })

  it.each([
    ['no certificate', {}],
    ['one that somebody else signed', pair('intruder')],
  ])('keeps out a caller with %s', async (_what, certificate) => {
    await using listener = await taker({ port: 0, tls: mutual })
    await expect(call(listener.address, { tls: { ca: authority, ...certificate } })).rejects.toMatchObject({
      code: 'TROUPE_CONNECT',
    })
    expect(listener.links).toEqual([])
  })
})

describe('a caller without channel binding', () => {
  it('is refused, and told why', async () => {
    await using listener = await taker({ port: 0, tls })
    const calling = call(listener.address, { tls: { ca: authority }, unbound: true })
    await expect(calling).rejects.toThrow('it answered HTTP 403: callers without channel binding')
    expect(listener.links).toEqual([])
  })

  it('is let in by allowUnbound, and then neither end is bound; others still are', async () => {
    await using listener = await taker({ port: 0, tls, allowUnbound: true })
    const unbound = await call(listener.address, { tls: { ca: authority }, unbound: true })
    expect([unbound.binding, (await listener.next()).binding]).toEqual([undefined, undefined])
    const bound = await call(listener.address, { tls: { ca: authority } })
    expect(bound.binding).toEqual((await listener.next()).binding)
    expect(bound.binding).toHaveLength(32)
    for (const link of [unbound, bound]) link.close()
    await Promise.all([hear(unbound).closed, hear(bound).closed])
  })
})
