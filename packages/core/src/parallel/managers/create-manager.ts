/**
 * How programs come by managers.
 */
import type { AnyRef, Node, RefOf, System } from '../../index.ts'
import { Manager, type ManagerHome } from './manager.ts'
import { ManagerDefinition, WorkerManager } from './manager-owner.ts'
import { TaskGate, closeWith } from './task-gate.ts'

export interface ManagerOptions {
  /** Where the manager and its objects live: a thread, a child process, or a machine that offers `ManagerDefinition`. Default: here. */
  readonly on?: Node
  /** The name of its actor. */
  readonly name?: string
}

/**
 * A new manager, for state that many share: `dict`, `list`, `value`, `namespace`, and what is registered with it. Rejects
 * StartFailedError, and with NotOfferedError as its cause where the machine does not offer managers. It ends with
 * `close`, with `await using`, or with the system.
 *
 * @example
 * await using manager = await createManager(system, { on: node })
 * const scores = await manager.dict<string, number>()
 */
export async function createManager(system: System, options: ManagerOptions = {}): Promise<Manager> {
  const { on, name } = options
  const spawnOptions = { ...(on === undefined ? {} : { on }), ...(name === undefined ? {} : { name }) }
  if (on === undefined || isOtherProgram(on)) {
    const ref = system.spawn(ManagerDefinition, [], spawnOptions)
    await ref.ready
    return new Manager(ref, on === undefined ? { system } : { system, on })
  }
  const gate = system.spawn(TaskGate)
  const ref = system.spawn(WorkerManager, [gate], spawnOptions)
  closeWith(ref, gate)
  await ref.ready
  return new Manager(ref, { system, on })
}

/** Only nodes of other programs are called again when their link is lost. */
function isOtherProgram(node: Node): boolean {
  return 'up' in node
}

/**
 * A handle on a manager that runs already: one under a supervisor, or one of another program, registered there under a name:
 * `openManager(far.lookup('shared'))`. With `home`, classes can be registered through it.
 */
export function openManager(ref: AnyRef, home: ManagerHome | null = null): Manager {
  // Safe: the caller says that this is a manager; any other actor answers UnknownMethodError.
  return new Manager(ref as RefOf<typeof ManagerDefinition>, home)
}
