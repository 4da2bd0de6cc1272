/**
 * self.request.node: what stands for the node that a message came from, where an actor sent it and where none did.
 */
import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { type ExitReason, KILLED } from '../../src/model/exit-reason.ts'
import type { AnyRef, ActorRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import { Machines } from '../support/machines.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { record, testSystem } from '../support/test-system.ts'
import { Tally, rejection, turns } from '../support/waiting.ts'

interface DeskProtocol {
  /** The node of whoever asks, and who it is. */
  who(): { readonly node: AnyRef; readonly sender: string | null }
  watch(): void
  heard(): string[]
}

/** Looks at who comes, and watches the node of whoever wants that. */
const Desk = actor({
  name: 'Desk',
  module: MODULE,
  setup(self: Self): DeskProtocol {
    const heard: string[] = []
    return {
      who: () => ({ node: self.request.node, sender: self.request.sender?.path ?? null }),
      watch: () => void self.watch(self.request.node, (reason: ExitReason) => heard.push(reason.kind)),
      heard: () => heard,
    }
  },
})

/** Asks as an actor, and as code of its node. */
const Visitor = actor({
  name: 'Visitor',
  module: MODULE,
  setup: () => ({
    async asActor(desk: ActorRef<DeskProtocol>) {
      const { node, sender } = await desk.ask('who')
      return { node: node.address, sender }
    },
    async asCode(desk: ActorRef<DeskProtocol>) {
      await Promise.resolve()
      const { node, sender } = await desk.ask('who')
      return { node: node.address, sender }
    },
    async watch(desk: ActorRef<DeskProtocol>) {
      await Promise.resolve()
      await desk.ask('watch')
    },
  }),
})

describe('the node of a request', () => {
  it('is the same for the actors and the code of a node, and another one elsewhere', async () => {
    await using system = testSystem({ name: 'parent' })
    const [one, two] = ['w1', 'w2'].map((name) => new MemoryNode(name, { Desk, Visitor }))
    if (one === undefined || two === undefined) throw new Error('two were made')
    const [w1, w2] = [await system.start(one.definition), await system.start(two.definition)]
    const [desk, visitor] = [system.spawn(Desk, [], { on: w1 }), system.spawn(Visitor, [], { on: w2, name: 'visitor' })]
    const mine = await desk.ask('who')
    expect([mine.node.path, mine.sender]).toEqual(['troupe://parent', null])
    const [asActor, asCode] = [await visitor.ask('asActor', desk), await visitor.ask('asCode', desk)] // through the parent
    expect([asActor.sender, asCode.sender]).toEqual([visitor.path, null])
    expect(asActor.node).toBe(asCode.node)
    const here = system.spawn(Desk)
    const all = [mine.node.address, asCode.node, (await here.ask('who')).node.address, (await visitor.ask('asCode', here)).node]
    expect(all).toEqual([all[0], all[1], all[0], all[1]])
    expect(all[0]).not.toBe(all[1])
  })

  it('can be watched, also through another node: its end is heard once', async () => {
    await using system = testSystem({ name: 'parent' })
    const [one, two] = ['w1', 'w2'].map((name) => new MemoryNode(name, { Desk, Visitor }))
    if (one === undefined || two === undefined) throw new Error('two were made')
    const [w1, w2] = [await system.start(one.definition), await system.start(two.definition)]
    const [far, near] = [system.spawn(Desk, [], { on: w1 }), system.spawn(Desk)]
    const visitor = system.spawn(Visitor, [], { on: w2 })
    await visitor.ask('watch', far)
    await visitor.ask('watch', near)
    await near.ask('watch') // this program: it does not end before the actor does
    two.end(KILLED)
    while ((await far.ask('heard')).length === 0) await turns(1)
    expect([await far.ask('heard'), await near.ask('heard')]).toEqual([['killed'], ['killed']])
  })

  it('is that of a peer of another program too, until the link is lost', async () => {
    await using machines = await Machines.start(2)
    const [here, there] = [machines.at(0), machines.at(1)]
    const { events } = record(here)
    const tally = new Tally<string>()
    const Watching = actor({
      name: 'Watching',
      setup: (self: Self) => ({ watch: () => void self.watch(self.request.node, ({ kind }) => tally.add(kind)) }),
    })
    here.register('watching', here.spawn(Watching))
    const node = here.node(there.id)
    const back = there.node(here.id)
    if (node === null || back === null) throw new Error('they are connected')
    await back.lookup('watching').ask('watch')
    await machines.cut(0, 1)
    expect(await tally.reaches(1)).toEqual(['disconnected'])
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toEqual([])
  })

  it('takes no messages, and is no right to end the node', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const { node } = await system.spawn(Desk).ask('who')
    expect(await rejection(node.ask('anything'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    void node.tell('anything')
    node.stop()
    node.kill()
    await node.ready
    expect(letters).toMatchObject([{ target: 'troupe://test', method: 'anything', why: 'not-found' }])
    expect(await system.spawn(Desk).ask('who')).toMatchObject({ sender: null })
  })
})
