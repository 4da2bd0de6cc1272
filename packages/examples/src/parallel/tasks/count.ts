/**
 * Four ways to count to the same number from two threads, for `shared-counter`. Each adds one `times` times.
 */
import { task } from '@troupe/core/parallel'
import type { Lock, NumberValue, SharedValue } from '@troupe/core/parallel'

const module = import.meta.url

/** Wrong: between the get and the set, others do the same, and all but one of them count for nothing. */
export const getThenSet = task({
  name: 'getThenSet',
  module,
  async run(counter: SharedValue<number>, times: number) {
    await atOnce(times, async () => counter.set((await counter.get()) + 1))
  },
})

/** Right: the addition goes to the number, whose owner does one thing at a time. */
export const update = task({
  name: 'update',
  module,
  run: (counter: SharedValue<number>, times: number) => atOnce(times, () => counter.update(increment)),
})

/** Right, and slow: nobody else is let in between. What the lock is for is a resource that has no owner. */
export const withLock = task({
  name: 'withLock',
  module,
  run: (counter: SharedValue<number>, times: number, lock: Lock) =>
    atOnce(times, () => lock.withLock(async () => counter.set((await counter.get()) + 1))),
})

/** Right, between threads of one process: an atomic step in memory that they share. */
export const addInMemory = task({
  name: 'addInMemory',
  module,
  run: (counter: NumberValue<'int32'>, times: number) => atOnce(times, () => counter.add(1)),
})

/** Runs where the value is. */
export const increment = task({ name: 'increment', module, run: (count: number) => count + 1 })

async function atOnce(times: number, add: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: times }, add))
}
