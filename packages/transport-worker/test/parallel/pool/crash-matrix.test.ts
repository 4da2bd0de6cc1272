/**
 * Everything that a task can do to its worker, by every way to run it, on both kinds of workers: each promise settles with the error
 * that says what happened, nobody else is harmed, the pool heals, and no worker is left when it ends.
 */
import type { NodeDefinition } from '@troupe/core'
import { type CallOptions, type Pool, type PoolCalls, type Task, createPool } from '@troupe/core/parallel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tasks from '../../fixtures/pool-tasks.ts'
import { testSystem } from '../../support.ts'
import { childProcess, farTask, thread } from '../../workers.ts'

const MEGABYTES = 48
const kinds = [
  ['thread', () => thread({ resourceLimits: { maxOldGenerationSizeMb: MEGABYTES } })],
  [
    'childProcess',
    () => childProcess({ execArgv: [`--max-old-space-size=${MEGABYTES}`], stdio: ['ignore', 'inherit', 'ignore'] }),
  ],
] as const

const square = farTask(tasks.square)
type Victim = Task<[number], unknown>
const died = { name: 'WorkerDiedError', code: 'TROUPE_WORKER_DIED' }
const raise = (): never => {
  throw new SyntaxError('in a callback')
}

/** Ways to run one task. */
const callings: readonly (readonly [string, (calls: PoolCalls, victim: Victim, arg: number) => Promise<unknown>])[] = [
  ['run', (calls, victim, arg) => calls.run(victim, arg)],
  ['submit', (calls, victim, arg) => calls.submit(victim, arg)],
  ['map', async (calls, victim, arg) => (await calls.map(victim, [arg]))[0]],
  [
    'imap',
    async (calls, victim, arg) => {
      for await (const value of calls.imap(victim, [arg])) return value
      return 'nothing'
    },
  ],
]

interface Fate {
  readonly victim: Victim
  /** Its worker lives on: fates of that kind share a pool. */
  readonly isSurvived?: true
  readonly options?: () => CallOptions
  readonly after?: () => never
  readonly outcome: unknown
}

const rejects = (reason: unknown): unknown => ({ status: 'rejected', reason })
const rejectsWith = (properties: object): unknown => rejects(expect.objectContaining(properties))

const isSurvived = true

const fates = (kind: 'thread' | 'childProcess'): readonly (readonly [string, Fate])[] => [
  [
    'is killed',
    {
      victim: farTask(tasks.killSelf),
      outcome: rejectsWith({
        ...died,
        reason: kind === 'thread' ? { kind: 'exit', code: 9 } : { kind: 'signal', signal: 'SIGKILL' },
      }),
    },
  ],
  ['exits', { victim: farTask(tasks.exit), outcome: rejectsWith({ ...died, reason: { kind: 'exit', code: 3 } }) }],
  ['throws null', { isSurvived, victim: farTask(tasks.throwNull), outcome: rejects(null) }],
  ['throws undefined', { isSurvived, victim: farTask(tasks.throwUndefined), outcome: rejects(undefined) }],
  [
    'returns what cannot be pickled',
    {
      isSurvived,
      victim: farTask(tasks.closure),
      outcome: rejectsWith({ name: 'NotSerializableError', code: 'TROUPE_NOT_SERIALIZABLE' }),
    },
  ],
  [
    'throws what cannot be pickled',
    { isSurvived, victim: farTask(tasks.throwClosure), outcome: rejectsWith({ name: 'Error', message: 'with a closure' }) },
  ],
  [
    'throws an error whose constructor cannot be called again',
    {
      isSurvived,
      victim: farTask(tasks.throwPicky),
      outcome: rejectsWith({ name: 'PickyError', message: 'code 3', details: { code: 3 } }),
    },
  ],
  [
    'throws such an error, of a class that is registered',
    { isSurvived, victim: farTask(tasks.throwKnownPicky), outcome: rejects(expect.any(tasks.KnownPickyError)) },
  ],
  [
    'has a caller whose progress callback raises',
    {
      isSurvived,
      victim: farTask(tasks.reports),
      options: () => ({ onProgress: raise }),
      outcome: { status: 'fulfilled', value: 3 },
    },
  ],
  [
    'has a caller whose callback raises',
    { isSurvived, victim: square, after: raise, outcome: rejectsWith({ name: 'SyntaxError', message: 'in a callback' }) },
  ],
  [
    'loops, with a timeout',
    {
      victim: farTask(tasks.loop),
      options: () => ({ taskTimeout: 50 }),
      outcome: rejectsWith({ name: 'TaskTimeoutError', code: 'TROUPE_TASK_TIMEOUT' }),
    },
  ],
  [
    'loops, and is cancelled',
    {
      victim: farTask(tasks.loopOnceBegun),
      options() {
        const controller = new AbortController()
        return { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) }
      },
      outcome: rejectsWith({ message: 'enough' }),
    },
  ],
  ['runs out of memory', { victim: farTask(tasks.hog), outcome: rejectsWith(died) }],
]

/** A pool of two workers. */
interface Trial {
  readonly pool: Pool
  /** The ids of its workers that live. */
  readonly living: ReadonlySet<string>
  /** Ends the pool; afterwards no worker of it may be left. */
  end(): Promise<void>
}

async function startTrial(worker: () => NodeDefinition): Promise<Trial> {
  const system = testSystem()
  const living = new Set<string>()
  system.nodes.subscribe(({ id, state }) => void (state === 'up' ? living.add(id) : living.delete(id)))
  const pool = await createPool(system, { size: 2, worker: worker(), grace: 20, maxRestarts: 20 })
  const end = async (): Promise<void> => {
    await using _ = system
    await pool.close()
    expect(await pool.join()).toBe(true)
    expect([[...living], system.inspect().children]).toEqual([[], []])
  }
  return { pool, living, end }
}

/** Has the task run in every way, beside others, and looks at what came of all of them. */
async function suffer(pool: Pool, { victim, options, after, outcome }: Fate): Promise<void> {
  const others = [1, 2, 3].map((x) => pool.run(square, x))
  const results = callings.map(async ([name, call]) => {
    const calls = pool.with(options?.() ?? {})
    const result = call(calls, victim, 3)
    const [settled] = await Promise.allSettled([after === undefined ? result : result.then(after)])
    return [name, settled]
  })
  expect(await Promise.all(results)).toEqual(callings.map(([name]) => [name, outcome]))
  expect(await Promise.all(others)).toEqual([1, 4, 9])
  expect(await pool.map(square, [4, 5, 6])).toEqual([16, 25, 36])
}

describe.each(kinds)('a pool of workers, %s: whose task', (kind, worker) => {
  const all = fates(kind)

  describe('is survived', () => {
    let trial: Trial
    let begun: readonly string[]

    beforeAll(async () => {
      trial = await startTrial(worker)
      begun = [...trial.living]
    })

    it.each(all.filter(([, fate]) => fate.isSurvived === true))('%s', (_, fate) => suffer(trial.pool, fate))

    it('and no worker was lost on the way', () => {
      expect([begun.length, [...trial.living]]).toEqual([2, begun])
    })

    afterAll(() => trial.end())
  })

  it.each(all.filter(([, fate]) => fate.isSurvived !== true))(
    '%s',
    async (_, fate) => {
      const { pool, end } = await startTrial(worker)
      try {
        await suffer(pool, fate)
      } finally {
        await end()
      }
    },
    60_000,
  )

  it('never starts, because the initializer raises: every call is rejected', async () => {
    await using system = testSystem()
    const initialize = farTask(tasks.failToStart)
    const pool = await createPool(system, { min: 0, max: 2, worker: worker(), initialize, maxRestarts: 1 })
    const settled = await Promise.allSettled(callings.map(([, call]) => call(pool, square, 3)))
    const broken = rejectsWith({
      name: 'PoolBrokenError',
      code: 'TROUPE_POOL_BROKEN',
      cause: expect.objectContaining({ message: 'no start' }),
    })
    expect(settled).toEqual(callings.map(() => broken))
    expect(await pool.join()).toBe(true)
    expect(system.inspect().children).toEqual([])
  })
})
