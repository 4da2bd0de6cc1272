import { WorkerDiedError, createPool } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { farTask, kinds } from '../../workers.ts'
import { testSystem } from '../../support.ts'
import * as tasks from '../../fixtures/pool-tasks.ts'

const square = farTask(tasks.square)
const raise = (): never => {
  throw new SyntaxError('in a callback')
}

describe.each(kinds)('a pool of two: %s', (_, worker) => {
  it('settles every promise, whatever a task does to its worker', async () => {
    await using system = testSystem()
    await using pool = await createPool(system, { size: 2, worker: worker(), grace: 50 })
    const results = await Promise.allSettled([
      pool.run(square, 1),
      pool.run(farTask(tasks.exit), 3),
      pool.run(square, 2),
      pool.run(farTask(tasks.killSelf)),
      pool.run(farTask(tasks.throwNull)),
      pool.run(farTask(tasks.closure)),
      pool.run(farTask(tasks.throwClosure)),
      pool.with({ timeout: 300 }).run(farTask(tasks.loop)),
      pool.with({ onProgress: raise }).run(farTask(tasks.reports), 3),
      pool.run(square, 3).then(raise),
      pool.run(square, 3),
    ])
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : ((result.reason as Error | null)?.name ?? null))),
    ).toEqual([
      1,
      'WorkerDiedError',
      4,
      'WorkerDiedError',
      null,
      'NotSerializableError',
      'Error',
      'TaskTimeoutError',
      3,
      'SyntaxError',
      9,
    ])
    expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9])
    const [, exited] = results
    if (exited.status !== 'rejected' || !(exited.reason instanceof WorkerDiedError)) throw new Error('it died')
    expect(exited.reason.reason).toEqual({ kind: 'exit', code: 3 })
  })
})
