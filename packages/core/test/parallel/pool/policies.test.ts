import { afterEach, describe, expect, it } from 'vitest'
import { createPool } from '../../../src/parallel/index.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, turns } from '../../support/waiting.ts'
import { memoryNodes, memoryPool } from './memory-pool.ts'
import { echo, forgetTasks, gates, half, square, started, waitFor } from './tasks.ts'

afterEach(forgetTasks)

const reached = async (...names: string[]): Promise<void> => {
  while (!names.every((name) => started.includes(name))) await turns(1)
}
const open = (name: string): void => gates.get(name)?.open(name)

describe('a pool', () => {
  it('runs lower priorities first, equal ones in their order', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const names = ['first', 'late', 'b', 'urgent', 'c']
    const priorities = [0, 1, 0, -1, 0]
    const futures = names.map((name, at) => pool.with({ priority: priorities[at] ?? 0 }).submit(waitFor, name))
    for (const name of ['first', 'urgent', 'b', 'c', 'late']) {
      await reached(name)
      open(name)
    }
    await Promise.all(futures)
    expect(started).toEqual(['first', 'urgent', 'b', 'c', 'late'])
  })

  it('sends calls with one key to one worker', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 2)
    const future = pool.with({ key: 'cart' }).submit(waitFor, 'a')
    const next = pool.with({ key: 'cart' }).submit(waitFor, 'b')
    await reached('a')
    expect(await pool.run(square, 2)).toBe(4)
    expect([next.state, started]).toEqual(['pending', ['a']])
    open('a')
    await future
    await reached('b')
    for (const node of nodes) node.end({ kind: 'killed' })
    expect(await rejection(next)).toHaveProperty('name', 'WorkerDiedError')
    expect(await pool.with({ key: 'cart' }).run(square, 3)).toBe(9)
  })

  it('replaces a worker that has done its number of tasks, and loses none', async () => {
    await using system = testSystem()
    const { pool, nodes } = await memoryPool(system, 2, { recycleAfter: 10, maxRestarts: 0 })
    const items = Array.from({ length: 60 }, (_, index) => index)
    expect(await pool.map(square, items, { chunkSize: 5 })).toEqual(items.map((x) => x * x))
    expect(nodes.reduce((sum, { handles }) => sum + handles.length, 0)).toBeGreaterThanOrEqual(4)
  })

  it('replaces a worker that has had its time, and loses none', async () => {
    const { system, clock } = timedSystem()
    const nodes = memoryNodes(1)
    const worker = nodes.map(({ definition }) => definition)
    const pool = await createPool(system, { worker, size: 1, recycleAfter: { ms: 1_000 }, maxRestarts: 0 })
    const futures = ['a', 'b'].map((name) => pool.submit(waitFor, name))
    await reached('a')
    await clock.advance(1_000)
    open('a')
    await reached('b')
    expect(nodes[0]?.handles).toHaveLength(2)
    open('b')
    expect(await Promise.all(futures)).toEqual(['a', 'b'])
    await system.shutdown()
  })

  it('strands nothing, however often it replaces its workers', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2, { recycleAfter: 1, maxRestarts: 0 })
    const items = Array.from({ length: 30 }, (_, index) => index)
    const calls = items.map((x) => pool.run(square, x))
    expect(await pool.map(square, items, { chunkSize: 1 })).toEqual(items.map((x) => x * x))
    expect(await Promise.all(calls)).toEqual(items.map((x) => x * x))
  })

  it('starts workers when there is work, and ends them when there is none', async () => {
    const { system, clock } = timedSystem()
    const worker = memoryNodes(3).map(({ definition }) => definition)
    const pool = await createPool(system, { worker, min: 0, max: 3, idleAfter: 1_000 })
    const living = (): number =>
      system
        .inspect()
        .children.flatMap(({ children }) => children)
        .filter(({ definition }) => definition.startsWith('w')).length
    expect(living()).toBe(0)
    const futures = ['a', 'b', 'c'].map((name) => pool.submit(waitFor, name))
    await reached('a', 'b', 'c')
    expect(living()).toBe(3)
    for (const name of ['a', 'b', 'c']) open(name)
    await Promise.all(futures)
    await clock.advance(2_000)
    await turns()
    expect(living()).toBe(0)
    const last = pool.submit(square, 3)
    expect(await last).toBe(9)
    await system.shutdown()
  })

  it('copies what waits: what the caller changes later is not seen', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const blocking = pool.submit(waitFor, 'a')
    const job = { list: [1] }
    const [sent, mapped] = [pool.submit(echo, job), pool.map(echo, [job])]
    job.list.push(2)
    await reached('a')
    open('a')
    await blocking
    expect(await Promise.all([sent, mapped])).toEqual([{ list: [1] }, [{ list: [1] }]])
  })

  it('refuses what is wrong with a call, by rejecting it', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    expect(await rejection(pool.map(square, [1], { chunkSize: 0 }))).toBeInstanceOf(RangeError)
    expect(await rejection(pool.map(square, 1 as never))).toBeInstanceOf(TypeError)
    expect(await rejection(pool.map(square, [1], { timeout: -1 }))).toBeInstanceOf(RangeError)
    expect(await rejection(pool.run(((x: number) => x) as never))).toHaveProperty('code', 'TROUPE_NOT_A_TASK')
    expect(await rejection(pool.starmap(square, [1 as never]))).toBeInstanceOf(TypeError)
    expect(() => pool.with({ retries: -1 })).toThrow(RangeError)
    expect(() => pool.imap(square, [], { ahead: 0 })).toThrow(RangeError)
    expect(await rejection(createPool(system, { worker: {} as never }))).toBeInstanceOf(TypeError)
    expect(await rejection(createPool(system, { worker: [] }))).toBeInstanceOf(RangeError)
    const [{ definition }] = memoryNodes(1) as [{ definition: never }]
    expect(await rejection(createPool(system, { worker: definition, size: 0 }))).toBeInstanceOf(RangeError)
  })
})

describe('imap', () => {
  it('reads its input so far ahead, and no further', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    let read = 0
    let ended = false
    function* endless(): Generator<number> {
      try {
        for (;;) yield read++
      } finally {
        ended = true
      }
    }
    const results = pool.imap(square, endless(), { ahead: 4 })
    expect(await results.next()).toEqual({ value: 0, done: false })
    await turns(5)
    expect(read).toBe(5)
    await results.return?.()
    expect([ended, await results.next()]).toEqual([true, { value: undefined, done: true }])
  })

  it('yields what is done first when it is not ordered', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const results = pool.imap(waitFor, ['a', 'b'], { ordered: false })
    const first = results.next()
    await reached('a', 'b')
    open('b')
    expect((await first).value).toBe('b')
    open('a')
    expect([(await results.next()).value, (await results.next()).done]).toEqual(['a', true])
  })

  it('ends with the first error, or yields errors, too', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const y of pool.imap(half, [2, 3, 4], { ahead: 1 })) seen.push(y)
    })()
    expect(await rejection(reading)).toHaveProperty('message', '3 is odd')
    expect(seen).toEqual([1])
    const all: string[] = []
    for await (const { status } of pool.imap(half, [2, 3, 4], { onError: 'collect' })) all.push(status)
    expect(all).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('ends with what its input throws, after the results before it', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    async function* input(): AsyncGenerator<number> {
      yield 1
      yield 2
      throw new Error('no more')
    }
    const seen: number[] = []
    const reading = (async () => {
      for await (const y of pool.imap(square, input())) seen.push(y)
    })()
    expect(await rejection(reading)).toHaveProperty('message', 'no more')
    expect(seen).toEqual([1, 4])
  })
})
