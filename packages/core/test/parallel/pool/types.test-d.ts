import { describe, expectTypeOf, it } from 'vitest'
import { type Future, type Pool, type ResultOf, type Task, asCompleted, bind, task, wait } from '../../../src/parallel/index.ts'

declare const pool: Pool
const module = import.meta.url
const square = task({ name: 'square', module, run: (x: number) => x * x })
const later = task({ name: 'later', module, run: async (text: string, times?: number) => text.repeat(times ?? 1) })

describe('the types of a pool', () => {
  it('follow from the task', () => {
    expectTypeOf(pool.run(square, 3)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(pool.run(later, 'a')).toEqualTypeOf<Promise<string>>()
    expectTypeOf(pool.submit(later, 'a', 2)).toEqualTypeOf<Future<string>>()
    expectTypeOf(pool.map(square, [1, 2])).toEqualTypeOf<Future<number[]>>()
    expectTypeOf(pool.map(square, new Set([1]), { onError: 'collect' })).toEqualTypeOf<Future<PromiseSettledResult<number>[]>>()
    expectTypeOf(pool.starmap(later, [['a', 1], ['b']])).toEqualTypeOf<Future<string[]>>()
    expectTypeOf(pool.imap(square, [1])).toEqualTypeOf<AsyncIterableIterator<number, undefined>>()
    expectTypeOf(bind(later, 'a')).toExtend<Task<[times?: number], Promise<string>>>()
    expectTypeOf<ResultOf<typeof later>>().toEqualTypeOf<string>()
  })

  it('let futures of different results be waited for together', async () => {
    const futures = [pool.submit(square, 3), pool.submit(later, 'a')]
    expectTypeOf<Future<string>>().toExtend<Future<unknown>>()
    expectTypeOf((await wait(futures)).done).toEqualTypeOf<Set<Future<number> | Future<string>>>()
    for await (const future of asCompleted(futures)) expectTypeOf(await future).toEqualTypeOf<number | string>()
  })

  it('refuse what does not fit', () => {
    // @ts-expect-error a number is asked for
    void pool.run(square, '3')
    // @ts-expect-error an argument is missing
    void pool.run(square)
    // @ts-expect-error a number is asked for
    void pool.map(square, ['3'])
    // @ts-expect-error a closure is no task
    void pool.run((x: number) => x, 3)
    // @ts-expect-error it takes a text first
    void pool.starmap(later, [[1, 2]])
  })
})
