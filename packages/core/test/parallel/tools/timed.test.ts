import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/transport/index.ts'
import { type Timing, timed } from '../../../src/parallel/index.ts'

describe('timed', () => {
  it('measures calls, those that fail too, and changes nothing else', () => {
    let now = 0
    const clock = { now: () => now }
    const timings: Timing[] = []
    const work = timed(
      function work(ms: number) {
        now += ms
        if (ms === 5) throw new Error('five')
        return ms * 2
      },
      { clock, report: (timing) => timings.push(timing) },
    )
    expect(work.name).toBe('work')
    expect(work.stats()).toEqual({ calls: 0, failures: 0, total: 0, mean: 0, min: 0, max: 0 })
    expect([work(1), work(3)]).toEqual([2, 6])
    expect(() => work(5)).toThrow('five')
    expect(work.stats()).toEqual({ calls: 3, failures: 1, total: 9, mean: 3, min: 1, max: 5 })
    expect(timings.map(({ name, milliseconds, outcome }) => `${name} ${milliseconds} ${outcome}`)).toEqual([
      'work 1 done',
      'work 3 done',
      'work 5 failed',
    ])
  })

  it('measures a promise up to its end', async () => {
    const clock = new ManualClock()
    let finish = (): void => undefined
    const work = timed(async () => new Promise<void>((resolve) => (finish = resolve)), { clock, name: 'wait' })
    const done = work()
    await clock.advance(10)
    expect(work.stats().calls).toBe(0)
    finish()
    await done
    expect(work.stats()).toMatchObject({ calls: 1, total: 10 })
    const failing = timed(() => Promise.reject(new Error('no')))
    await expect(failing()).rejects.toThrow('no')
    expect(failing.stats().failures).toBe(1)
  })

  it('is not disturbed by its report', () => {
    const work = timed(() => 1, {
      report: () => {
        throw new Error('a bad report')
      },
    })
    expect(work()).toBe(1)
    expect(() => timed(1 as never)).toThrow(TypeError)
  })
})
