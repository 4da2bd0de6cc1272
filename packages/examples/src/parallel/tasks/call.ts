/**
 * Calls the task that it is given, for lists of different calls in `several-functions`. The worker knows tasks of modules that are
 * loaded there: this one loads them.
 */
import { task } from '@troupe/core/parallel'
import type { Task } from '@troupe/core/parallel'
import './sums.ts'

export const call = task({
  name: 'call',
  module: import.meta.url,
  // Safe: whoever lists a call lists arguments that fit its task.
  run: (called: Task, args: readonly unknown[]) => called(...(args as never[])),
})
