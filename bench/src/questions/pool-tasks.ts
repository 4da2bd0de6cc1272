/**
 * The tasks of the pool questions, as Troupe's workers find them.
 */
import { type Task, task } from '@troupe/core/parallel'
import { increment, workOneMs } from './pool-work.ts'

export const trivial: Task<[n: number], number> = task({ name: 'trivial', module: import.meta.url, run: increment })
export const oneMs: Task<[n: number], number> = task({ name: 'oneMs', module: import.meta.url, run: workOneMs })
