/**
 * The ways to give work to a pool: run (Python's apply), map, starmap, imap in order and as it comes, and submit, which does not wait.
 *
 *     node packages/examples/dist/parallel/pool-calls.js --processes
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { after, half, multiply, square } from './tasks/sums.ts'

const HELP = `usage: pool-calls [--workers N] [--processes]

Has N workers (default 2) compute a few numbers in all the ways that a pool knows: threads, or child processes.`

/** Input without an end: imap reads only as far ahead as it is told to. */
function* numbers(): Generator<number> {
  for (let n = 1; ; n++) {
    console.log(`  reading ${n}`)
    yield n
  }
}

async function main(system: System, size: number, processes: boolean): Promise<void> {
  await using pool = await createPool(system, { worker: processes ? childProcess() : thread(), size })

  console.log(`called here: ${square(3)}; run by a worker: ${await pool.run(square, 3)}`)
  console.log(`map, in order: ${(await pool.map(square, [1, 2, 3, 4])).join(' ')}`)
  console.log(`map, in chunks of two: ${(await pool.map(square, [1, 2, 3, 4], { chunkSize: 2 })).join(' ')}`)
  const pairs: [number, number][] = [
    [2, 3],
    [4, 5],
  ]
  console.log(`starmap, several arguments each: ${(await pool.starmap(multiply, pairs)).join(' ')}`)

  console.log('imap, results as they are asked for:')
  for await (const y of pool.imap(square, numbers(), { ahead: 2 })) {
    console.log(`  result ${y}`)
    if (y >= 9) break // nobody wants the rest: it is cancelled
  }

  const unordered: number[] = []
  for await (const y of pool.imap(half, [2, 4, 6], { ordered: false })) unordered.push(y)
  console.log(`imap, as they are done: ${unordered.toSorted((a, b) => a - b).join(' ')} in some order`)

  // Callbacks are promises: one that throws hurts nobody but itself.
  const future = pool.submit(after, 10, 'done')
  const called = future.then((value) => console.log(`submit, later: ${value}`))
  const failing = pool.submit(half, 3).catch((error: unknown) => console.log(`submit, failing: ${String(error)}`))
  console.log(`submit does not wait: the future is ${future.state}`)
  await Promise.all([called, failing])

  await pool.close() // no more work; what was taken is done
  await pool.run(square, 1).catch((error: unknown) => console.log(`after the close: ${String(error)}`))
  console.log(`all workers have ended: ${await pool.join(5_000)}`)
}

const options = commandLine(HELP, { workers: 2, processes: false })
if (options !== null) {
  const system = createSystem({ name: 'pool-calls' })
  await runMain(system, () => main(system, options.workers, options.processes))
}
