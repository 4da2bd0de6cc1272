/**
 * A function of one thing, as a function of many that workers share: what Python programs write as a decorator. The function stays as it
 * is, and can still be called here. `timed` around both measures them.
 *
 *     node packages/examples/dist/parallel/parallelize.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { parallelize, timed } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { countPrimes } from './tasks/primes.ts'
import type { Range } from './tasks/primes.ts'

const HELP = `usage: parallelize [--limit N] [--workers N]

Counts the primes below N (default 3000000), here and on N threads (default 2).`

/** So many pieces of the work for each worker, so that none waits long for the last one. */
const PIECES = 8

async function main(system: System, limit: number, size: number): Promise<void> {
  // Workers come with the first call, and go when it is disposed of. With { pool } it shares one with others.
  await using countEach = parallelize(countPrimes, { system, worker: thread(), size })

  const step = Math.ceil(limit / (size * PIECES))
  const pieces: Range[] = []
  for (let from = 0; from < limit; from += step) pieces.push({ from, to: Math.min(from + step, limit) })

  const here = timed(() => countPrimes({ from: 0, to: limit }))
  const shared = timed(async () => (await countEach(pieces)).reduce((sum, primes) => sum + primes, 0))
  console.log(`here: ${here()} primes below ${limit}`)
  console.log(`on ${size} threads, in ${pieces.length} pieces: ${await shared()} primes`)
  console.log(
    `it took ${here.stats().total.toFixed(0)} ms here, ${shared.stats().total.toFixed(0)} ms there, with the workers' start`,
  )
}

const options = commandLine(HELP, { limit: 3_000_000, workers: 2 })
if (options !== null) {
  const system = createSystem({ name: 'parallelize' })
  await runMain(system, () => main(system, options.limit, options.workers))
}
