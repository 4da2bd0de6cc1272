import { afterEach, describe, expect, it } from 'vitest'
import {
  CancelledError,
  PoolBrokenError,
  PoolClosedError,
  PoolOpenError,
  TaskTimeoutError,
  WorkerDiedError,
  createPool,
} from '../../../src/parallel/index.ts'
import { testSystem } from '../../support/test-system.ts'
import { rejection, turns } from '../../support/waiting.ts'
import { memoryNodes, memoryPool } from './memory-pool.ts'
import { failToStart, forgetTasks, gates, initialize, initialized, square, started, stubborn, waitFor } from './tasks.ts'

afterEach(forgetTasks)

const reached = async (...names: string[]): Promise<void> => {
  while (!names.every((name) => started.includes(name))) await turns(1)
}
const open = (name: string): void => gates.get(name)?.open(name)

describe('a worker that dies', () => {
  it('fails the task that it ran, and no other: the pool heals', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 2)
    const futures = ['a', 'b', 'c', 'd'].map((name) => pool.submit(waitFor, name))
    await reached('a', 'b')
    expect(futures.map(({ state }) => state)).toEqual(['running', 'running', 'pending', 'pending'])
    nodes[0]?.end({ kind: 'signal', signal: 'SIGKILL' })
    const error = await rejection(futures[0] as Promise<unknown>)
    expect(error).toBeInstanceOf(WorkerDiedError)
    expect(error).toMatchObject({
      code: 'TROUPE_WORKER_DIED',
      reason: { kind: 'signal', signal: 'SIGKILL' },
      task: 'waitFor',
      worker: 'w0',
    })
    await reached('c')
    for (const name of ['b', 'c']) open(name)
    await reached('d')
    open('d')
    expect(await Promise.all(futures.slice(1))).toEqual(['b', 'c', 'd'])
  })

  it('has its task run again, as often as `retries` says', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 1)
    const failed = rejection(pool.with({ retries: 1 }).submit(waitFor, 'a'))
    for (const turn of [1, 2]) {
      while (started.length < turn) await turns(1)
      nodes[0]?.end({ kind: 'killed' })
      await turns()
    }
    expect(await failed).toBeInstanceOf(WorkerDiedError)
    expect(started).toEqual(['a', 'a'])
  })

  it('breaks the pool when too many die: all that is pending fails, with the history', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 1, { maxRestarts: 1 })
    const settled = Promise.allSettled(['a', 'b', 'c'].map((name) => pool.submit(waitFor, name)))
    await reached('a')
    nodes[0]?.end({ kind: 'killed' })
    await reached('b')
    nodes[0]?.end({ kind: 'exit', code: 3 })
    const results = await settled
    expect(results.map((result) => result.status === 'rejected' && result.reason.name)).toEqual([
      'WorkerDiedError',
      'WorkerDiedError',
      'PoolBrokenError',
    ])
    const late = await rejection(pool.run(square, 1))
    expect(late).toBeInstanceOf(PoolBrokenError)
    expect(late).toMatchObject({
      history: [{ reason: { kind: 'killed' }, task: 'waitFor' }, { reason: { kind: 'exit', code: 3 } }],
    })
    expect(await pool.join()).toBe(true)
  })

  it('breaks the pool when its initializer throws in the first of them', async () => {
    await using system = testSystem()
    const worker = memoryNodes(2).map(({ definition }) => definition)
    const error = await rejection(createPool(system, { size: 2, worker, initialize: failToStart, maxRestarts: 2 }))
    expect(error).toBeInstanceOf(PoolBrokenError)
    expect(error).toHaveProperty('cause.message', 'no start')
    expect(error).toHaveProperty('history.length', 1)
    const { pool } = await memoryPool(system, 2, { initialize })
    expect(initialized).toEqual([1, 1])
    await pool.terminate()
  })
})

describe('cancelling', () => {
  it('removes a task that waits, and tells one that runs', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const [running, waiting, other] = ['a', 'b', 'c'].map((name) => pool.submit(waitFor, name))
    await reached('a')
    expect([waiting?.cancel(), waiting?.state]).toEqual([true, 'cancelled'])
    expect(running?.cancel('enough')).toBe(true)
    expect(await rejection(running as Promise<unknown>)).toBeInstanceOf(CancelledError)
    await reached('c')
    open('c')
    expect(await other).toBe('c')
    expect(started).toEqual(['a', 'c'])
    expect(other?.cancel()).toBe(false)
  })

  it('ends the worker of a task that does not end in the grace, and no other task', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 1, { grace: 0, maxRestarts: 0 })
    const future = pool.submit(stubborn, 'a')
    const next = pool.submit(square, 3)
    await reached('a')
    future.cancel()
    expect(await next).toBe(9)
    expect(nodes[0]?.handles).toHaveLength(2)
  })

  it('is done by a timeout, of the call and of the task, and by a signal', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1, { grace: 0 })
    expect(await rejection(pool.with({ timeout: 1 }).run(stubborn, 'a'))).toBeInstanceOf(TaskTimeoutError)
    expect(await rejection(pool.with({ taskTimeout: 1 }).run(stubborn, 'b'))).toHaveProperty(
      'message',
      'task "stubborn" ran for more than 1 ms',
    )
    const why = new Error('why')
    const controller = new AbortController()
    const future = pool.with({ signal: controller.signal }).submit(waitFor, 'c')
    await reached('c')
    controller.abort(why)
    expect(await rejection(future)).toBe(why)
    expect(future.state).toBe('cancelled')
    expect(await rejection(pool.with({ signal: AbortSignal.abort(why) }).run(square, 1))).toBe(why)
    const results = await pool.map(stubborn, ['d', 'e'], { taskTimeout: 1, onError: 'collect' })
    expect(results.map((result) => result.status === 'rejected' && result.reason.name)).toEqual([
      'TaskTimeoutError',
      'TaskTimeoutError',
    ])
    expect(await pool.run(square, 3)).toBe(9)
  })
})

describe('the end of a pool', () => {
  it('closed: what was taken is done, what comes is refused', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const future = pool.submit(waitFor, 'a')
    await reached('a')
    expect(await rejection(pool.join())).toBeInstanceOf(PoolOpenError)
    const closed = pool.close()
    expect(await rejection(pool.run(square, 1))).toBeInstanceOf(PoolClosedError)
    expect(await pool.join(0)).toBe(false)
    open('a')
    await closed
    expect(future.state).toBe('fulfilled')
    expect(await pool.join()).toBe(true)
    expect(system.inspect().children).toEqual([])
  })

  it('terminated: every pending future settles', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1, { grace: 0 })
    const futures = [pool.submit(stubborn, 'a'), pool.submit(square, 2), pool.map(square, [1, 2, 3])]
    await reached('a')
    await pool.terminate()
    expect(futures.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await rejection(pool.run(square, 1))).toBeInstanceOf(PoolClosedError)
    await pool.terminate()
    await pool.close()
  })

  it('disposed: it waits for its tasks, and not for ever', async () => {
    await using system = testSystem()
    let future: Promise<unknown>
    {
      const { pool } = await memoryPool(system, 1)
      await using held = pool
      future = held.run(square, 3)
    }
    expect(await future).toBe(9)
    {
      const { pool } = await memoryPool(system, 1, { drain: 0, grace: 0 })
      await using held = pool
      future = held.run(stubborn, 'a')
      await reached('a')
    }
    expect(await rejection(future)).toBeInstanceOf(PoolClosedError)
  })

  it('by its system: every pending future settles', async () => {
    const system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const future = pool.submit(waitFor, 'a')
    await reached('a')
    const error = rejection(future)
    await system.shutdown()
    expect(await error).toBeInstanceOf(PoolClosedError)
    expect(await rejection(pool.run(square, 1))).toBeInstanceOf(PoolClosedError)
  })
})
