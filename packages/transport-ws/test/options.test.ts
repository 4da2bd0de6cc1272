import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { actor } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { wsConnector, wsListener } from '../src/index.ts'
import { pair } from './certs.ts'

const secret = 'known to both ends only'
const tls = pair('listener')

describe('the options of wsListener', () => {
  it.each<[name: string, options: object, problem: string]>([
    ['no secret', { port: 0 }, 'secret'],
    ['a short secret', { port: 0, secret: 'hunter2' }, '16 characters or more, not 7'],
    ['a short one of two', { port: 0, secret: [secret, 'short'] }, '16 characters or more, not 5'],
    ['three secrets', { port: 0, secret: [secret, secret, secret] }, 'two of them'],
    ['a secret that is no text', { port: 0, secret: 1234567890123456 }, 'secret takes a string'],
    ['a plaintext host that others reach', { port: 0, secret, host: '0.0.0.0' }, 'ws://0.0.0.0 is plaintext'],
    ['the same in IPv6', { port: 0, secret, host: '::' }, 'plaintext'],
    ['an address in the LAN', { port: 0, secret, host: '192.168.1.7' }, 'plaintext'],
    ['a name that may lead anywhere', { port: 0, secret, host: '127.0.0.1.evil.test' }, 'plaintext'],
    ['an empty host', { port: 0, secret, host: '' }, 'host'],
    ['neither port nor server', { secret }, 'a port or a server'],
    ['both', { secret, port: 0, server: createServer() }, 'a port or a server'],
    ['a port that is text', { secret, port: '80' }, 'port takes a number (whole numbers), not "80"'],
    ['a port too high', { secret, port: 65_536 }, '65536'],
    ['half a port', { secret, port: 1.5 }, '1.5'],
    ['a negative port', { secret, port: -1 }, '-1'],
    ['no port number', { secret, port: NaN }, 'NaN'],
    ['a path without slash', { secret, port: 0, path: 'links' }, '"links"'],
    ['a path with a query', { secret, port: 0, path: '/links?x' }, '"/links?x"'],
    ['a small maxPayload', { secret, port: 0, maxPayload: 1_023 }, '1023'],
    ['a large maxPayload', { secret, port: 0, maxPayload: 67_108_865 }, '67108865'],
    ['a maxPayload that is text', { secret, port: 0, maxPayload: '4 MiB' }, '"4 MiB"'],
    ['a small highWater', { secret, port: 0, highWater: 0 }, 'highWater'],
    ['an unclear insecure', { secret, port: 0, insecure: 'yes' }, '"yes"'],
    ['an unclear allowUnbound', { secret, port: 0, allowUnbound: 1 }, 'allowUnbound'],
    ['tls without key', { secret, port: 0, tls: { cert: tls.cert } }, 'key and cert'],
    ['tls with rubbish', { secret, port: 0, tls: { cert: 'rubbish', key: 'rubbish' } }, 'PEM'],
    ['tls with a key of another', { secret, port: 0, tls: { cert: tls.cert, key: pair('caller').key } }, 'PEM'],
    ['tls for a given server', { secret, server: createServer(), tls }, 'tls is for a listener with a port'],
    ['a host for a given server', { secret, server: createServer(), host: '::1' }, 'host is for a listener with a port'],
    ['a server that is none', { secret, server: {} }, 'http.Server'],
    ['an origin with a path', { secret, port: 0, origins: ['https://shop.example/'] }, '"https://shop.example/"'],
    ['an origin that is none', { secret, port: 0, origins: ['*'] }, '"*"'],
    ['origins that are no list', { secret, port: 0, origins: 'https://shop.example' }, 'origins'],
    ['an offer that is none', { secret, port: 0, offer: ['Counter'] }, 'offer'],
    ['an authorize that is none', { secret, port: 0, authorize: true }, 'authorize'],
    ['a negative quota', { secret, port: 0, quotas: { actors: -1 } }, 'quotas.actors'],
  ])('refuse %s', (_name, options, problem) => {
    const call = (): unknown => wsListener(options)
    expect(call).toThrow(problem)
    expect(call).toThrow('wsListener()')
    expect(call).not.toThrow('hunter2')
  })

  it('refuse what is no object', () => {
    // Safe: wrong on purpose.
    expect(() => wsListener(undefined as never)).toThrow('wsListener() takes an object of options, not undefined')
  })

  it.each([
    { port: 0, insecure: true },
    { port: 0, secret, host: '0.0.0.0', insecure: true },
    { port: 0, secret, host: '0.0.0.0', tls },
    { port: 0, secret: [secret, 'the one before it'] as const },
    { port: 65_535, secret, host: 'localhost', path: '/a/b', origins: ['http://localhost:5173'] },
    { port: 0, secret, host: '::1' },
    { port: 0, secret, host: '127.8.8.8' },
  ])('take %o', (options) => {
    expect(() => wsListener(options)).not.toThrow()
  })
})

describe('the options of wsConnector', () => {
  it.each<[name: string, url: unknown, options: object, problem: string]>([
    ['no secret', 'ws://127.0.0.1:1', {}, 'secret'],
    ['a short secret', 'ws://127.0.0.1:1', { secret: 'hunter2' }, 'not 7'],
    ['plaintext to elsewhere', 'ws://10.0.0.2:7400', { secret }, 'ws://10.0.0.2:7400 is plaintext'],
    ['plaintext to a name', 'ws://shop.example', { secret }, 'ws://shop.example:80 is plaintext'],
    ['http', 'http://127.0.0.1:1', { secret }, 'not http://'],
    ['no url', '127.0.0.1', { secret }, '"127.0.0.1"'],
    ['nothing', undefined, { secret }, 'undefined'],
    ['a password', 'wss://me:hunter2@shop.example', { secret }, 'no user and password'],
    ['a fragment', 'wss://shop.example/#x', { secret }, '"#x"'],
    ['tls for ws', 'ws://127.0.0.1:1', { secret, tls: {} }, 'tls is for wss://'],
    ['tls with rubbish', 'wss://shop.example', { secret, tls: { ca: 'rubbish', cert: 'rubbish', key: 'rubbish' } }, 'PEM'],
    ['headers that are no texts', 'wss://shop.example', { secret, headers: { a: 1 } }, 'headers'],
    ['an unclear unbound', 'wss://shop.example', { secret, unbound: 'no' }, '"no"'],
    ['a negative pause', 'wss://shop.example', { secret, reconnect: { min: -1 } }, 'reconnect.min'],
    ['a max below min', 'wss://shop.example', { secret, reconnect: { min: 10, max: 5 } }, 'reconnect.max'],
    ['jitter above 1', 'wss://shop.example', { secret, reconnect: { jitter: 2 } }, 'reconnect.jitter'],
    ['reconnect that is no object', 'wss://shop.example', { secret, reconnect: true }, 'reconnect'],
    ['a small maxPayload', 'wss://shop.example', { secret, maxPayload: 1 }, 'maxPayload'],
  ])('refuse %s', (_name, url, options, problem) => {
    // Safe: wrong on purpose.
    const call = (): unknown => wsConnector(url as string, options)
    expect(call).toThrow(problem)
    expect(call).toThrow('wsConnector()')
    expect(call).not.toThrow('hunter2')
  })

  it.each([
    ['ws://127.0.0.1:1', { secret }],
    ['ws://localhost:1/path?query', { secret }],
    ['ws://[::1]:1', { secret }],
    ['ws://10.0.0.2:1', { secret, insecure: true }],
    ['ws://127.0.0.1:1', { insecure: true }],
    ['wss://shop.example', { secret, reconnect: { min: 1, max: 2, jitter: 0 } }],
  ])('take %s with %o', (url, options) => {
    expect(() => wsConnector(url, options)).not.toThrow()
    expect(() => wsConnector(new URL(url), options)).not.toThrow()
  })
})

describe('what they return', () => {
  const Counter = actor({ name: 'Counter', setup: () => ({}) })
  const policy = { secret, offer: [Counter], authorize: () => true, quotas: { actors: 1 } }

  it('carries the policy for core', () => {
    expect(wsListener({ port: 0, ...policy })).toMatchObject(policy)
    expect(wsConnector('ws://127.0.0.1:1', { ...policy, reconnect: { min: 1 } })).toMatchObject({
      ...policy,
      reconnect: { min: 1 },
    })
    expect(Object.keys(wsConnector('ws://127.0.0.1:1', { secret }))).not.toContain('reconnect')
  })

  it('shows no secret when it is printed', () => {
    for (const one of [wsListener({ port: 0, secret }), wsConnector('ws://127.0.0.1:1/?token=x', { secret })]) {
      for (const text of [inspect(one), inspect({ one }), JSON.stringify(one), JSON.stringify({ one })]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain('token')
        expect(text).toMatch(/\[ws(Listener|Connector ws:\/\/127\.0\.0\.1:1)\]/)
      }
    }
  })
})
