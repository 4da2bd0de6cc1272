/**
 * What ends or hangs pools elsewhere: errors with constructors of their own, random deaths, loops at the end, pools in pools.
 */
import { RemoteError } from '@troupe/core'
import { PoolClosedError, WorkerDiedError, bind, createPool, sharedArray } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import * as hard from '../../fixtures/hard-tasks.ts'
import * as tasks from '../../fixtures/pool-tasks.ts'
import { testSystem } from '../../support.ts'
import { farTask, kinds, thread } from '../../workers.ts'

const square = farTask(tasks.square)
const loop = farTask(tasks.loop)
const numbers = (count: number): number[] => Array.from({ length: count }, (_, x) => x)
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )

describe.each(kinds)('a pool of workers: %s', (kind, worker) => {
  it('hands on errors whose constructors want arguments of their own, and goes on', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker() })
    const throwOdd = farTask(hard.throwOdd)
    const known = await rejection(pool.run(throwOdd, 'known'))
    expect(known).toBeInstanceOf(hard.KnownOddError)
    expect(known).toMatchObject({ message: 'ODD', code: 7 })
    const unknown = await rejection(pool.run(throwOdd, 'unknown'))
    expect(unknown).toBeInstanceOf(RemoteError)
    expect(unknown).toMatchObject({ message: 'ODD', code: 7, className: 'OddError' })
    expect(await pool.run(square, 3)).toBe(9)
  })

  it('settles each call with its own outcome while workers die in the midst of them', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker(), maxRestarts: 100 })
    const risky = farTask(hard.risky)
    const items = numbers(80)
    const collected = pool.map(risky, items, { chunkSize: 7, onError: 'collect' })
    const calls = Promise.allSettled(items.map((x) => pool.run(risky, x)))
    for (const results of [await calls, await collected]) {
      expect(results).toHaveLength(items.length)
      for (const [x, result] of results.entries()) {
        if (result.status === 'fulfilled') expect(result.value).toBe(x * x)
        else expect(result.reason).toBeInstanceOf(WorkerDiedError)
      }
      expect(items.filter((x) => x % 40 === 39).every((x) => results[x]?.status === 'rejected')).toBe(true)
    }
    expect(await pool.map(square, items)).toEqual(items.map((x) => x * x))
  })

  it('ends endless loops when it is terminated, and with them all that waits', async () => {
    await using system = testSystem()
    const pool = await createPool(system, { size: 2, worker: worker(), grace: 20 })
    const running = [pool.submit(loop), pool.submit(loop)]
    expect(running.map(({ state }) => state)).toEqual(['running', 'running'])
    const waiting = numbers(kind === 'thread' ? 20_000 : 100).map((x) => pool.submit(square, x))
    await Promise.all([pool.terminate(), pool.terminate()])
    expect(await pool.join()).toBe(true)
    const ends = await Promise.all([...running, ...waiting].map(rejection))
    expect(ends.every((error) => error instanceof PoolClosedError)).toBe(true)
  })

  it('may have pools within its tasks', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker({ daemon: true }) })
    const nested = farTask(hard.nested)
    expect(await Promise.all([pool.run(nested, square, [1, 2, 3]), pool.run(nested, square, [4, 5])])).toEqual([
      [1, 4, 9],
      [16, 25],
    ])
  })
})

describe('a pool of threads', () => {
  it('sends what `initialize` is given once to each worker, not with each task', async () => {
    await using system = testSystem()
    const text = 'x'.repeat(1_000_000)
    await using pool = await createPool(system, { size: 2, worker: thread(), initialize: bind(farTask(hard.keep), text) })
    expect(await pool.map(farTask(hard.lengthPlus), numbers(100))).toEqual(numbers(100).map((x) => text.length + x))
  })

  it('runs them at the same time: two that wait for each other without giving way meet', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: thread() })
    const [meet, flags] = [farTask(hard.meet), sharedArray('int32', 2)]
    expect(await Promise.all([pool.run(meet, flags, 0, 1), pool.run(meet, flags, 1, 0)])).toEqual(['met', 'met'])
  })

  it('leaves memory that its threads had to those who have it, also when they are killed', async () => {
    await using system = testSystem()
    const array = sharedArray('int32', 2)
    {
      await using pool = await createPool(system, { size: 1, worker: thread() })
      await pool.run(farTask(hard.mark), array, 0, 5)
      await rejection(pool.run(farTask(tasks.exit), 3))
    }
    await using pool = await createPool(system, { size: 1, worker: thread() })
    await pool.run(farTask(hard.mark), array, 1, 6)
    expect(await array.slice()).toEqual([5, 6])
  })
})
