import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { nodeDefinition } from '../../src/actor/node-actor.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import { KILLED, SHUTDOWN } from '../../src/model/exit-reason.ts'
import type { Node, NodeDefinition } from '../../src/model/node.ts'
import { PeerNode } from '../../src/system/peer-node.ts'
import { serveParent } from '../../src/system/serve-parent.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { testSystem } from '../support/test-system.ts'

const Echo = actor({ name: 'Echo', setup: (self) => ({ where: () => self.system.name }) })
const Other = actor({ name: 'Other', setup: () => ({}) })

/** A node that takes what is on the list, as a bundle does. */
function offering(...offer: readonly ActorDefinition<unknown, never>[]): NodeDefinition<Node> {
  return nodeDefinition({
    name: 'bundle',
    async launch(host) {
      const { listener, connector } = memoryTransport()
      await listener.listen((link) => void serveParent(link, { name: 'bundle', offer }))
      const link = await connector.connect(new AbortController().signal)
      const peer = await host.attach(link)
      const handle = new PeerNode(peer)
      const terminate = async () => {
        peer.requestShutdown(SHUTDOWN)
        return await handle.exited
      }
      return { handle, terminate, kill: () => link.close(KILLED) }
    },
  })
}

describe('a program that serves its parent', () => {
  it('takes actors without modules, when it offers them by name, and no others', async () => {
    await using system = testSystem({ name: 'page' })
    const node = await system.start(offering(Echo))
    expect(await system.spawn(Echo, [], { on: node }).ask('where')).toBe('bundle')
    const other = system.spawn(Other, [], { on: node })
    await expect(other.ready).rejects.toMatchObject({
      cause: { code: 'TROUPE_NOT_OFFERED', message: expect.stringContaining('Other') },
    })
  })

  it('refuses to offer two definitions of one name', async () => {
    const { listener, connector } = memoryTransport()
    let refused: Promise<unknown> = Promise.resolve()
    const twice = [Echo, actor({ name: 'Echo', setup: () => ({}) })]
    const { close } = await listener.listen((link) => (refused = serveParent(link, { name: 'bundle', offer: twice })))
    const link = await connector.connect(new AbortController().signal)
    await expect(refused).rejects.toThrow('two definitions named "Echo"')
    link.close()
    await close()
  })
})
