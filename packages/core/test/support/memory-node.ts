/**
 * Nodes for tests, without threads: each start runs a system of its own in this thread, tied to its parent over a memory
 * transport. A test ends them as the operating system would.
 */
import { nodeDefinition } from '../../src/actor/node-actor.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import { type ExitReason, KILLED, SHUTDOWN } from '../../src/model/exit-reason.ts'
import type { Link } from '../../src/model/link.ts'
import type { LaunchedNode, Node, NodeDefinition, NodeHost } from '../../src/model/node.ts'
import { PeerNode } from '../../src/system/peer-node.ts'
import { serveParent } from '../../src/system/serve-parent.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'

/** What the definitions of actors on memory nodes say as their module. */
export const MODULE = 'test:modules'

export class MemoryNode {
  readonly definition: NodeDefinition
  /** What was started so far, the first one first. */
  readonly handles: Node[] = []
  /** What each one's own system ended with. */
  readonly served: Promise<ExitReason>[] = []
  /** Runs before each start; what it returns is waited for. */
  onLaunch: () => unknown = () => undefined
  readonly #name: string
  readonly #exports: object
  #link: Link | null = null
  #transport: MemoryTransport | null = null

  /** `exports` are the definitions that its parent can spawn there. */
  constructor(name: string, exports: Readonly<Record<string, ActorDefinition<unknown, never>>>) {
    this.#name = name
    this.#exports = exports
    this.definition = nodeDefinition({ name, launch: (host) => this.#launch(host) })
  }

  /** Ends the one that runs, with everything on it. */
  end(reason: ExitReason): void {
    this.#link?.close(reason)
    this.#transport?.heal()
  }

  /** From now on nothing that is sent to the one that runs, or by it, arrives. */
  silence(): void {
    this.#transport?.partition()
  }

  async #launch(host: NodeHost): Promise<LaunchedNode> {
    await this.onLaunch()
    const transport = memoryTransport()
    const { connector, listener } = transport
    this.#transport = transport
    await listener.listen((link) => {
      const served = serveParent(link, { name: this.#name, load: async () => this.#exports })
      served.catch(() => undefined) // its parent may have gone before the handshake
      this.served.push(served)
    })
    const link = await connector.connect(new AbortController().signal)
    this.#link = link
    const peer = await host.attach(link)
    const handle = new PeerNode(peer)
    this.handles.push(handle)
    return {
      handle,
      terminate: async () => {
        peer.requestShutdown(SHUTDOWN)
        return handle.exited
      },
      kill: () => link.close(KILLED),
    }
  }
}
