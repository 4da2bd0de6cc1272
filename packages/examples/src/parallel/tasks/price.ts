/**
 * What `shared-cache` keeps the results of, and the worker that asks for them.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@troupe/core/parallel'
import type { SharedMemo } from '@troupe/core/parallel'

const module = import.meta.url

const PRICES: Readonly<Record<string, number>> = { apples: 120, bread: 340, cheese: 890 }

/** Runs in the thread that made the cache. */
export const priceOf = task({
  name: 'priceOf',
  module,
  async run(item: string): Promise<number> {
    await sleep(20) // a question to somebody far away
    const price = PRICES[item]
    console.log(`  computed: ${item}`)
    if (price === undefined) throw new RangeError(`nobody sells ${item}`)
    return price
  },
})

/** Runs in a worker, which holds the handle of the cache. Asks for all items at once. */
export const total = task({
  name: 'total',
  module,
  async run(prices: SharedMemo<[item: string], number>, basket: readonly string[]) {
    const each = await Promise.all(basket.map((item) => prices.call(item)))
    return each.reduce((sum, price) => sum + price, 0)
  },
})
