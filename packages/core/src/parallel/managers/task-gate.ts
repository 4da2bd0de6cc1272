/**
 * Which modules a manager on a worker may import for a task: those that the program which started it has loaded itself. So a
 * task is found by its name alone wherever the manager lives, and nobody, least of all a peer of another program that was given a
 * handle, can make a worker import what the program does not use.
 */
import { type ActorDefinition, type AnyRef, type RefOf, type System, actor } from '../../index.ts'
import { TaskNotFoundError } from '../tasks/errors.ts'
import { type FindTask, type TaskFunction, findByImport } from '../tasks/find-task.ts'
import { findLoaded } from '../tasks/task.ts'

export interface GateProtocol {
  /** Whether a task of that name is loaded in the program. */
  knows(module: string, name: string): boolean
}

/** Lives in the program that created the manager, and ends with the manager. */
export const TaskGate: ActorDefinition<GateProtocol, readonly []> = actor({
  name: 'troupe.TaskGate',
  setup: () => ({ knows: (module: string, name: string) => findLoaded(module, name) !== null }),
})

/** Imports tasks on a worker, once `gate` has said that the program knows them. */
export function findKnown(system: System, gate: RefOf<typeof TaskGate>): FindTask {
  const load = findByImport((module) => system.load(module))
  const imported = new Map<string, TaskFunction>()
  const enter = async (module: string, name: string): Promise<TaskFunction> => {
    if (!(await gate.ask('knows', module, name))) {
      const problem = `neither the manager's node nor the program that created the manager has loaded its module ${module}`
      throw new TaskNotFoundError(name, problem)
    }
    const found = await load(module, name)
    imported.set(`${module}#${name}`, found)
    return found
  }
  return (module, name) => findLoaded(module, name) ?? imported.get(`${module}#${name}`) ?? enter(module, name)
}

/** Ends the gate when its manager has ended. */
export function closeWith(manager: AnyRef, gate: AnyRef): void {
  void manager.exited.then(() => gate.stop())
}
