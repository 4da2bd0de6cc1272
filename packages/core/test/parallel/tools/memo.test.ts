import { describe, expect, expectTypeOf, it } from 'vitest'
import { ManualClock } from '../../../src/transport/index.ts'
import { type SharedMemo, createMemo, memo, task } from '../../../src/parallel/index.ts'
import { inline } from '../../support/actors.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'

/** Counts how often it runs. Tasks have no state; this one is for tests. */
const runs: unknown[][] = []
const slowSquare = task({
  name: 'slowSquare',
  module: import.meta.url,
  run: async (x: number) => {
    runs.push([x])
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (x < 0) throw new RangeError(`no square of ${x}`)
    return { square: x * x }
  },
})

describe('memo', () => {
  it('computes once what many ask for at the same time, and later not again', async () => {
    let count = 0
    const square = memo(async (x: number) => {
      await Promise.resolve()
      count++
      return x * x
    })
    expectTypeOf(square).parameters.toEqualTypeOf<[x: number]>()
    expect(await Promise.all([square(3), square(3), square(3), square(4)])).toEqual([9, 9, 9, 16])
    expect(await square(3)).toBe(9)
    expect([count, square.info()]).toEqual([2, { hits: 3, misses: 2, size: 2, max: 128 }])
    expect([square.delete(3), square.delete(3)]).toEqual([true, false])
    await square(3)
    square.clear()
    expect([count, square.info()]).toEqual([3, { hits: 0, misses: 0, size: 0, max: 128 }])
  })

  it('keeps no error: all who wait get it, the next one tries again', async () => {
    let count = 0
    const work = memo(() => {
      if (++count === 1) throw new Error('not yet')
      return 'done'
    })
    const results = await Promise.allSettled([work(), work()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([await work(), await work(), count]).toEqual(['done', 'done', 2])
  })

  it('drops the least recently used of more than max', async () => {
    const seen: number[] = []
    const work = memo((x: number) => seen.push(x), { max: 2 })
    for (const x of [1, 2, 1, 3, 1, 2]) await work(x)
    expect(seen).toEqual([1, 2, 3, 2])
  })

  it('lets a result count for its time only', async () => {
    const clock = new ManualClock()
    let count = 0
    const work = memo(() => ++count, { ttl: 100, clock })
    expect([await work(), await work()]).toEqual([1, 1])
    await clock.advance(99)
    expect(await work()).toBe(1)
    await clock.advance(1)
    expect(await work()).toBe(2)
  })

  it('tells calls apart by the content of their arguments, or as it is told', async () => {
    let count = 0
    const work = memo((..._args: unknown[]) => ++count)
    await work({ a: [1] }, 'x')
    expect(await work({ a: [1] }, 'x')).toBe(1)
    for (const args of [[1], ['1'], [1n], [[1]], [undefined], [null], []]) await work(...args)
    expect(count).toBe(8)
    await expect(work(() => 1)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    const first = memo((x: number, _rest: () => void) => x, { key: (x) => String(x) })
    expect(await first(1, () => undefined)).toBe(1)
  })

  it.each([{ max: 0 }, { max: 1.5 }, { ttl: -1 }, { ttl: Number.NaN }])('refuses %o', (options) => {
    expect(() => memo(() => 1, options)).toThrow(RangeError)
  })
})

describe('a shared memo', () => {
  it('computes once for all who were sent it, and gives snapshots', async () => {
    const User = inline(() => ({ use: (square: SharedMemo<[number], { square: number }>) => square.call(7) }), 'User')
    runs.length = 0
    await using system = testSystem({ checkMessages: true })
    const square = createMemo(system, slowSquare)
    const users = Array.from({ length: 5 }, () => system.spawn(User))
    const results = await Promise.all([...users.map((user) => user.ask('use', square)), square.call(7), square.call(8)])
    expect(results.map((result) => result.square)).toEqual([49, 49, 49, 49, 49, 49, 64])
    expect(runs).toEqual(expect.arrayContaining([[7], [8]]))
    expect(runs).toHaveLength(2)
    expect(Object.isFrozen(await square.call(7))).toBe(true)
    expect(await square.info()).toEqual({ hits: 6, misses: 2, size: 2, max: 128 })
    expect([await square.delete(7), await square.delete(7)]).toEqual([true, false])
    await square.clear()
    expect((await square.info()).size).toBe(0)
  })

  it('keeps no error, and goes on', async () => {
    await using system = testSystem()
    const square = createMemo(system, slowSquare)
    await expect(Promise.all([square.call(-1), square.call(-1)])).rejects.toThrow(new RangeError('no square of -1'))
    expect((await square.info()).size).toBe(0)
    await expect(square.call((() => 1) as never)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    expect(await square.call(2)).toEqual({ square: 4 })
    expect(() => createMemo(system, ((x: number) => x) as never)).toThrow(/takes a task/)
    expect(() => createMemo(system, slowSquare, { max: -1 })).toThrow(RangeError)
  })

  it('counts time by its system, and ends with a reason', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const square = createMemo(system, slowSquare, { ttl: 10 })
    await square.call(1)
    await clock.advance(10)
    await square.call(1)
    expect((await square.info()).misses).toBe(2)
    const pending = square.call(3)
    square.ref.kill()
    await expect(pending).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
  })
})
