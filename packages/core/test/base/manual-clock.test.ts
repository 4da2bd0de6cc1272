import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'

describe('manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = new ManualClock()
    let fired = 0
    clock.start(1, () => fired++)
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect([clock.now(), clock.wallTime(), fired]).toEqual([0, 0, 0])
    await clock.advance(1)
    expect([clock.now(), clock.wallTime(), fired]).toEqual([1, 1, 1])
  })

  it('fires in the order of deadlines, equal ones in the order started', async () => {
    const clock = new ManualClock()
    const fired: [string, number][] = []
    const note = (name: string) => (): void => void fired.push([name, clock.now()])
    clock.start(20, note('c'))
    clock.start(10, note('a'))
    clock.start(20, note('d'))
    clock.start(10, note('b'))
    await clock.advance(30)
    expect(fired).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 20],
      ['d', 20],
    ])
    expect(clock.now()).toBe(30)
  })

  it('fires at exactly its deadline and not before', async () => {
    const clock = new ManualClock()
    let fired = false
    clock.start(100, () => (fired = true))
    await clock.advance(99.9)
    expect(fired).toBe(false)
    await clock.advance(0.1)
    expect(fired).toBe(true)
  })

  it('fires what a timer started when that falls due on the way', async () => {
    const clock = new ManualClock()
    const at: number[] = []
    const beat = (): void => {
      at.push(clock.now())
      if (at.length < 4) clock.start(10, beat)
    }
    clock.start(10, beat)
    await clock.advance(35)
    expect(at).toEqual([10, 20, 30])
    await clock.advance(5)
    expect(at).toEqual([10, 20, 30, 40])
  })

  it('lets promises run between two timers', async () => {
    const clock = new ManualClock()
    const steps: string[] = []
    clock.start(1, () => void Promise.resolve().then(() => steps.push('promise of the first')))
    clock.start(2, () => void steps.push('second'))
    await clock.advance(5)
    expect(steps).toEqual(['promise of the first', 'second'])
  })

  it('fires nothing that was canceled, also by another timer', async () => {
    const clock = new ManualClock()
    let fired = false
    const late = clock.start(2, () => (fired = true))
    clock.start(1, () => late.cancel())
    expect(clock.pending).toBe(2)
    await clock.advance(5)
    expect([fired, clock.pending]).toEqual([false, 0])
    late.cancel()
  })

  it('refuses to go back', async () => {
    await expect(new ManualClock().advance(-1)).rejects.toThrow(RangeError)
    await expect(new ManualClock().advance(Number.NaN)).rejects.toThrow(RangeError)
  })
})
