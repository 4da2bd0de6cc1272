/**
 * Several functions in one pool. A pool is not bound to a function: each call says which task it wants. Tasks are values, too: they can be
 * sent as arguments, and their first arguments can be bound.
 *
 *     node packages/examples/dist/parallel/several-functions.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { bind, createPool } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { call } from './tasks/call.ts'
import { initials, multiply, square } from './tasks/sums.ts'

const HELP = `usage: several-functions

Runs different functions in one pool of two threads, in three ways.`

async function main(system: System): Promise<void> {
  await using pool = await createPool(system, { worker: thread(), size: 2 })

  // Different calls, at the same time; each result has the type of its task.
  const [area, name]: [number, string] = await Promise.all([pool.run(multiply, 6, 7), pool.run(initials, 'Ada Lovelace')])
  console.log(`run: ${area} and ${name}`)

  // A list of calls: one task that calls the task it is given.
  const results = await pool.starmap(call, [
    [square, [5]],
    [multiply, [5, 6]],
    [initials, ['Grace Hopper']],
  ])
  console.log(`starmap of calls: ${results.join(', ')}`)

  // A function of two arguments as one of one.
  const triple = bind(multiply, 3)
  console.log(`map with a bound argument: ${(await pool.map(triple, [1, 2, 3])).join(' ')}`)

  // Code does not travel. What is not a task is refused here, before anybody waits for it, with what to do about it.
  const closure = (x: number): number => x + area
  // @ts-expect-error -- a function is not a task: the compiler says so, too
  await pool.run(closure, 1).catch((error: unknown) => console.log(String(error)))
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'several-functions' })
  await runMain(system, () => main(system))
}
