/**
 * A counter that two threads share, with the race and without it: reading, adding and writing back loses updates; sending the
 * addition to the number loses none. The same for a lock around the three steps, and for an atomic addition in shared memory.
 *
 *     node packages/examples/dist/parallel/shared-counter.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createManager, createPool, sharedValue } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { addInMemory, getThenSet, update, withLock } from './tasks/count.ts'

const HELP = `usage: shared-counter [--times N]

Two threads add one to a counter, N times each (default 200), in four ways.`

async function main(system: System, times: number): Promise<void> {
  await using manager = await createManager(system) // one actor owns what others would share
  await using pool = await createPool(system, { worker: thread(), size: 2 })
  const say = (how: string, count: number): void => {
    const lost = 2 * times - count
    console.log(
      `${how.padEnd(28)} ${String(count).padStart(6)} of ${2 * times}${lost === 0 ? '' : `: ${lost} updates were lost`}`,
    )
  }

  const raced = await manager.value(0)
  await Promise.all([pool.run(getThenSet, raced, times), pool.run(getThenSet, raced, times)])
  say('get, add, set', await raced.get())

  const updated = await manager.value(0)
  await Promise.all([pool.run(update, updated, times), pool.run(update, updated, times)])
  say('update(increment)', await updated.get())

  const locked = await manager.value(0)
  const lock = await manager.lock()
  await Promise.all([pool.run(withLock, locked, times, lock), pool.run(withLock, locked, times, lock)])
  say('get, add, set, with a lock', await locked.get())

  const memory = sharedValue('int32', 0)
  await Promise.all([pool.run(addInMemory, memory, times), pool.run(addInMemory, memory, times)])
  say('add in shared memory', await memory.get())
}

const options = commandLine(HELP, { times: 200 })
if (options !== null) {
  const system = createSystem({ name: 'shared-counter' })
  await runMain(system, () => main(system, options.times))
}
