import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import type { LinkPolicy } from '../../src/model/link-policy.ts'
import type { Node } from '../../src/model/node.ts'
import type { Dynamic } from '../../src/model/protocol.ts'
import type { ActorRef, AnyRef } from '../../src/model/ref.ts'
import type { System } from '../../src/model/system.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { MemoryNode } from '../support/memory-node.ts'
import { record, testSystem } from '../support/test-system.ts'
import { rejection, turns } from '../support/waiting.ts'

const Echo = actor({
  name: 'Echo',
  module: import.meta.url,
  setup: (self) => ({
    say: (what: unknown) => what,
    me: () => self.ref,
    child: () => self.spawn(Echo),
    link: (ref: AnyRef) => self.link(ref),
    sender: () => self.request.sender,
    forward: (to: ActorRef<Dynamic>, what: string) => to.ask('say', what),
    where: () => self.system.name,
  }),
})

interface Machines {
  readonly shop: System
  readonly far: System
  readonly node: Node
  [Symbol.asyncDispose](): Promise<void>
}

/** Two machines; the far one listens, with that policy. */
async function machines(policy: LinkPolicy = {}): Promise<Machines> {
  const [shop, far] = [testSystem({ name: 'shop' }), testSystem({ name: 'far' })]
  const { connector, listener } = memoryTransport()
  await far.listen(listener, { offer: [Echo], ...policy })
  const node = await shop.connect(connector)
  return {
    shop,
    far,
    node,
    [Symbol.asyncDispose]: async () => void (await Promise.all([shop.shutdown(), far.shutdown()])),
  }
}

describe('authorize', () => {
  it('decides who is spawned and whom a name reaches', async () => {
    const asked: string[] = []
    await using m = await machines({
      authorize: (peer, action, name) => {
        asked.push(`${peer.name} ${action} ${name}`)
        return name === 'open'
      },
    })
    const { events } = record(m.far)
    for (const name of ['open', 'closed']) m.far.register(name, m.far.spawn(Echo))
    const [open, closed] = [m.node.lookup('open'), m.node.lookup('closed')]
    expect(await open.ask('say', 1)).toBe(1)
    expect(await open.ask('say', 2)).toBe(2)
    expect(await rejection(closed.ask('say', 1))).toMatchObject({ code: 'TROUPE_NOT_OFFERED' })
    expect(await closed.exited).toEqual({ kind: 'not-found' })
    expect(await rejection(m.shop.spawn(Echo, [], { on: m.node }).ready)).toMatchObject({ cause: { code: 'TROUPE_NOT_OFFERED' } })
    expect(asked).toEqual(['shop lookup open', 'shop lookup closed', 'shop spawn Echo'])
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toEqual([
      { kind: 'peer-refused', node: 'shop', action: 'lookup', name: 'closed' },
      { kind: 'peer-refused', node: 'shop', action: 'spawn', name: 'Echo' },
    ])
  })
})

describe('code from the wire', () => {
  it.each([
    'data:text/javascript,globalThis.pwned=1',
    'file:///etc/passwd',
    'http://127.0.0.1:1/x.js',
    'node:child_process',
    '../x',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('is never loaded or found: %s', async (evil) => {
    await using m = await machines()
    for (const definition of [
      { ...Echo, name: evil },
      { ...Echo, name: evil, module: evil },
      { ...Echo, name: 'Other', module: evil },
    ]) {
      const ref = m.shop.spawn(definition, [], { on: m.node, name: 'guest' })
      expect(await rejection(ref.ready)).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { code: 'TROUPE_NOT_OFFERED' } })
    }
    const echo = m.shop.spawn({ ...Echo, module: evil }, [], { on: m.node }) as ActorRef<Dynamic>
    expect(await echo.ask('where')).toBe('far') // found by its name in the offer, wherever the peer says that it is
    expect(await rejection(echo.ask(evil))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
    expect(await rejection(m.node.lookup(evil).ask('say'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect('polluted' in {} || 'pwned' in globalThis).toBe(false)
  })
})

describe('an actor of another machine', () => {
  it('is told, asked and watched by ref, but stopped and killed only by who spawned it', async () => {
    await using m = await machines()
    const { events } = record(m.far)
    const own = m.far.spawn(Echo, [], { name: 'own' })
    m.far.register('own', own)
    const ref = (await m.node.lookup('own').ask('me')) as ActorRef<Dynamic>
    ref.kill()
    ref.stop()
    m.node.lookup('own').kill()
    expect(await ref.ask('say', 'alive')).toBe('alive')
    const told = events.flatMap((event) => (event.kind === 'peer-refused' ? `${event.action} ${event.name}` : []))
    expect(told).toEqual(['kill troupe://far/own', 'stop troupe://far/own'])
    const hosted = m.shop.spawn(Echo, [], { on: m.node })
    const below = await hosted.ask('child')
    below.kill()
    expect((await below.exited).kind).toMatch(/killed|not-found/)
    hosted.stop()
    expect(await hosted.exited).toEqual({ kind: 'normal' })
  })

  it('is not taken along by a peer that links to it and dies', async () => {
    await using m = await machines()
    const own = m.far.spawn(Echo)
    m.far.register('own', own)
    const linked = m.shop.spawn(Echo)
    await linked.ask('link', m.node.lookup('own'))
    await m.node.lookup('own').ask('say', 1)
    linked.kill()
    await linked.exited
    await m.node.close()
    await turns()
    expect(await own.ask('say', 'alive')).toBe('alive')
  })
})

describe('an actor of a worker', () => {
  it('is reached from another machine by a ref that it was given, and knows who asks', async () => {
    await using m = await machines()
    const worker = await m.shop.start(new MemoryNode('w1', { Echo }).definition)
    const inside = m.shop.spawn(Echo, [], { on: worker })
    const hosted = m.shop.spawn(Echo, [], { on: m.node })
    expect(await hosted.ask('forward', inside, 'across')).toBe('across')
    // The other way: an actor of the worker asks one of the far machine, which then tells it something.
    expect(await inside.ask('forward', hosted, 'back')).toBe('back')
    const { events } = record(m.shop)
    expect(await hosted.ask('forward', await inside.ask('me'), 'again')).toBe('again')
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toEqual([])
  })
})
