import { afterEach, describe, expect, it } from 'vitest'
import { actor } from '../../../src/index.ts'
import { NotATaskError, PoolClosedError, offload, parallelize } from '../../../src/parallel/index.ts'
import { testSystem } from '../../support/test-system.ts'
import { rejection, turns } from '../../support/waiting.ts'
import { memoryNodes, memoryPool } from '../pool/memory-pool.ts'
import { echo, forgetTasks, half, square, started, waitFor } from '../pool/tasks.ts'

afterEach(forgetTasks)

const workers = (count: number) => memoryNodes(count).map(({ definition }) => definition)

describe('a task that is offloaded', () => {
  it('runs on a pool of its own, which starts with the first call and ends with the system', async () => {
    const system = testSystem()
    const away = offload(square, { system, worker: workers(1), size: 1 })
    expect([away.name, system.inspect().children]).toEqual(['square', []])
    expect(await Promise.all([away(3), away(4)])).toEqual([9, 16])
    expect(system.inspect().children).toHaveLength(1)
    await system.shutdown()
    expect(await rejection(away(3))).toBeInstanceOf(PoolClosedError)
  })

  it('runs on the pool that is passed, and leaves it open', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    {
      await using away = offload(half, { pool })
      expect(await away(4)).toBe(2)
      expect(await rejection(away(3))).toBeInstanceOf(RangeError)
    }
    expect(await pool.run(square, 3)).toBe(9)
  })

  it('ends its own pool when it is disposed of, after its work', async () => {
    await using system = testSystem()
    const away = offload(square, { system, worker: workers(1), size: 1 })
    const answer = away(3)
    await away[Symbol.asyncDispose]()
    expect(await answer).toBe(9)
    expect(system.inspect().children).toEqual([])
    expect(await rejection(away(3))).toBeInstanceOf(PoolClosedError)
    const unused = offload(square, { system, worker: workers(1), size: 1 })
    await unused[Symbol.asyncDispose]()
    expect(await rejection(unused(3))).toBeInstanceOf(PoolClosedError)
  })

  it('keeps no handler of an actor waiting, and ends with the one who asked', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const away = offload(waitFor, { pool })
    const Clerk = actor({
      name: 'Clerk',
      setup: (self) => ({
        work(name: string) {
          const answer = self.defer()
          away
            .with({ signal: self.request.signal })(name)
            .then(
              (value) => answer.resolve(value),
              (error: unknown) => answer.reject(error),
            )
        },
        isThere: () => true,
      }),
    })
    const clerk = system.spawn(Clerk)
    const controller = new AbortController()
    const answer = rejection(clerk.with({ signal: controller.signal }).ask('work', 'a'))
    while (!started.includes('a')) await turns(1)
    expect(await clerk.ask('isThere')).toBe(true)
    controller.abort(new Error('enough'))
    await answer
    expect(await pool.run(square, 2)).toBe(4)
  })

  it('takes its arguments as they are at the call, also while its pool starts', async () => {
    await using system = testSystem()
    const away = offload(echo, { system, worker: workers(1), size: 1 })
    const list = [1]
    const answers = [away(list)]
    list.push(2)
    expect(await Promise.all(answers)).toEqual([[1]])
  })

  it('is no closure: the error says how to make a task of one', async () => {
    await using system = testSystem()
    const closure = (x: number) => x
    expect(() => offload(closure as never, { system, worker: workers(1) })).toThrow(NotATaskError)
    expect(() => offload(closure as never, { system, worker: workers(1) })).toThrow('Export it as a task')
    expect(() => offload(square, undefined as never)).toThrow('offload takes { pool }')
    expect(() => offload(square, { pool: 1 as never })).toThrow(TypeError)
    expect(() => parallelize(square, { system, worker: workers(1), size: 0 })).toThrow(RangeError)
  })

  it('tries anew when its pool did not start', async () => {
    await using system = testSystem()
    const [node] = memoryNodes(1)
    if (node === undefined) throw new Error('there is one')
    const away = offload(square, { system, worker: node.definition, size: 1, min: 1, maxRestarts: 0, initialize: half as never })
    const errors = [await rejection(away(1)), await rejection(away(1))]
    expect(errors.map((error) => (error as Error).name)).toEqual(['PoolBrokenError', 'PoolBrokenError'])
    expect(node.handles).toHaveLength(2)
  })
})

describe('a task that is parallelized', () => {
  it('takes items, and resolves to their results in order', async () => {
    await using system = testSystem()
    await using squares = parallelize(square, { system, worker: workers(2), size: 2 })
    expect(await squares([1, 2, 3])).toEqual([1, 4, 9])
    expect(await squares(new Set([4, 5]), { chunkSize: 1 })).toEqual([16, 25])
    expect(await squares([])).toEqual([])
  })

  it('has the options of a map', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const halves = parallelize(half, { pool })
    const results = await halves([2, 3], { onError: 'collect' })
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await rejection(halves([1]))).toHaveProperty('message', '1 is odd')
    expect(await rejection(halves([1], { chunkSize: 0 }))).toBeInstanceOf(RangeError)
    expect(await rejection(halves(7 as never))).toHaveProperty('message', 'map takes an iterable of items, not number')
  })
})
