import { once } from 'node:events'
import { type IncomingMessage, get } from 'node:http'
import { type Socket, connect, createServer } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { describe, expect, it } from 'vitest'
import { wsListener } from '../src/index.ts'
import { call, hear, httpServer, secret, taker } from './ends.ts'

/** What an upgrade request with these headers is answered. */
async function upgrade(address: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const url = new URL(address.replace(/^ws/, 'http'))
  const request = get(url, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    request.on('upgrade', (upgraded: IncomingMessage, socket: Socket) => {
      socket.destroy()
      resolve(upgraded)
    })
  })
  let text = ''
  if (response.statusCode !== 101) for await (const chunk of response) text += String(chunk)
  return { status: response.statusCode ?? 0, text }
}

async function page(url: string): Promise<string> {
  return await (await fetch(`http://${url}/`, { headers: { Connection: 'close' } })).text()
}

describe('a listener', () => {
  it('has the real port in its address, and its path', async () => {
    await using listener = await taker({ port: 0, path: '/links' })
    expect(listener.address).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*\/links$/)
    const link = await call(`${listener.address}?who=me`)
    const ear = hear(link)
    expect(link.peer).toBe(listener.address.replace('/links', ''))
    link.close()
    await ear.closed
  })

  it('says that its port is in use', async () => {
    await using listener = await taker()
    const port = Number(new URL(listener.address).port)
    await expect(wsListener({ port, secret }).listen(() => undefined)).rejects.toThrow(
      `EADDRINUSE: address already in use 127.0.0.1:${port}`,
    )
  })

  it('gives its port free when it closes, and leaves its links alone', async () => {
    await using listener = await taker()
    const near = await call(listener.address)
    const far = hear(await listener.next())
    const ear = hear(near)
    await listener.close()
    await listener.close()
    const port = Number(new URL(listener.address).port)
    await using other = await taker({ port })
    expect(other.address).toBe(listener.address)
    near.send(new Uint8Array([1]))
    await far.count(1)
    near.close()
    await Promise.all([ear.closed, far.closed])
  })

  it('lets nobody hold its closing up who is no link yet', async () => {
    await using listener = await taker()
    const { port } = new URL(listener.address)
    const silent = connect(Number(port), '127.0.0.1')
    await once(silent, 'connect')
    silent.write('GET / HTTP/1.1\r\n')
    silent.on('error', () => undefined) // reset
    const ended = new Promise((resolve) => silent.once('close', resolve))
    await listener.close()
    await ended
  })

  it('answers what is no upgrade, and other paths', async () => {
    await using listener = await taker({ port: 0, path: '/links' })
    const response = await fetch(listener.address.replace('ws', 'http'), { headers: { Connection: 'close' } })
    expect([response.status, await response.text()]).toEqual([426, 'WebSockets only'])
    expect((await upgrade(listener.address.replace('/links', '/other'), {})).status).toBe(404)
    expect(listener.links).toEqual([])
  })

  it.each(['http://evil.test', 'null', 'http://127.0.0.1', 'https://shop.example:444', 'https://shop.example.evil.test'])(
    'refuses a page of %s',
    async (origin) => {
      await using listener = await taker({ port: 0, origins: ['https://shop.example'] })
      const answer = await upgrade(listener.address, { Origin: origin })
      expect(answer).toEqual({ status: 403, text: `origin ${origin} is not on the list of origins` })
      expect(listener.links).toEqual([])
    },
  )

  it('refuses pages of its own host too, unless they are listed', async () => {
    await using listener = await taker()
    const { host } = new URL(listener.address)
    expect((await upgrade(listener.address, { Origin: `http://${host}` })).status).toBe(403)
    await using open = await taker({ port: 0, origins: ['https://shop.example'] })
    expect((await upgrade(open.address, { Origin: 'https://shop.example' })).status).toBe(101)
  })

  it('tells who wants channel binding that there is no TLS here', async () => {
    await using listener = await taker()
    const answer = await upgrade(listener.address, { 'Sec-WebSocket-Protocol': 'troupe.1.bound' })
    expect(answer).toEqual({ status: 400, text: expect.stringContaining('unbound: true') })
  })
})

describe('a listener beside an HTTP server', () => {
  it('takes only its own path, and leaves pages and other WebSockets to others', async () => {
    await using http = await httpServer()
    await using listener = await taker({ server: http.server, path: '/links' })
    const chat = new WebSocketServer({ noServer: true })
    chat.on('connection', (ws) => ws.on('message', (data: Buffer) => ws.send(`you said ${data.toString()}`)))
    http.server.on('upgrade', (request, socket, head) => {
      if (request.url === '/chat') chat.handleUpgrade(request, socket, head, (ws) => chat.emit('connection', ws, request))
    })
    expect(listener.address).toBe(`ws://${http.url}/links`)

    const link = await call(listener.address)
    const far = hear(await listener.next())
    const other = new WebSocket(`ws://${http.url}/chat`)
    await once(other, 'open')
    other.send('hello')
    const [answer] = (await once(other, 'message')) as [Buffer]
    expect(answer.toString()).toBe('you said hello')
    expect(await page(http.url)).toBe('a page')

    link.send(new Uint8Array([1]))
    await far.count(1)
    await listener.close() // its links, the page and the chat go on
    link.send(new Uint8Array([2]))
    await far.count(2)
    expect(await page(http.url)).toBe('a page')
    other.send('bye')
    await once(other, 'message')
    other.close()
    await once(other, 'close')
    hear(link)
    link.close()
    await far.closed
  })

  it('answers upgrades that nobody takes', async () => {
    await using http = await httpServer()
    await using listener = await taker({ server: http.server, path: '/links' })
    expect((await upgrade(listener.address.replace('/links', '/'), {})).status).toBe(404)
  })

  it('waits for a server that is about to listen', async () => {
    await using http = await httpServer()
    http.server.close()
    await once(http.server, 'close')
    const listening = taker({ server: http.server })
    http.server.listen(0, '127.0.0.1')
    await using listener = await listening
    expect(listener.address).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]/)
  })

  it('refuses a plaintext server that others reach, unless that is meant', async () => {
    await using http = await httpServer()
    http.server.close()
    await once(http.server, 'close')
    http.server.listen(0, '0.0.0.0')
    await once(http.server, 'listening')
    await expect(taker({ server: http.server })).rejects.toThrow('is plaintext')
    expect(http.server.listenerCount('upgrade')).toBe(0)
    await using listener = await taker({ server: http.server, insecure: true })
    expect(listener.address).toMatch(/^ws:\/\/0\.0\.0\.0:/)
  })
})

describe('a connector', () => {
  it('says which host refused, and why', async () => {
    const listener = await taker()
    await listener.close()
    const { port } = new URL(listener.address)
    await expect(call(`${listener.address}/?token=x`)).rejects.toMatchObject({
      code: 'TROUPE_CONNECT',
      message: `no connection to ws://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
      cause: { code: 'ECONNREFUSED' },
    })
    await expect(call(`ws://localhost:${port}`)).rejects.toThrow(/ECONNREFUSED/)
  })

  it('says what a server answers that has no links', async () => {
    await using http = await httpServer()
    await expect(call(`ws://${http.url}`)).rejects.toThrow(`no connection to ws://${http.url}: it answered HTTP 200: a page`)
    await using listener = await taker({ port: 0, path: '/links' })
    await expect(call(listener.address.replace('/links', '/'))).rejects.toThrow('HTTP 404: no links are taken at this path')
  })

  it('says that it is no WebSocket at all', async () => {
    const server = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await expect(call(`ws://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'TROUPE_CONNECT' })
    server.close()
    await once(server, 'close')
  })

  it('gives a call up when its signal aborts, and leaves nothing behind', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => sockets.push(socket)) // never answers
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const controller = new AbortController()
    const connecting = call(`ws://127.0.0.1:${port}`, {}, controller.signal)
    const [socket] = (await once(server, 'connection')) as [Socket]
    const ended = once(socket, 'close')
    socket.resume().on('error', () => undefined)
    controller.abort(new Error('enough'))
    await expect(connecting).rejects.toThrow('enough')
    await ended
    server.close()
  })

  it('sends the headers that it is given, and no origin', async () => {
    await using http = await httpServer()
    const seen = once(http.server, 'upgrade')
    await using listener = await taker({ server: http.server })
    const link = await call(listener.address, { headers: { 'X-Tenant': 'shop' } })
    // Safe: what the event carries first.
    const [request] = (await seen) as [IncomingMessage]
    expect(request.headers).toMatchObject({ 'x-tenant': 'shop', 'sec-websocket-protocol': 'troupe.1' })
    expect(request.headers).not.toHaveProperty('origin')
    expect(request.headers).not.toHaveProperty('sec-websocket-extensions')
    link.close()
    await hear(link).closed
  })
})
