import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Note } from '../../src/shared/note.ts'
import { StreamLink } from '../../src/shared/stream-link.ts'
import { Ear, portPair, streamPair, webPair } from './links.ts'

const MEGABYTE = 1_048_576

describe.each([
  ['port link', portPair],
  ['port link of a page', webPair],
  ['stream link', streamPair],
])('%s', (_, pair) => {
  it('carries frames of every size, in order and whole', async () => {
    await using links = await pair()
    const ear = new Ear(links.far)
    const sizes = [0, 1, 2, 100, 2_047, 2_048, 16_383, 16_384, 100_000, 3_000_000, 5]
    for (const size of sizes) links.near.send(Uint8Array.from({ length: size }, (_, index) => index & 0xff))
    await ear.until(() => ear.frames.length === sizes.length)
    expect(ear.frames.map((frame) => frame.length)).toEqual(sizes)
    for (const frame of ear.frames) expect(frame.every((byte, index) => byte === (index & 0xff))).toBe(true)
  })

  it('carries a view of a larger buffer without what lies around it', async () => {
    await using links = await pair()
    const ear = new Ear(links.far)
    const large = new Uint8Array(10_000).fill(7)
    links.near.send(large.subarray(10, 20))
    links.near.send(large.subarray(0, 5_000))
    links.near.send(Buffer.from('pooled'))
    await ear.until(() => ear.frames.length === 3)
    expect(ear.frames.map((frame) => frame.length)).toEqual([10, 5_000, 6])
    expect(ear.frames.every((frame) => frame.constructor === Uint8Array)).toBe(true)
    expect(large.length).toBe(10_000)
  })

  it('keeps frames that arrive before it is opened', async () => {
    let early: Note | undefined
    await using links = await pair({}, { onNote: (note) => (early = note) })
    links.near.send(Uint8Array.of(1))
    links.near.send(Uint8Array.of(2))
    links.near.note({ kind: 'ready' })
    const back = new Ear(links.near)
    links.far.send(Uint8Array.of(9))
    await back.until(() => back.frames.length === 1)
    const ear = new Ear(links.far)
    links.near.send(Uint8Array.of(3))
    await ear.until(() => ear.frames.length === 3)
    expect(ear.frames).toEqual([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
    expect(early).toEqual({ kind: 'ready' })
  })

  it('tells both ends once that it is closed, with the reason, after all that was sent before', async () => {
    await using links = await pair()
    const [near, far] = [new Ear(links.near), new Ear(links.far)]
    for (let count = 0; count < 500; count++) links.near.send(new Uint8Array(1_000))
    links.near.close({ kind: 'shutdown', detail: 'enough' })
    links.near.close()
    links.far.send(Uint8Array.of(1)) // too late
    expect(await far.ended).toEqual({ kind: 'shutdown', detail: 'enough' })
    expect(await near.ended).toEqual({ kind: 'shutdown', detail: 'enough' })
    expect(far.frames).toHaveLength(500)
    expect(far.order.at(-1)).toBe('closed')
    links.far.close()
    expect([near.closed.length, far.closed.length]).toEqual([1, 1])
    expect([links.near.send(Uint8Array.of(1)), links.far.send(Uint8Array.of(1))]).toEqual([true, true])
  })

  it('says that it is closed to those who open it afterwards, after the frames from before', async () => {
    let heard: (() => void) | undefined
    const ended = new Promise<void>((resolve) => (heard = resolve))
    await using links = await pair({}, { onClosed: () => heard?.() })
    links.near.send(Uint8Array.of(1))
    links.near.close()
    await ended
    const ear = new Ear(links.far)
    expect(ear.order).toEqual(['frame 1', 'closed'])
    expect(ear.closed).toEqual([{ kind: 'normal' }])
  })

  it('says to wait above its high-water mark, and when there is room again', async () => {
    await using links = await pair()
    const [near, far] = [new Ear(links.near), new Ear(links.far)]
    expect(links.near.send(new Uint8Array(1_000))).toBe(true)
    let sent = 1
    while (links.near.send(new Uint8Array(100_000))) sent++
    expect(sent).toBeLessThan(50) // 5 MB
    await near.until(() => near.drains > 0)
    expect(links.near.send(new Uint8Array(1_000))).toBe(true)
    await far.until(() => far.frames.length === sent + 2)
    expect(near.drains).toBe(1)
  })

  it('says when there is room again, also when something small was sent between the two marks', async () => {
    await using links = await pair()
    let heard: () => void = () => {}
    const drained = new Promise<void>((resolve) => (heard = resolve))
    links.far.open({ frame: () => links.far.send(Uint8Array.of(1)), drain: () => {}, closed: () => {} })
    links.near.open({
      frame: () => {
        if (small++ < 100) links.near.send(Uint8Array.of(2)) // as core sends credits, however full the link is
      },
      drain: heard,
      closed: () => {},
    })
    let small = 0
    while (links.near.send(new Uint8Array(100_000)));
    await drained
  })

  it('carries megabytes both ways at once', async () => {
    await using links = await pair()
    const ears = [new Ear(links.near), new Ear(links.far)]
    for (let count = 0; count < 10; count++) {
      links.near.send(new Uint8Array(MEGABYTE).fill(count))
      links.far.send(new Uint8Array(MEGABYTE).fill(count))
    }
    for (const ear of ears) {
      await ear.until(() => ear.frames.length === 10)
      expect(ear.frames.every((frame, index) => frame.length === MEGABYTE && frame[MEGABYTE - 1] === index)).toBe(true)
    }
  })

  it('ends with an error when it is given a frame over its limit', async () => {
    await using links = await pair({ maxFrame: 1_000 })
    const [near, far] = [new Ear(links.near), new Ear(links.far)]
    links.near.send(new Uint8Array(1_000))
    links.near.send(new Uint8Array(1_001))
    for (const ear of [near, far]) {
      expect(await ear.ended).toMatchObject({
        kind: 'error',
        error: { message: 'a frame of 1001 bytes for far: the limit (maxFrame) is 1000' },
      })
    }
    expect(far.frames).toHaveLength(1)
  })

  it('carries notes in order with frames, errors and their causes included', async () => {
    const heard: (Note | number)[] = []
    await using links = await pair({}, { onNote: (note) => heard.push(note) })
    const error = new TypeError('outer', { cause: new RangeError('inner') })
    links.near.send(Uint8Array.of(1))
    links.near.note({ kind: 'uncaught', error })
    links.near.close({ kind: 'error', error })
    const ear = new Ear(links.far)
    const reason = await ear.ended
    expect(heard).toHaveLength(1)
    for (const arrived of [heard[0], reason]) {
      const { error: copy } = arrived as { error: Error }
      expect(copy).toBeInstanceOf(Error)
      expect([copy.name, copy.message, copy.stack]).toEqual(['TypeError', 'outer', error.stack])
      expect(copy.cause).toMatchObject({ name: 'RangeError', message: 'inner' })
    }
  })
})

describe('stream link', () => {
  it('is disconnected when the other end goes without a word, after the last whole frame', async () => {
    await using links = await streamPair()
    const ear = new Ear(links.near)
    links.sockets.far.end(Buffer.from([1, 0, 0, 0, 42, 100, 0, 0, 0, 1, 2, 3]))
    expect(await ear.ended).toEqual({ kind: 'disconnected', node: 'far' })
    expect(ear.frames).toEqual([Uint8Array.of(42)])
  })

  it('is disconnected when the connection is cut while it sends', async () => {
    await using links = await streamPair()
    const ear = new Ear(links.near)
    links.near.send(new Uint8Array(5 * MEGABYTE))
    links.sockets.far.destroy()
    expect(await ear.ended).toEqual({ kind: 'disconnected', node: 'far' })
  })

  it('ends with an error when a frame over the limit arrives', async () => {
    await using links = await streamPair({}, { maxFrame: 1_000 })
    const [near, far] = [new Ear(links.near), new Ear(links.far)]
    links.near.send(new Uint8Array(1_001))
    expect(await far.ended).toMatchObject({
      kind: 'error',
      error: { message: 'a frame of 1001 bytes arrived: the limit (maxFrame) is 1000' },
    })
    expect(await near.ended).toEqual({ kind: 'disconnected', node: 'far' })
  })

  it('writes once for all that one turn sends', async () => {
    await using links = await streamPair()
    const ear = new Ear(links.far)
    let chunks = 0
    links.sockets.far.on('data', () => chunks++)
    for (let count = 0; count < 50; count++) links.near.send(new Uint8Array(20))
    await ear.until(() => ear.frames.length === 50)
    expect(chunks).toBe(1)
  })

  it('writes at once, when told to, what is on its way and what is queued, and then each frame', () => {
    const stalled = new PassThrough({ writableHighWaterMark: 1 })
    stalled._write = () => {} // takes a write, and never confirms it
    const link = new StreamLink(stalled, { peer: 'nobody' })
    const written: number[] = []
    const write = (piece: Uint8Array) => written.push(...piece)
    link.send(Uint8Array.of(1, 2, 3))
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      link.send(Uint8Array.of(4))
      link.sendAtOnce(2, write) // of the first frame 2 bytes are untaken
      link.send(Uint8Array.of(5))
      expect(written).toEqual([2, 3, 1, 0, 0, 0, 4, 1, 0, 0, 0, 5])
      stalled.destroy()
      return once(stalled, 'close')
    })
  })
})

describe('port link', () => {
  it('is disconnected when the other port is closed without a word', async () => {
    await using links = await portPair()
    const ear = new Ear(links.near)
    links.far.send(Uint8Array.of(1))
    await links[Symbol.asyncDispose]()
    expect(await ear.ended).toEqual({ kind: 'disconnected', node: 'far' })
  })

  it('moves the bytes of a large frame', async () => {
    await using links = await portPair()
    const ear = new Ear(links.far)
    const frame = new Uint8Array(10_000)
    links.near.send(frame)
    expect(frame.byteLength).toBe(0)
    await ear.until(() => ear.frames.length === 1)
  })
})
