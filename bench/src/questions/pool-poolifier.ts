/**
 * The worker of poolifier's contender.
 */
import { ThreadWorker } from 'poolifier'
import { increment, workOneMs } from './pool-work.ts'

interface Job {
  readonly n: number
}

export default new ThreadWorker<Job, number>({
  trivial: (job?: Job) => increment(job?.n ?? 0),
  oneMs: (job?: Job) => workOneMs(job?.n ?? 0),
})
