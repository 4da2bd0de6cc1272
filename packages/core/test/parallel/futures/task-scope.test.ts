import { afterEach, describe, expect, it } from 'vitest'
import { actor } from '../../../src/index.ts'
import { CancelledError, ScopeClosedError, type TaskScope, TaskTimeoutError, taskScope } from '../../../src/parallel/index.ts'
import { timedSystem, testSystem } from '../../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../../support/waiting.ts'
import { memoryPool } from '../pool/memory-pool.ts'
import { forgetTasks, half, square, started, waitFor } from '../pool/tasks.ts'

afterEach(forgetTasks)

/** A child that ends when it is told to, and says that it did. */
const obedient = (ended: string[], name: string) => async (signal: AbortSignal) => {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  ended.push(name)
  throw signal.reason
}
const fail = (message: string) => async (): Promise<never> => {
  throw new Error(message)
}

describe('a scope of tasks', () => {
  it('resolves to what its function returns, once all children have settled', async () => {
    const slow = gate()
    const done = taskScope((scope) => {
      void scope.run(() => slow.promise)
      return 'all'
    })
    expect(await stateOf(done)).toBe('pending')
    slow.open()
    expect(await done).toBe('all')
  })

  it('awaits what children start', async () => {
    const order: string[] = []
    await taskScope((scope) => {
      void scope.run(async () => {
        await turns(1)
        void scope.run(async () => {
          await turns(1)
          order.push('grandchild')
        })
        order.push('child')
      })
    })
    expect(order).toEqual(['child', 'grandchild'])
  })

  it('cancels the others when one fails, waits for them, and rejects with its error', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const ended: string[] = []
    const futures = ['a', 'b', 'c'].map((name) => pool.submit(waitFor, name))
    const error = await rejection(
      taskScope((scope) => scope.all([...futures, obedient(ended, 'child'), pool.submit(half, 3), fail('one')])),
    )
    expect(error).toHaveProperty('message', 'one')
    expect(futures.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(ended).toEqual(['child'])
    expect(await pool.run(square, 3)).toBe(9)
  })

  it('rejects with all errors when several fail', async () => {
    const error = await rejection(
      taskScope(async (scope) => {
        void scope.run(fail('first'))
        void scope.run(async (signal) => {
          await rejection(new Promise((_, reject) => signal.addEventListener('abort', reject)))
          throw new Error('second')
        })
        await scope.run(fail('third'))
      }),
    )
    expect(error).toBeInstanceOf(AggregateError)
    expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual(['first', 'third', 'second'])
  })

  it('cancels its children when its own function throws', async () => {
    const ended: string[] = []
    const why = new RangeError('why')
    const scope = taskScope((own) => {
      void own.run(obedient(ended, 'child'))
      throw why
    })
    expect(await rejection(scope)).toBe(why)
    expect(ended).toEqual(['child'])
  })

  it('has enough when it says so: that is no failure', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 2)
    const slow = pool.submit(waitFor, 'slow')
    const first = await taskScope(async (scope) => {
      const winner = await Promise.race([scope.add(slow), scope.add(pool.submit(square, 3))])
      scope.cancel('one is enough')
      expect(await rejection(scope.run(() => 1))).toBeInstanceOf(CancelledError)
      return winner
    })
    expect([first, slow.state]).toEqual([9, 'cancelled'])
  })

  it('is cancelled by a signal from outside', async () => {
    const ended: string[] = []
    const controller = new AbortController()
    const { signal } = controller
    const scope = taskScope((own) => own.all([obedient(ended, 'a'), obedient(ended, 'b')]), { signal })
    const why = new Error('why')
    controller.abort(why)
    expect(await rejection(scope)).toBe(why)
    expect(ended).toEqual(['a', 'b'])
    expect(await rejection(taskScope(() => ended.push('never'), { signal }))).toBe(why)
    expect(ended).toHaveLength(2)
  })

  it('is cancelled when its time is over', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const ended: string[] = []
    const error = rejection(taskScope((own) => own.run(obedient(ended, 'late')), { by: system, timeout: 100 }))
    await clock.advance(100)
    expect(await error).toBeInstanceOf(TaskTimeoutError)
    expect(ended).toEqual(['late'])
    expect(await taskScope(() => 1, { by: system, timeout: 100 })).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('in a handler: ends when the asker gives up', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const futures: { readonly state: string }[] = []
    const Chef = actor({
      name: 'Chef',
      setup: (self) => ({
        cook: () =>
          taskScope(
            async (scope) => {
              const future = scope.add(pool.submit(waitFor, 'oven'))
              futures.push(future)
              return await future
            },
            { by: self },
          ),
      }),
    })
    const chef = system.spawn(Chef)
    const controller = new AbortController()
    const answer = chef.with({ signal: controller.signal }).ask('cook')
    while (!started.includes('oven')) await turns(1)
    controller.abort(new Error('not hungry'))
    expect(await rejection(answer)).toHaveProperty('message', 'not hungry')
    await turns()
    expect(futures.map(({ state }) => state)).toEqual(['cancelled'])
  })

  it('takes nothing once it is over: a future that comes late is cancelled', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    let kept: TaskScope | null = null
    await taskScope((scope) => void (kept = scope))
    const scope = kept as TaskScope | null
    const late = pool.submit(waitFor, 'late')
    expect(() => scope?.add(late)).toThrow(ScopeClosedError)
    expect(() => scope?.run(() => 1)).toThrow('the scope is over')
    expect(late.state).toBe('cancelled')
  })

  it('refuses what it cannot take', async () => {
    expect(await rejection(taskScope(null as never))).toHaveProperty('message', 'taskScope takes a function, not object')
    expect(await rejection(taskScope(() => 1, { timeout: -1 }))).toBeInstanceOf(RangeError)
    expect(await rejection(taskScope(() => 1, { timeout: 5 }))).toHaveProperty('message', expect.stringContaining('{ by: self }'))
    expect(await rejection(taskScope(() => 1, { signal: 1 as never }))).toBeInstanceOf(TypeError)
    expect(await rejection(taskScope((scope) => scope.run(Promise.resolve(1) as never)))).toHaveProperty(
      'message',
      expect.stringContaining('scope.add'),
    )
  })
})
