import { EventEmitter, once } from 'node:events'
import { WorkerDiedError, bind, createPool } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import * as tasks from '../../fixtures/pool-tasks.ts'
import { testSystem } from '../../support.ts'
import { farTask, kinds } from '../../workers.ts'

const square = farTask(tasks.square)
const exitAt = farTask(tasks.exitAt)

describe.each(kinds)('a pool of workers: %s', (_, worker) => {
  it('runs tasks in each of them', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker() })
    const places = await Promise.all([1, 2, 3, 4].map(() => pool.run(farTask(tasks.whereabouts))))
    expect(new Set(places).size).toBe(2)
  })

  it('fails of many cheap calls only those that had begun when the worker died', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker() })
    const results = await Promise.allSettled(Array.from({ length: 60 }, (_, x) => pool.run(exitAt, x, 40)))
    const failed = results.flatMap((result, x) =>
      result.status === 'rejected' ? [[x, result.reason instanceof WorkerDiedError]] : [],
    )
    expect(failed).toEqual([[40, true]])
  })

  it('goes on when a worker is killed; with `retries` every item is done', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker(), retries: 2 })
    const items = Array.from({ length: 3_000 }, (_, x) => x)
    const result = pool.map(square, items, { chunkSize: 7 })
    await expect(pool.with({ retries: 0 }).run(farTask(tasks.killSelf))).rejects.toBeInstanceOf(WorkerDiedError)
    expect(await result).toEqual(items.map((x) => x * x))
  })

  it('ends an endless loop by a cancel, and no other task', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker(), grace: 20 })
    const endless = pool.submit(farTask(tasks.loop))
    const others = [1, 2, 3].map((x) => pool.submit(square, x))
    expect([endless.state, others.map(({ state }) => state)]).toEqual(['running', ['pending', 'pending', 'pending']])
    expect(endless.cancel()).toBe(true)
    expect(await Promise.all(others)).toEqual([1, 4, 9])
    await expect(endless).rejects.toMatchObject({ code: 'TROUPE_CANCELLED' })
  })

  it('does not run what was cancelled while it waited at the worker', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker() })
    const noted = farTask(tasks.noted)
    await pool.map(
      noted,
      Array.from({ length: 100 }, () => 'known to take a moment'),
    )
    const [, ...waiting] = ['first', 'second', 'third', 'last'].map((name) => pool.submit(noted, name))
    for (const future of waiting.slice(0, 2)) expect(future.cancel()).toBe(true)
    await waiting[2]
    expect(await pool.run(noted, 'end')).toEqual(['known to take a moment', 'first', 'last', 'end'])
  })

  it('tells a task that it is cancelled, and its caller how far it is', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker(), maxRestarts: 0 })
    const told = new EventEmitter()
    const begun = once(told, 'progress')
    const future = pool.with({ onProgress: (step) => told.emit('progress', step) }).submit(farTask(tasks.untilAborted))
    expect(await begun).toEqual(['begun'])
    future.cancel()
    await expect(future).rejects.toMatchObject({ code: 'TROUPE_CANCELLED' })
    const before = await pool.run(farTask(tasks.whereabouts))
    expect(await pool.run(farTask(tasks.whereabouts))).toBe(before)
  })

  it('runs tasks with bound arguments, and says what it cannot find', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker() })
    expect(await pool.map(bind(farTask(tasks.multiply), 3), [1, 2])).toEqual([3, 6])
    await expect(pool.run(farTask(tasks.notExported()))).rejects.toMatchObject({ code: 'TROUPE_TASK_NOT_FOUND' })
  })

  it('is broken when its workers do not start', async () => {
    await using system = testSystem()
    const initialize = farTask(tasks.failToStart)
    await expect(createPool(system, { size: 2, worker: worker(), initialize, maxRestarts: 2 })).rejects.toMatchObject({
      code: 'TROUPE_POOL_BROKEN',
      cause: { message: 'no start' },
      history: [{ task: null }],
    })
  })

  it('replaces workers by the memory that they hold', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 1, worker: worker(), recycleAfter: { memory: 1 } })
    const places = []
    for (let turn = 0; turn < 3; turn++) places.push(await pool.run(farTask(tasks.whereabouts)))
    expect(new Set(places).size).toBe(3)
  })
})
