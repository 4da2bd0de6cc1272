/**
 * Failing fast: the first error ends all. A map does so by itself, and cancels what has not run; with 'collect' it runs everything and
 * says of each item how it went; and futures can be failed fast by hand, by waiting for the first exception.
 *
 *     node packages/examples/dist/parallel/fail-fast.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createPool, wait } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { half, never } from './tasks/sums.ts'

const HELP = `usage: fail-fast

Has one of several tasks fail, and shows what becomes of the others.`

async function main(system: System): Promise<void> {
  await using pool = await createPool(system, { worker: thread(), size: 2, grace: 20 })

  try {
    await pool.map(half, [2, 4, 7, 8])
  } catch (error) {
    console.log(`map: ${String(error)}`) // of its class, with its message and its stack
  }

  const settled = await pool.map(half, [2, 4, 7, 8], { onError: 'collect' })
  for (const [index, result] of settled.entries())
    console.log(`collect ${index}: ${result.status === 'fulfilled' ? String(result.value) : String(result.reason)}`)

  const futures = [pool.submit(never), pool.submit(half, 7), pool.submit(never), pool.submit(never)]
  const { done, pending } = await wait(futures, { until: 'first-exception' })
  console.log(`first exception: ${done.size} done, ${pending.size} pending`)
  for (const future of pending) future.cancel() // those that run, too: their workers are ended and replaced
  console.log(`then: ${futures.map(({ state }) => state).join(' ')}`)
  for (const future of done) await future.catch((error: unknown) => console.log(`the exception: ${String(error)}`))

  console.log(`and the pool goes on: ${(await pool.map(half, [10, 20])).join(' ')}`)
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'fail-fast' })
  await runMain(system, () => main(system))
}
