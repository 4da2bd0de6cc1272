/**
 * The worker of workerpool's contender.
 */
import workerpool from 'workerpool'
import { increment, workOneMs } from './pool-work.ts'

workerpool.worker({ trivial: increment, oneMs: workOneMs })
