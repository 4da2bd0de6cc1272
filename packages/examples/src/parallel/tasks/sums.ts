/**
 * Small work for pools: what `pool-calls`, `several-functions`, `collect-results` and others have done elsewhere. A task is called
 * like the function that it is made of, and found by its module and its exported name.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@troupe/core/parallel'
import type { SharedDict } from '@troupe/core/parallel'

const module = import.meta.url

export const square = task({ name: 'square', module, run: (x: number) => x * x })

export const multiply = task({ name: 'multiply', module, run: (a: number, b: number) => a * b })

export const initials = task({
  name: 'initials',
  module,
  run: (name: string) => name.replaceAll(/(\w)\w*\s*/g, '$1.'),
})

/** Fails for odd numbers. */
export const half = task({
  name: 'half',
  module,
  run(x: number) {
    if (x % 2 !== 0) throw new RangeError(`${x} is odd`)
    return x / 2
  },
})

/** What it was given, after a while. */
export const after = task({
  name: 'after',
  module,
  async run(ms: number, value: string) {
    await sleep(ms)
    return value
  },
})

export const never = task({ name: 'never', module, run: () => new Promise<never>(() => setInterval(() => undefined, 1_000)) })

/** Writes its result where others write theirs. */
export const squaresInto = task({
  name: 'squaresInto',
  module,
  async run(results: SharedDict<string, number>, numbers: readonly number[]) {
    for (const x of numbers) await results.set(`${x} squared`, x * x)
  },
})

export const rootsInto = task({
  name: 'rootsInto',
  module,
  async run(results: SharedDict<string, number>, numbers: readonly number[]) {
    for (const x of numbers) await results.set(`root of ${x}`, Math.sqrt(x))
  },
})
