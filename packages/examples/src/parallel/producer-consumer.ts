/**
 * Producers and consumers with a bounded queue between them: two producers here, two consumers on worker threads. A full queue lets
 * producers wait, a closed one ends the consumers, and every job is done exactly once.
 *
 *     node packages/examples/dist/parallel/producer-consumer.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createPool, createQueue } from '@troupe/core/parallel'
import type { Queue } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { consume } from './tasks/consume.ts'
import type { Job } from './tasks/consume.ts'

const HELP = `usage: producer-consumer [--jobs N] [--room N]

Two producers put N jobs each (default 12) into a queue with room for N (default 3); two worker threads do them.`

async function produce(queue: Queue<Job>, producer: string, jobs: number): Promise<void> {
  for (let number = 1; number <= jobs; number++) {
    if (await queue.tryPut({ producer, number })) continue
    console.log(`${producer}: no room for job ${number}, waiting`)
    await queue.put({ producer, number }) // with a timeout it would give up: see queue-timeouts
  }
}

async function main(system: System, jobs: number, room: number): Promise<void> {
  const queue = createQueue<Job>(system, { maxSize: room })
  await using pool = await createPool(system, { worker: thread(), size: 2 })
  const consumers = [pool.submit(consume, queue), pool.submit(consume, queue)] // the handle goes there, the queue stays here

  await Promise.all([produce(queue, 'ada', jobs), produce(queue, 'bob', jobs)])
  await queue.close() // what is in it is still done; then the consumers' loops end
  const lists = await Promise.all(consumers)

  for (const [index, list] of lists.entries()) console.log(`consumer ${index + 1} did ${list.length} jobs`)
  const done = lists.flat().map(({ producer, number }) => `${producer} ${number}`)
  console.log(`${2 * jobs} jobs put, ${done.length} done, ${new Set(done).size} of them different`)
}

const options = commandLine(HELP, { jobs: 12, room: 3 })
if (options !== null) {
  const system = createSystem({ name: 'producer-consumer' })
  await runMain(system, () => main(system, options.jobs, options.room))
}
