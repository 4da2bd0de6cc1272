/**
 * What can be wrong with a task.
 */
import { TroupeError, serializable } from '../../index.ts'

/** `TROUPE_NOT_A_TASK`: a closure, or anything else that cannot be found again elsewhere, stands where a task must. */
export class NotATaskError extends TroupeError {
  constructor(problem: string) {
    super('NotATaskError', 'TROUPE_NOT_A_TASK', problem)
  }
}

/** `TROUPE_TASK_NOT_FOUND`: a task's module cannot be loaded where it shall run, or exports no such task, or it is not offered there. */
export class TaskNotFoundError extends TroupeError {
  constructor(name: string, problem: string, cause?: unknown) {
    super('TaskNotFoundError', 'TROUPE_TASK_NOT_FOUND', `task "${name}": ${problem}`, cause)
  }
}

serializable(NotATaskError)
serializable(TaskNotFoundError)
