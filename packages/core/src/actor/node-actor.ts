/**
 * A worker as an actor: it starts the worker in its setup, ends with the worker's exit reason, and takes the worker along
 * when it is stopped or killed. For authors of transports that start workers.
 */
import type { LaunchedNode, Node, NodeDefinition, NodeHost, NodeProtocol } from '../model/node.ts'
import type { Self } from '../model/self.ts'
import { cellOf } from './actor-self.ts'
import { patienceOf } from './patience.ts'

export interface NodeOptions<Handle extends Node> {
  /** For people and paths. */
  readonly name: string
  readonly launch: (host: NodeHost) => Promise<LaunchedNode<Handle>>
}

/** The part of the time to stop that a worker has to end by itself; the rest is for ending it by force. */
const GRACE = 0.8

/** A definition that `system.start` and supervisors take. */
export function nodeDefinition<Handle extends Node>(options: NodeOptions<Handle>): NodeDefinition<Handle> {
  const { name, launch } = options
  return { name, module: undefined, launch, setup: (self) => setUp(self, launch) }
}

async function setUp(self: Self, launch: (host: NodeHost) => Promise<LaunchedNode>): Promise<NodeProtocol> {
  const cell = cellOf(self)
  const { kernel } = cell
  const launched = await launch(kernel.elsewhere.nodeHost)
  if (cell.self !== self || self.signal.aborted) {
    launched.kill()
    await launched.handle.exited // who stopped it is told when the worker is gone, too
    throw new Error(`${cell.path} was ended while its worker started`)
  }
  const life = cell.ownLife
  life.node = launched
  life.onKill = () => launched.kill()
  self.onStop(() => launched.terminate(patienceOf(cell) * GRACE))
  void launched.handle.exited.then((reason) => self.stop(reason))
  const { name, id } = launched.handle
  return { info: () => ({ name, id }), hold: (keepsRunning) => launched.hold?.(keepsRunning) }
}
