/**
 * What a link promises by itself, before any system uses it.
 */
import { describe, expect, it } from 'vitest'
import type { Link } from '@troupe/core/transport'
import { join, listenTo, openPair } from './pair.ts'
import type { TransportUnderTest } from './transport-under-test.ts'

const SIZES = [1, 2, 63, 1_024, 65_535, 65_536, 1_048_576]

export function describeLinks(transport: TransportUnderTest): void {
  const lacks = new Set(transport.lacks ?? [])
  describe('a link', () => {
    it('says who its peer is', async () => {
      await using joined = await join(transport)
      const ends = [listenTo(joined.near), listenTo(joined.far)]
      for (const { link } of ends) expect(link.peer).not.toBe('')
      expect(joined.address).not.toBe('')
    })

    it.each(SIZES)('carries a frame of %i bytes exactly', async (size) => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      const far = listenTo(joined.far)
      near.link.send(pattern(size, 7))
      const [frame] = await far.count(1)
      expect(same(frame, pattern(size, 7))).toBe(true)
    })

    it('carries frames whole, in order, both ways at once', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      const far = listenTo(joined.far)
      for (let index = 0; index < 500; index++) {
        near.link.send(pattern(1 + (index % 300), index))
        far.link.send(pattern(1 + (index % 200), index + 1))
      }
      const [there, back] = await Promise.all([far.count(500), near.count(500)])
      for (let index = 0; index < 500; index++) {
        expect(same(there[index], pattern(1 + (index % 300), index))).toBe(true)
        expect(same(back[index], pattern(1 + (index % 200), index + 1))).toBe(true)
      }
    })

    it('keeps frames that came before it was opened', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      for (let index = 0; index < 10; index++) near.link.send(pattern(20, index))
      await turn()
      const frames = await listenTo(joined.far).count(10)
      frames.forEach((frame, index) => expect(same(frame, pattern(20, index))).toBe(true))
    })

    it('hands over frames that belong to their receiver', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      const far = listenTo(joined.far)
      near.link.send(pattern(100, 1))
      const [first] = await far.count(1)
      first?.fill(0)
      near.link.send(pattern(100, 2))
      const frames = await far.count(2)
      expect(same(frames[1], pattern(100, 2))).toBe(true)
      expect(first?.every((byte) => byte === 0)).toBe(true)
    })

    it.each(['near', 'far'] as const)('closed at the %s end closes both, once, after what was sent', async (side) => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      const far = listenTo(joined.far)
      const [closer, other] = side === 'near' ? [near, far] : [far, near]
      for (let index = 0; index < 100; index++) closer.link.send(pattern(1_000, index))
      closer.link.close()
      closer.link.close()
      await Promise.all([near.closed, far.closed])
      expect(other.frames.length).toBe(100)
      await turn()
      expect([near.closings(), far.closings()]).toEqual([1, 1])
    })

    it('takes no harm from what is sent after its end', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      const far = listenTo(joined.far)
      near.link.close()
      await Promise.all([near.closed, far.closed])
      expect(() => near.link.send(pattern(10, 1))).not.toThrow()
      expect(() => far.link.send(pattern(10, 1))).not.toThrow()
      expect(() => far.link.close()).not.toThrow()
    })

    it('works beside others of the same listener', async () => {
      const pair = openPair(transport)
      const accepted: Link[] = []
      const bound = await pair.listener.listen((link) => accepted.push(link))
      const connector = pair.connectorTo(bound.address)
      const near = await Promise.all([1, 2, 3].map(() => connector.connect(new AbortController().signal)))
      const ends = near.map((link) => listenTo(link))
      const others = await until(() => (accepted.length === 3 ? accepted.map((link) => listenTo(link)) : null))
      ends.forEach(({ link }, index) => void link.send(pattern(10, index)))
      for (const other of others) await other.count(1)
      const heard = new Set(others.map(({ frames }) => frames[0]?.[0]))
      expect(heard).toEqual(new Set(ends.map((_, index) => pattern(10, index)[0])))
      for (const { link } of ends) link.close()
      await Promise.all([...ends, ...others].map(({ closed }) => closed))
      await bound.close()
    })

    it('stays open when its listener closes', async () => {
      const pair = openPair(transport)
      let far: Link | null = null
      const bound = await pair.listener.listen((link) => (far = link))
      const near = listenTo(await pair.connectorTo(bound.address).connect(new AbortController().signal))
      const other = listenTo(await until(() => far))
      const closing = bound.close()
      near.link.send(pattern(5, 1))
      await other.count(1)
      near.link.close()
      await Promise.all([near.closed, other.closed, closing])
    })

    it.skipIf(lacks.has('backpressure'))('says when it is full, and when there is room again', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      let sent = 0
      while (sent < 1_000 && near.link.send(pattern(65_536, sent))) sent++
      expect(sent).toBeLessThan(1_000)
      const far = listenTo(joined.far)
      await far.count(sent + 1)
      await until(() => (near.drains() > 0 ? true : null))
    })

    it.skipIf(lacks.has('backpressure'))('says that there is room again though more was sent meanwhile', async () => {
      await using joined = await join(transport)
      const near = listenTo(joined.near)
      let sent = 0
      while (sent < 1_000 && near.link.send(pattern(65_536, sent))) sent++
      const far = listenTo(joined.far)
      for (let count = 1; count <= sent + 1; count++) {
        await far.count(count)
        near.link.send(pattern(1, count)) // as control overtakes data that waits
      }
      await until(() => (near.drains() > 0 ? true : null))
    })

    it.skipIf(lacks.has('refusal'))('is not made where nobody listens', async () => {
      const pair = openPair(transport)
      const bound = await pair.listener.listen((link) => link.close())
      await bound.close()
      await expect(pair.connectorTo(bound.address).connect(new AbortController().signal)).rejects.toThrow()
    })

    it('is not made when the call was aborted', async () => {
      const pair = openPair(transport)
      const bound = await pair.listener.listen((link) => link.close())
      await expect(pair.connectorTo(bound.address).connect(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
      await bound.close()
    })
  })
}

/** Bytes that tell where they belong. */
function pattern(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let index = 0; index < size; index++) bytes[index] = (index * 31 + seed * 17) & 0xff
  return bytes
}

/** Quicker than toEqual for a megabyte. */
function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && one.length === other.length && one.every((byte, index) => byte === other[index])
}

/** The event loop turns until there is a value; a test's own time limit bounds it. */
async function until<Value>(look: () => Value | null): Promise<Value> {
  for (;;) {
    const value = look()
    if (value !== null) return value
    await turn()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
