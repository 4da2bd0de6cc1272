import { ManualClock, memoryTransport } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { withFaults } from '../src/fault-link.ts'
import { Faults } from '../src/faults.ts'
import { describeLinks } from '../src/links/describe-links.ts'
import { join, listenTo } from '../src/links/pair.ts'

let current = memoryTransport()

describe('a link wrapped without faults', () => {
  describeLinks({
    listener: () => {
      current = memoryTransport()
      return withFaults(current.listener, new Faults())
    },
    connector: () => withFaults(current.connector, new Faults()),
  })
})

/** Two ends over memory, the near one wrapped. */
function wrapped(faults: Faults) {
  const { listener, connector } = memoryTransport()
  return join({ listener, connector: withFaults(connector, faults) })
}

const bytes = (n: number): Uint8Array => Uint8Array.of(n, n, n, n)

describe('a wrapped link', () => {
  it.each([
    ['duplicate', [1, 2, 2, 3]],
    ['reorder', [1, 3, 2]],
    ['lose', [1, 3]],
  ] as const)('does what it is told: %s', async (kind, arrived) => {
    const faults = new Faults()
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    near.link.send(bytes(1))
    faults.next(kind)
    near.link.send(bytes(2))
    near.link.send(bytes(3))
    const frames = await far.count(arrived.length)
    expect(frames.map((frame) => frame[0])).toEqual(arrived)
    expect(faults.log).toEqual(['seed 1', `out: ${kind}`])
  })

  it('flips one bit, or leaves the end off', async () => {
    const faults = new Faults({ seed: 4 })
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    faults.next('corrupt')
    near.link.send(new Uint8Array(100))
    faults.next('truncate')
    near.link.send(new Uint8Array(100))
    const [corrupt = [], truncated = []] = await far.count(2)
    expect([...corrupt].filter((byte) => byte !== 0)).toHaveLength(1)
    expect(truncated.length).toBeLessThan(100)
  })

  it('falls silent in one direction, and what waited arrives when it heals', async () => {
    const faults = new Faults()
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    faults.halfOpen('out')
    near.link.send(bytes(1))
    far.link.send(bytes(2))
    await near.count(1)
    expect(far.frames).toHaveLength(0)
    faults.heal()
    expect((await far.count(1))[0]?.[0]).toBe(1)
  })

  it('is lost at both ends when it is cut', async () => {
    const faults = new Faults()
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    faults.cut()
    expect((await near.closed).kind).toBe('disconnected')
    await far.closed
    expect(faults.open).toBe(0)
  })

  it('does the same for the same seed', async () => {
    const run = async (seed: number): Promise<readonly string[]> => {
      const faults = new Faults({ seed, rates: { lose: 0.2, duplicate: 0.2, corrupt: 0.2 } })
      await using joined = await wrapped(faults)
      const near = listenTo(joined.near)
      for (let n = 0; n < 50; n++) near.link.send(bytes(n))
      return faults.log
    }
    expect(await run(3)).toEqual(await run(3))
    expect(await run(3)).not.toEqual(await run(5))
  })

  it('takes its time, by its clock, and keeps the order', async () => {
    const clock = new ManualClock()
    const faults = new Faults({ delay: [5, 50], clock })
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    for (let n = 0; n < 20; n++) near.link.send(bytes(n))
    await clock.advance(4)
    expect(far.frames).toHaveLength(0)
    await clock.advance(46)
    const frames = await far.count(20)
    expect(frames.map((frame) => frame[0])).toEqual(frames.map((_, n) => n))
  })

  it('says to wait while its peer reads nothing, and when there is room again', async () => {
    const faults = new Faults()
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    faults.halfOpen('out')
    let sent = 1
    while (sent < 1_000 && near.link.send(new Uint8Array(65_536))) sent++
    expect(sent * 65_536).toBeLessThan(2_000_000)
    expect(near.drains()).toBe(0)
    faults.heal()
    await far.count(sent)
    expect(near.drains()).toBe(1)
  })

  it('ends at this end though it is silent, and at the other when it heals', async () => {
    const faults = new Faults()
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    faults.halfOpen()
    near.link.send(bytes(1))
    near.link.close()
    await near.closed
    expect([far.closings(), faults.open]).toEqual([0, 1])
    faults.heal()
    await far.closed
    expect(far.frames).toHaveLength(1)
    expect([near.closings(), far.closings(), faults.open]).toEqual([1, 1, 0])
  })

  it('leaves no timer behind when it ends before its frames were due', async () => {
    const clock = new ManualClock()
    const faults = new Faults({ delay: 100, clock })
    await using joined = await wrapped(faults)
    const near = listenTo(joined.near)
    const far = listenTo(joined.far)
    for (let n = 0; n < 3; n++) near.link.send(bytes(n))
    faults.cut()
    await Promise.all([near.closed, far.closed])
    expect([clock.pending, far.frames.length, faults.open]).toEqual([0, 0, 0])
  })
})
