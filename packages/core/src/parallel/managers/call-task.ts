/**
 * The one place in this folder that knows tasks: how one is sent to the owner of a shared object, and called there.
 */
import { TaskNotFoundError } from '../tasks/errors.ts'
import type { FindTask } from '../tasks/find-task.ts'
import { type Task, findLoaded, partsOf } from '../tasks/task.ts'
import type { Snapshot } from './snapshots.ts'

/** A task that makes a new value of the one that is there. It gets a snapshot: it returns another value, and changes nothing. */
export type TaskOf<Value, Args extends readonly unknown[]> = Task<
  readonly [current: Snapshot<Value>, ...args: Args],
  Value | PromiseLike<Value>
>

/** Throws NotATaskError, which says how to make one, for anything else: it travels as its name and what is bound to it. */
export function sendableTask(task: unknown): unknown {
  partsOf('update', task)
  return task
}

/** Calls a task that was sent here, with what `find` finds under its name. Gives a promise where finding it takes one, or the task does. */
export function callTask(task: unknown, args: readonly unknown[], find: FindTask): unknown {
  const { module, name, bound } = partsOf('update', task)
  // Safe: the types of `update` saw to the arguments.
  const all = [...bound, ...args] as never[]
  const found = find(module, name)
  return found instanceof Promise ? found.then((run) => run(...all)) : found(...all)
}

/** Only tasks whose module is loaded in this process: nothing is imported for whoever calls. */
export const findHere: FindTask = (module, name) => {
  const found = findLoaded(module, name)
  if (found === null) throw new TaskNotFoundError(name, `its module ${module} is not loaded where the shared object lives`)
  return found
}
