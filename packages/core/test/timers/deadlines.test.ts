import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { Deadlines, Expiring } from '../../src/timers/deadlines.ts'

class Item extends Expiring {
  readonly name: string
  readonly #expired: (name: string) => void

  constructor(name: string, expired: (name: string) => void) {
    super()
    this.name = name
    this.#expired = expired
  }

  expire(): void {
    this.#expired(this.name)
  }
}

function setUp(): {
  clock: ManualClock
  deadlines: Deadlines
  expired: [string, number][]
  add: (name: string, timeout: number) => Item
} {
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock)
  const expired: [string, number][] = []
  const add = (name: string, timeout: number): Item => {
    const item = new Item(name, () => expired.push([name, clock.now()]))
    deadlines.add(item, timeout)
    return item
  }
  return { clock, deadlines, expired, add }
}

describe('deadlines', () => {
  it('expire each item once, at its own time', async () => {
    const { clock, expired, add } = setUp()
    add('a', 100)
    await clock.advance(40)
    add('b', 100)
    add('c', 10)
    await clock.advance(1_000)
    expect(expired).toEqual([
      ['c', 50],
      ['a', 100],
      ['b', 140],
    ])
  })

  it('expire nothing early', async () => {
    const { clock, expired, add } = setUp()
    add('a', 100)
    await clock.advance(99)
    expect(expired).toEqual([])
    await clock.advance(1)
    expect(expired).toEqual([['a', 100]])
  })

  it('never expire what was taken off, wherever it stands in its list', async () => {
    const { clock, deadlines, expired, add } = setUp()
    const [first, , third, , last] = ['a', 'b', 'c', 'd', 'e'].map((name) => add(name, 10))
    for (const item of [first, third, last]) if (item !== undefined) deadlines.remove(item)
    if (first !== undefined) deadlines.remove(first)
    await clock.advance(20)
    expect(expired.map(([name]) => name)).toEqual(['b', 'd'])
  })

  it('use one timer for all items of equal timeout', () => {
    const { clock, add } = setUp()
    for (let n = 0; n < 1_000; n++) add(`${n}`, 5_000)
    expect(clock.pending).toBe(1)
    add('other', 100)
    expect(clock.pending).toBe(2)
  })

  it('leave no timer behind once their items are gone and the time is over', async () => {
    const { clock, deadlines, add } = setUp()
    for (let n = 0; n < 10; n++) deadlines.remove(add(`${n}`, 10 * n))
    await clock.advance(200)
    expect(clock.pending).toBe(0)
  })

  it('take in an item that another one adds while it expires', async () => {
    const { clock, deadlines, expired } = setUp()
    const note = (name: string): void => void expired.push([name, clock.now()])
    const second = new Item('second', note)
    deadlines.add(new Item('first', (name) => (note(name), deadlines.add(second, 10))), 10)
    await clock.advance(100)
    expect(expired).toEqual([
      ['first', 10],
      ['second', 20],
    ])
    expect(clock.pending).toBe(0)
  })

  it('take off an item that expires at the same time', async () => {
    const { clock, deadlines, expired, add } = setUp()
    let second: Item | null = null
    deadlines.add(new Item('first', () => second !== null && deadlines.remove(second)), 10)
    second = add('second', 10)
    await clock.advance(100)
    expect(expired).toEqual([])
  })

  it('do not expire an item when its timer fires too early', async () => {
    let now = 0
    const fires: (() => void)[] = []
    const clock: Clock = {
      now: () => now,
      wallTime: () => now,
      start: (_ms, fire) => (fires.push(fire), { cancel: () => undefined, hold: () => undefined }),
    }
    const deadlines = new Deadlines(clock)
    let expired = false
    deadlines.add(new Item('a', () => (expired = true)), 10)
    now = 9.5
    fires.shift()?.()
    expect(expired).toBe(false)
    now = 10.5
    fires.shift()?.()
    expect(expired).toBe(true)
  })

  it('keep the program running only while something waits', () => {
    const holds: boolean[] = []
    const clock: Clock = {
      now: () => 0,
      wallTime: () => 0,
      start: () => ({ cancel: () => undefined, hold: (keeps) => holds.push(keeps) }),
    }
    const deadlines = new Deadlines(clock)
    const item = new Item('a', () => undefined)
    deadlines.add(item, 10)
    deadlines.remove(item)
    deadlines.add(item, 10)
    expect(holds).toEqual([false, true])
  })

  it('arm no timer any more once they are closed', async () => {
    const { clock, deadlines, expired, add } = setUp()
    add('a', 10)
    deadlines.close()
    expect(clock.pending).toBe(0)
    deadlines.remove(add('b', 10))
    add('c', 10)
    expect(clock.pending).toBe(0)
    await clock.advance(100)
    expect(expired).toEqual([])
  })

  it('expire exactly what waits, for any mix of adding, taking off and waiting', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant<'add'>('add'), timeout: fc.constantFrom(0, 5, 10, 25) }),
        fc.record({ do: fc.constant<'remove'>('remove'), index: fc.nat(30) }),
        fc.record({ do: fc.constant<'wait'>('wait'), ms: fc.constantFrom(1, 5, 12) }),
      ),
      { maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { clock, deadlines, expired, add } = setUp()
        const items: { item: Item; due: number; removed: number | null }[] = []
        for (const step of all) {
          if (step.do === 'add')
            items.push({ item: add(`${items.length}`, step.timeout), due: clock.now() + step.timeout, removed: null })
          else if (step.do === 'wait') await clock.advance(step.ms)
          else {
            const chosen = items[step.index]
            if (chosen !== undefined && chosen.removed === null) {
              deadlines.remove(chosen.item)
              chosen.removed = clock.now()
            }
          }
        }
        await clock.advance(100)
        const expected = items.filter(
          ({ item, due, removed }) => removed === null || expired.some(([name]) => name === item.name && due <= removed),
        )
        expect(expired.map(([name, at]) => [name, at])).toHaveLength(expected.length)
        for (const { item, due } of expected) expect(expired).toContainEqual([item.name, due])
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
