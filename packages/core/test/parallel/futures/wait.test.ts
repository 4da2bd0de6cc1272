import { describe, expect, expectTypeOf, it } from 'vitest'
import { ManualClock } from '../../../src/base/manual-clock.ts'
import { type Future, FutureTimeoutError, asCompleted, wait } from '../../../src/parallel/index.ts'
import { Future as MakeFuture, fulfilFuture, rejectFuture } from '../../../src/parallel/futures/future.ts'
import { rejection, turns } from '../../support/waiting.ts'

const clock = new ManualClock()
const futures = (count: number): Future<unknown>[] =>
  Array.from({ length: count }, () => {
    const future: Future<unknown> = new MakeFuture({
      clock,
      isRunning: () => false,
      cancel: (reason) => rejectFuture(future, reason, 'cancelled', 'quiet'),
    })
    return future
  })

describe('a future', () => {
  it('knows its state, and is cancelled once', async () => {
    const [one, two] = futures(2) as [Future<unknown>, Future<unknown>]
    expect([one.state, one.done]).toEqual(['pending', false])
    fulfilFuture(one, 1)
    expect([one.state, one.done, one.cancel()]).toEqual(['fulfilled', true, false])
    expect(await one).toBe(1)
    expect([two.cancel('why'), two.state, two.cancel()]).toEqual([true, 'cancelled', true])
    expect(await rejection(two)).toBe('why')
  })

  it('is a promise whose reactions are plain promises', async () => {
    const [one] = futures(1) as [Future<unknown>]
    fulfilFuture(one, 1)
    expect(one).toBeInstanceOf(Promise)
    expect(one.then(() => 2).constructor).toBe(Promise)
  })
})

describe('wait', () => {
  it.each([
    ['first-completed', 1, 0, [0]],
    ['first-exception', 2, 1, [0, 1]],
    ['all-completed', 3, 1, [0, 1, 2]],
  ] as const)('%s', async (until, settle, failing, done) => {
    const all = futures(3)
    const waiting = wait(all, { until })
    for (const [index, future] of all.slice(0, settle).entries()) {
      await turns(1)
      if (index === failing && until === 'first-exception') rejectFuture(future, new Error('no'), 'rejected')
      else fulfilFuture(future, index)
    }
    const result = await waiting
    expect([...result.done]).toEqual(done.map((index) => all[index]))
    expect(result.pending.size).toBe(3 - done.length)
  })

  it('ends at its timeout with what there is', async () => {
    const all = futures(2)
    fulfilFuture(all[0] as Future<unknown>, 1)
    const waiting = wait(all, { timeout: 100 })
    void clock.advance(100)
    expect((await waiting).done.size).toBe(1)
    expect((await wait(all, { timeout: 0 })).pending.size).toBe(1)
    expect(await wait([])).toEqual({ done: new Set(), pending: new Set() })
    expect(await rejection(wait(all, { timeout: -1 }))).toBeInstanceOf(RangeError)
    expect(await rejection(wait([1 as never]))).toBeInstanceOf(TypeError)
  })
})

describe('asCompleted', () => {
  it('yields each future once, in the order in which they settle', async () => {
    const all = futures(3)
    const seen: number[] = []
    fulfilFuture(all[2] as Future<unknown>, 2)
    const reading = (async () => {
      for await (const future of asCompleted([...all, ...all])) {
        expectTypeOf(future).toEqualTypeOf<Future<unknown>>()
        seen.push(all.indexOf(future))
      }
    })()
    await turns(1)
    rejectFuture(all[0] as Future<unknown>, new Error('no'), 'rejected')
    await turns(1)
    fulfilFuture(all[1] as Future<unknown>, 1)
    await reading
    expect(seen).toEqual([2, 0, 1])
  })

  it('rejects at its timeout, saying how many are left', async () => {
    const completed = asCompleted(futures(2), { timeout: 50 })
    const step = completed.next()
    void clock.advance(50)
    const error = await rejection(step)
    expect(error).toBeInstanceOf(FutureTimeoutError)
    expect(error).toHaveProperty('message', '2 of 2 futures were not done within 50 ms')
    expect(() => asCompleted([], { timeout: -1 })).toThrow(RangeError)
  })
})
