/**
 * Tasks for updates in the tests of managers.
 */
import { task } from '../../../src/parallel/tasks/task.ts'

export const increment = task({
  name: 'increment',
  module: import.meta.url,
  run: (count: number | undefined, by: number) => (count ?? 0) + by,
})

export const append = task({
  name: 'append',
  module: import.meta.url,
  run: (items: readonly string[] | undefined, item: string) => [...(items ?? []), item],
})

/** As Python programs do it. */
export const mutate = task({
  name: 'mutate',
  module: import.meta.url,
  run: (items: readonly string[]) => {
    const list = items as string[]
    list.push('lost')
    return list
  },
})

export const refuse = task({
  name: 'refuse',
  module: import.meta.url,
  run: (count: number): number => {
    throw new RangeError(`not ${count}`)
  },
})

/** Turns of the event loop that an async task waits. */
export const incrementSlowly = task({
  name: 'incrementSlowly',
  module: import.meta.url,
  run: async (count: number) => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    return count + 1
  },
})

export const unpicklable = task({
  name: 'unpicklable',
  module: import.meta.url,
  run:
    (value: unknown): unknown =>
    () =>
      value,
})
