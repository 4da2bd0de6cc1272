/**
 * Finds the function behind a task's name, where it shall run.
 */
import { TaskNotFoundError } from './errors.ts'
import { type Task, isTask, partsOf } from './task.ts'

/** What runs when the task is called. */
export type TaskFunction = (...args: never[]) => unknown

/** Where tasks come from on one node. */
export type FindTask = (module: string, name: string) => TaskFunction | Promise<TaskFunction>

/** Imports a task's module, which only parts of one program do for each other, and finds the task among its exports. */
export function findByImport(load: (module: string) => Promise<object>): FindTask {
  return async (module, name) => {
    let exports: object
    try {
      exports = await load(module)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      throw new TaskNotFoundError(name, `its module ${module} could not be loaded: ${problem}`, error)
    }
    const own: Readonly<Record<string, unknown>> = { ...exports }
    const found = isNamed(own[name], name) ? own[name] : Object.values(own).find((value) => isNamed(value, name))
    if (isNamed(found, name)) return partsOf('a worker', found).run
    const problem = Object.hasOwn(own, name)
      ? `its module ${module} exports something else under that name: export the task itself`
      : `its module ${module} exports no task of that name: export it at the top of the module, under its name`
    throw new TaskNotFoundError(name, problem)
  }
}

/** Only the tasks of a list, by name: whatever module they are said to be in, nothing is imported. */
export function findAmong(tasks: readonly Task<never[]>[]): FindTask {
  const byName = new Map<string, TaskFunction>()
  for (const each of tasks) {
    const { name, run, bound } = partsOf('offerTasks', each)
    if (bound.length > 0) throw new TypeError(`offerTasks: "${name}" has arguments bound to it: offer the task itself`)
    if (byName.has(name)) throw new TypeError(`offerTasks lists two tasks named "${name}"`)
    byName.set(name, run)
  }
  return (_module, name) => {
    const found = byName.get(name)
    if (found === undefined) throw new TaskNotFoundError(name, 'it is not offered on that node')
    return found
  }
}

function isNamed(value: unknown, name: string): value is Task<readonly unknown[]> {
  return isTask(value) && value.name === name
}
