import { afterEach, describe, expect, it } from 'vitest'
import { Garbage } from '../../support/garbage.ts'
import { testSystem } from '../../support/test-system.ts'
import { rejection } from '../../support/waiting.ts'
import { memoryNodes, memoryPool } from './memory-pool.ts'
import { createPool } from '../../../src/parallel/index.ts'
import { echo, forgetTasks, gates, square, started, waitFor } from './tasks.ts'

afterEach(forgetTasks)

describe('a pool', () => {
  it('has as many workers as it is told, a hundred too; another size is refused when it is made', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 100)
    const running = Array.from({ length: 100 }, (_, x) => pool.submit(waitFor, `many ${x}`))
    expect(new Set(running.map(({ state }) => state))).toEqual(new Set(['running']))
    while (!running.every((_, x) => gates.has(`many ${x}`))) await new Promise(setImmediate)
    for (let x = 0; x < 100; x++) gates.get(`many ${x}`)?.open(x)
    expect(await Promise.all(running)).toEqual(running.map((_, x) => x))
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const worker = memoryNodes(1).map(({ definition }) => definition)
      expect(await rejection(createPool(system, { size, worker }))).toMatchObject({ message: expect.stringContaining(`${size}`) })
    }
  })

  it('runs what nobody holds on to', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    void pool.run(waitFor, 'gate of the unheld')
    const names = Array.from({ length: 20 }, (_, x) => `unheld ${x}`)
    for (const name of names) void pool.run(waitFor, name)
    expect(await new Garbage().held()).toEqual([]) // collects
    for (const name of ['gate of the unheld', ...names]) {
      while (!started.includes(name)) await new Promise(setImmediate)
      gates.get(name)?.open(null)
    }
    expect(await pool.run(square, 2)).toBe(4)
  })

  it('cannot be sent to its own tasks, which could wait there for each other without end', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const future = pool.submit(waitFor, 'a future')
    for (const value of [pool, future]) {
      expect(await rejection(pool.run(echo, { value }))).toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    }
    while (!gates.has('a future')) await new Promise(setImmediate)
    gates.get('a future')?.open(null)
    expect(await future).toBe(null)
  })
})
