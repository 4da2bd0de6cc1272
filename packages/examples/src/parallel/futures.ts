/**
 * Futures: results that are not there yet, which say how far they are, can be cancelled, and can be waited for together: until the
 * first is done, until all are, as they come, or until there is no more time.
 *
 *     node packages/examples/dist/parallel/futures.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { asCompleted, createPool, wait } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { after, half, never } from './tasks/sums.ts'

const HELP = `usage: futures

Submits tasks to two threads and waits for them in all the ways there are.`

async function main(system: System): Promise<void> {
  await using pool = await createPool(system, { worker: thread(), size: 2, grace: 20 })

  const quick = pool.submit(after, 1, 'quick')
  const endless = pool.submit(never)
  const first = await wait([quick, endless], { until: 'first-completed' })
  console.log(
    `first completed: ${first.done.size} done, ${first.pending.size} not; quick is ${quick.state}, endless is ${endless.state}`,
  )

  const late = await wait([quick, endless], { timeout: 20 }) // gives back what there is; nothing is cancelled
  console.log(`in 20 ms: ${late.done.size} done, ${late.pending.size} not`)

  const queued = [1, 2, 3].map(() => pool.submit(never)) // one runs at most: the other worker is taken
  console.log(`cancel what waits: ${queued.map((future) => future.cancel()).join(' ')}`)
  console.log(`cancel what runs: ${endless.cancel('nobody needs it')}, now it is ${endless.state}`) // its worker ends, and is replaced
  await endless.catch((error: unknown) => console.log(`who waits for it hears: ${String(error)}`))
  console.log(`cancel what is done: ${quick.cancel()}, it is ${quick.state}`)

  const order: string[] = []
  const three = [pool.submit(after, 150, 'slow'), pool.submit(after, 10, 'fast'), pool.submit(half, 7)]
  for await (const future of asCompleted(three)) order.push(await outcome(future))
  console.log(`as completed: ${order.join(', ')}`)

  const stuck = [pool.submit(after, 1, 'not stuck'), pool.submit(never)]
  try {
    for await (const future of asCompleted(stuck, { timeout: 1_000 })) console.log(`as completed: ${await outcome(future)}`)
  } catch (error) {
    console.log(String(error))
  }
  await pool.terminate() // what is pending rejects, so that nobody waits for ever
  await stuck[1]?.catch((error: unknown) => console.log(`after terminate: ${String(error)}`))
}

async function outcome(future: Promise<unknown>): Promise<string> {
  try {
    return String(await future)
  } catch (error) {
    return `failed (${String(error)})`
  }
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'futures' })
  await runMain(system, () => main(system))
}
