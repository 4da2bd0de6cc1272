/**
 * A system as a worker runs it: tied to the program that started the worker, for as long as that wants it. For authors of
 * transports that start workers.
 */
import type { ExitReason } from '../model/exit-reason.ts'
import type { Link } from '../model/link.ts'
import type { LoadModule } from './access.ts'
import { toSystemSettings } from './options.ts'
import { TroupeSystem } from './troupe-system.ts'

export interface ServeOptions {
  /** The node's name, as its parent chose it. */
  readonly name: string
  /** Loads a module of the program by its URL, so that the parent can spawn what it exports. */
  readonly load: LoadModule
}

/**
 * Shakes hands with the parent over an open link and takes actors from it. Resolves with the reason when the system is
 * down: because the parent asked for it, or because the link ended. Rejects HandshakeError.
 */
export async function serveParent(link: Link, options: ServeOptions): Promise<ExitReason> {
  const system = new TroupeSystem(toSystemSettings({ name: options.name }))
  try {
    const session = await system.openParent(link, options.load)
    void session.closed.then((reason) => system.shutdown(reason))
  } catch (error) {
    await system.shutdown()
    throw error
  }
  return system.terminated
}
