/**
 * What a consumer of `producer-consumer` does, in a thread of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@troupe/core/parallel'
import type { Queue } from '@troupe/core/parallel'

export interface Job {
  readonly producer: string
  readonly number: number
}

export const consume = task({
  name: 'consume',
  module: import.meta.url,
  /** Does jobs until the queue is closed and empty, and returns them in the order done. */
  async run(queue: Queue<Job>): Promise<Job[]> {
    const done: Job[] = []
    for await (const job of queue) {
      await sleep(5) // the work
      done.push(job)
    }
    return done
  },
})
