/**
 * The door for browsers, run in Node over a WebSocket class that has the platform's interface. Pages in a real browser are in browser/.
 */
import { once } from 'node:events'
import { type Server, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describeTransport } from '@troupe/testkit'
import { WebSocket } from 'ws'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { esbuild } from '../../../scripts/esbuild.ts'
import * as browser from '../src/browser.ts'
import * as node from '../src/index.ts'
import { pair } from './certs.ts'
import { hear, never, secret, taker } from './ends.ts'

/** As a page has it: nothing of `ws`'s own to lean on, and no certificate checks that know our authority. */
vi.stubGlobal(
  'WebSocket',
  class extends WebSocket {
    constructor(url: URL, protocols: string[]) {
      super(url, protocols, { rejectUnauthorized: false })
      this.on('error', () => undefined) // the platform's does not throw it
    }
  },
)
afterAll(() => void vi.unstubAllGlobals())

describeTransport('ws, called from a browser', {
  listener: () => node.wsListener({ port: 0, secret }),
  connector: (address) => browser.wsConnector(address, { secret }),
})

describe('the door for browsers', () => {
  it('has the names that the other one has', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort())
  })

  it('is what a bundler for browsers takes, without ws and without Node', async () => {
    const { inputs, imports } = await bundled("export * from '@troupe/transport-ws'")
    expect(inputs.filter((path) => path.endsWith('transport-ws/src/browser.ts'))).toHaveLength(1)
    expect(inputs.filter((path) => path.includes('node_modules/ws/') || path.endsWith('transport-ws/src/index.ts'))).toEqual([])
    expect(imports).toEqual([])
  })

  it('is called over wss by a page only where unbound callers are taken', async () => {
    await using strict = await taker({ port: 0, tls: pair('listener') })
    const calling = browser.wsConnector(strict.address, { secret }).connect(never)
    await expect(calling).rejects.toMatchObject({ code: 'TROUPE_CONNECT', message: expect.stringContaining(strict.address) })
    await using open = await taker({ port: 0, tls: pair('listener'), allowUnbound: true })
    const near = await browser.wsConnector(open.address, { secret }).connect(never)
    const far = await open.next()
    expect([near.binding, far.binding, near.peer]).toEqual([undefined, undefined, open.address])
    near.close({ kind: 'shutdown' })
    expect([await hear(near).closed, await hear(far).closed]).toEqual([{ kind: 'shutdown' }, { kind: 'shutdown' }])
  })

  it('says that a page takes no calls', () => {
    expect(() => browser.wsListener({ port: 0, secret })).toThrow('a browser has none')
  })

  it('refuses what a page cannot set, and what the other door refuses', () => {
    expect(() => browser.wsConnector('wss://shop.example', { secret, tls: {} })).toThrow("tls is the browser's own affair")
    expect(() => browser.wsConnector('wss://shop.example', { secret, headers: {} })).toThrow(
      "headers is the browser's own affair",
    )
    expect(() => browser.wsConnector('ws://10.0.0.2', { secret })).toThrow('plaintext')
    expect(() => browser.wsConnector('wss://shop.example', { secret: 'short' })).toThrow('16 characters')
  })

  it('gives a call up when its signal aborts', async () => {
    const server: Server = createServer((socket) => socket.resume().on('error', () => undefined)) // never answers
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const controller = new AbortController()
    const connecting = browser.wsConnector(`ws://127.0.0.1:${port}`, { secret }).connect(controller.signal)
    await once(server, 'connection')
    controller.abort(new Error('enough'))
    await expect(connecting).rejects.toThrow('enough')
    server.close()
  })

  it('ends at once when the other end is given up for dead', async () => {
    await using listener = await taker()
    const near = await browser.wsConnector(listener.address, { secret }).connect(never)
    const reason = { kind: 'disconnected', node: 'gone' } as const
    const ear = hear(near)
    near.close(reason)
    expect(await ear.closed).toEqual(reason)
    await hear(await listener.next()).closed
  })
})

/** What a bundle for browsers is made of, and what it still imports. An import of `node:` that cannot be resolved fails. */
async function bundled(contents: string): Promise<{ inputs: string[]; imports: string[] }> {
  const { metafile } = await esbuild.build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['troupe-src'], // `browser` comes with the platform
    logLevel: 'silent',
  })
  await esbuild.stop()
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  return { inputs: Object.keys(metafile.inputs), imports }
}
