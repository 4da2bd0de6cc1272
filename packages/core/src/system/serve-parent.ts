/**
 * A system as a worker runs it: tied to the program that started the worker, for as long as that wants it. For authors of
 * transports that start workers.
 */
import type { ExitReason } from '../model/exit-reason.ts'
import type { Link } from '../model/link.ts'
import { type AnyDefinition, type LoadModule, loadable, offered } from './access.ts'
import { toSystemSettings } from './options.ts'
import { TroupeSystem } from './troupe-system.ts'

export type ServeOptions = {
  /** The node's name, as its parent chose it. */
  readonly name: string
} & (
  | {
      /** Loads a module of the program by its URL, so that the parent can spawn what it exports. */
      readonly load: LoadModule
    }
  | {
      /** What the parent can spawn, by name: for programs whose modules cannot be loaded by their URLs. */
      readonly offer: readonly AnyDefinition[]
    }
)

/**
 * Shakes hands with the parent over an open link and takes actors from it. Resolves with the reason when the system is
 * down: because the parent asked for it, or because the link ended. Rejects HandshakeError, and TypeError for two definitions
 * of one name.
 */
export async function serveParent(link: Link, options: ServeOptions): Promise<ExitReason> {
  const { name } = options
  const find = 'load' in options ? loadable(options.load) : offered(name, options.offer)
  const load = 'load' in options ? options.load : refuseToLoad
  const system = new TroupeSystem(toSystemSettings({ name }))
  try {
    const session = await system.openParent(link, find, load)
    void session.closed.then((reason) => system.shutdown(reason))
  } catch (error) {
    await system.shutdown()
    throw error
  }
  return system.terminated
}

const refuseToLoad: LoadModule = async (module) => {
  throw new TypeError(`${module} cannot be loaded: this program has its modules in one file, and offers what is in it`)
}
