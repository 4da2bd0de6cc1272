/**
 * One cache for all workers (Python's `lru_cache` has one for each). Two threads ask for the same results at the same time, and each is
 * computed once; the least recently used one makes room, and errors are not kept.
 *
 *     node packages/examples/dist/parallel/shared-cache.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createMemo, createPool } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { priceOf, total } from './tasks/price.ts'

const HELP = `usage: shared-cache

Has two threads ask one cache for prices, and shows which of them were computed.`

async function main(system: System): Promise<void> {
  const prices = createMemo(system, priceOf, { max: 2 }) // ttl: milliseconds that a result is good for
  await using pool = await createPool(system, { worker: thread(), size: 2 })

  console.log('two threads, two items, each five times:')
  const basket = Array.from({ length: 5 }, () => ['apples', 'bread']).flat()
  const sums = await Promise.all([pool.run(total, prices, basket), pool.run(total, prices, basket)])
  const { hits, misses } = await prices.info()
  console.log(`  totals ${sums.join(' and ')}; ${hits} hits, ${misses} misses`)

  console.log('a third item, where there is room for two:')
  await prices.call('apples') // used again: bread is the older one now
  await prices.call('cheese')
  console.log('apples are still there, bread is not:')
  await pool.run(total, prices, ['apples'])
  await pool.run(total, prices, ['bread'])

  console.log('what fails is computed again for the next who asks:')
  for (let attempt = 0; attempt < 2; attempt++)
    await pool.run(total, prices, ['gold']).catch((error: unknown) => console.log(`  ${String(error)}`))
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'shared-cache' })
  await runMain(system, () => main(system))
}
