import { describe, expect, it } from 'vitest'
import { testSystem } from '../../support/test-system.ts'
import { rejection } from '../../support/waiting.ts'
import { memoryPool } from './memory-pool.ts'
import { closure, echo, half, power, report, reportClosure, square, throwClosure, throwNull } from './tasks.ts'

describe('a pool', () => {
  it('runs a task on a worker', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    expect(await pool.run(square, 3)).toBe(9)
    expect(await pool.run(power, 2, 10)).toBe(1024)
  })

  it('maps a task over items, in their order', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const items = Array.from({ length: 1_000 }, (_, index) => index)
    expect(await pool.map(square, items)).toEqual(items.map((x) => x * x))
    expect(await pool.map(square, [])).toEqual([])
    expect(
      await pool.starmap(power, [
        [2, 3],
        [3, 2],
      ]),
    ).toEqual([8, 9])
  })

  it('rejects with what the task threw', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const error = await rejection(pool.run(half, 3))
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toHaveProperty('message', '3 is odd')
    expect(await rejection(pool.run(throwNull))).toBe(null)
    expect(await pool.run(half, 4)).toBe(2)
  })

  it('rejects only the task whose arguments, result or error cannot be pickled', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const results = await Promise.allSettled([
      pool.run(square, 2),
      pool.run(closure),
      pool.run(echo, { deep: [() => 1] }),
      pool.run(throwClosure),
      pool.run(square, 3),
    ])
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : [result.reason.name, result.reason.message])),
    ).toEqual([
      4,
      ['NotSerializableError', expect.stringMatching(/^result: function/)],
      ['NotSerializableError', expect.stringMatching(/^args\[0\]\.deep\[0\]: function/)],
      ['Error', 'with a closure'],
      9,
    ])
  })

  it('hands progress to the caller, and is not harmed by a callback that throws', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const seen: unknown[] = []
    const onProgress = (step: unknown): void => {
      seen.push(step)
      throw new Error('in the callback')
    }
    expect(await pool.with({ onProgress }).run(report, 3)).toBe(3)
    expect(seen).toEqual([1, 2, 3])
    expect(await pool.run(square, 2)).toBe(4)
  })

  it('sends no progress where nobody listens', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    // What cannot be sent is not even looked at.
    expect(await pool.run(reportClosure)).toBe('done')
    expect(await rejection(pool.with({ onProgress: () => undefined }).run(reportClosure))).toHaveProperty(
      'code',
      'TROUPE_NOT_SERIALIZABLE',
    )
  })

  it('runs the other items of a chunk in which one fails', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const results = await pool.map(half, [1, 2, 3, 4], { onError: 'collect', chunkSize: 4 })
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual([
      '1 is odd',
      1,
      '3 is odd',
      2,
    ])
  })

  it('collects results and errors', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const results = await pool.map(half, [1, 2, 3, 4], { onError: 'collect' })
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect(results[3]).toEqual({ status: 'fulfilled', value: 2 })
    expect(await rejection(pool.map(half, [2, 4, 5, 6]))).toHaveProperty('message', '5 is odd')
  })

  it('yields results as they are asked for', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const seen: number[] = []
    for await (const y of pool.imap(square, [1, 2, 3, 4, 5], { ahead: 2 })) seen.push(y)
    expect(seen).toEqual([1, 4, 9, 16, 25])
  })
})
