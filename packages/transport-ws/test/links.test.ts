import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import { call, hear, taker } from './ends.ts'

const MIB = 1_048_576

/** Strangers on a raw WebSocket. */
const strangers: WebSocket[] = []
afterEach(() => {
  for (const stranger of strangers.splice(0)) stranger.terminate()
})

async function stranger(address: string): Promise<WebSocket> {
  const ws = new WebSocket(address)
  strangers.push(ws)
  ws.on('error', () => undefined)
  await once(ws, 'open')
  return ws
}

/** The code with which the listener closes. */
async function codeOf(ws: WebSocket): Promise<number> {
  const [code] = (await once(ws, 'close')) as [number]
  return code
}

describe('a link', () => {
  it('carries 20 MB through messages of at most 4 MiB, and short ones behind in order', async () => {
    await using listener = await taker()
    const near = await call(listener.address)
    const far = hear(await listener.next())
    const ear = hear(near)
    const frame = new Uint8Array(20_000_000).map((_, index) => index * 7)
    near.send(frame)
    near.send(new Uint8Array([1, 2, 3]))
    const [long, short] = await far.count(2)
    expect(Buffer.compare(long ?? new Uint8Array(), frame)).toBe(0)
    expect(short).toEqual(new Uint8Array([1, 2, 3]))
    near.close()
    expect([await ear.closed, await far.closed]).toEqual([{ kind: 'normal' }, { kind: 'normal' }])
  })

  it('sends no longer messages than the other end takes', async () => {
    await using listener = await taker({ port: 0, maxPayload: 2_048 })
    const near = await call(listener.address, { maxPayload: 16 * MIB })
    const far = hear(await listener.next())
    hear(near)
    for (const length of [2_047, 2_048, 2_049, MIB]) near.send(new Uint8Array(length))
    expect((await far.count(4)).map(({ length }) => length)).toEqual([2_047, 2_048, 2_049, MIB])
    near.close()
    await far.closed
  })

  it('ends at a frame over 64 MiB, with an error here and its name there', async () => {
    await using listener = await taker()
    const near = await call(listener.address)
    const [ear, far] = [hear(near), hear(await listener.next())]
    near.send(new Uint8Array(64 * MIB + 1))
    expect(await ear.closed).toMatchObject({ kind: 'error', error: { message: expect.stringContaining('67108865 bytes') } })
    expect(await far.closed).toMatchObject({ kind: 'error', error: { message: expect.stringContaining('RangeError') } })
  })

  it.each([
    [{ kind: 'shutdown', detail: 'the shop closes' }] as const,
    [{ kind: 'killed' }] as const,
    [{ kind: 'signal', signal: 'SIGTERM' }] as const,
  ])('says at the other end that it ended with %o', async (reason) => {
    await using listener = await taker()
    const near = await call(listener.address)
    const [ear, far] = [hear(near), hear(await listener.next())]
    near.close(reason)
    expect([await ear.closed, await far.closed]).toEqual([reason, reason])
  })

  it('is lost when the other end says nothing', async () => {
    await using listener = await taker()
    const ws = await stranger(listener.address)
    const link = await listener.next()
    ws.terminate()
    expect(await hear(link).closed).toEqual({ kind: 'disconnected', node: link.peer })
    expect(link.peer).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/)
  })

  it('ends at once when the other end is given up for dead, whatever waits to be sent', async () => {
    await using listener = await taker()
    const ws = await stranger(listener.address)
    ws.pause()
    const link = await listener.next()
    const ear = hear(link)
    while (link.send(new Uint8Array(65_536)));
    const reason = { kind: 'disconnected', node: 'gone' } as const
    const start = performance.now()
    link.close(reason)
    expect(await ear.closed).toEqual(reason)
    expect(performance.now() - start).toBeLessThan(1_500) // a polite close waits 2 s
  })

  it('does not wait for ever for an end that does not read', async () => {
    await using listener = await taker()
    const ws = await stranger(listener.address)
    ws.pause()
    const link = await listener.next()
    const ear = hear(link)
    while (link.send(new Uint8Array(65_536)));
    link.close()
    expect(await ear.closed).toEqual({ kind: 'normal' }) // 2 s
  })

  it('tells its sender to wait while the other end does not read, and buffers no more than its mark', async () => {
    await using listener = await taker({ port: 0, highWater: 262_144 })
    const ws = await stranger(listener.address)
    ws.pause()
    const link = await listener.next()
    const ear = hear(link)
    const before = process.memoryUsage().arrayBuffers
    let sent = 0
    while (link.send(new Uint8Array(65_536))) sent += 65_536
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MIB)
    expect(sent).toBeLessThan(16 * MIB) // the kernel's buffers, and the mark
    expect(ear.drains()).toBe(0)
    ws.resume()
    await ear.drained()
    expect(link.send(new Uint8Array(1))).toBe(true)
  })
})

describe('a hostile peer', () => {
  it.each<[what: string, messages: readonly (Uint8Array | string)[], code: number]>([
    ['text', ['hello'], 4415],
    ['an empty message', [new Uint8Array(0)], 4400],
    ['an unknown kind', [new Uint8Array([9, 9])], 4400],
    ['a cut header', [new Uint8Array([1, 2])], 4400],
    ['a frame of 4 GiB', [new Uint8Array([1, 255, 255, 255, 255])], 4413],
    ['more than it announced', [new Uint8Array([1, 2, 0, 0, 0]), new Uint8Array(3)], 4400],
    ['two limits', [new Uint8Array([2, 0, 16, 0, 0]), new Uint8Array([2, 0, 16, 0, 0])], 4400],
    ['a message over maxPayload', [new Uint8Array(70_000)], 1009],
  ])('that sends %s is cut off with code %i', async (_what, messages, code) => {
    await using listener = await taker({ port: 0, maxPayload: 65_536 })
    const ws = await stranger(listener.address)
    const far = hear(await listener.next())
    const closing = codeOf(ws)
    for (const message of messages) ws.send(message)
    expect(await closing).toBe(code)
    expect(await far.closed).toMatchObject({ kind: 'error', error: expect.any(Error) })
    expect(far.frames).toEqual([])
  })

  it('gets nothing handed over behind a fault', async () => {
    await using listener = await taker()
    const ws = await stranger(listener.address)
    const far = hear(await listener.next())
    ws.send(new Uint8Array([0, 42]))
    ws.send('text')
    ws.send(new Uint8Array([0, 43]))
    await far.closed
    expect(far.frames).toEqual([new Uint8Array([42])])
  })
})
