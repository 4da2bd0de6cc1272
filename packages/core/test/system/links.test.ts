import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { NodeEvent } from '../../src/model/event.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Node } from '../../src/model/node.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import type { System } from '../../src/model/system.ts'
import { openSession } from '../../src/remote/open-session.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'
import { FakeNode } from '../remote/fake-node.ts'
import { Journal, member } from '../support/members.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

const Echo = actor({
  name: 'Echo',
  setup: (self, greeting: string = 'hello') => ({
    say: (what: string) => `${greeting} ${what}`,
    fail: () => {
      throw new RangeError('far too far')
    },
    wait: () => self.defer<never>(),
    where: () => self.system.name,
  }),
})

/** Two systems and the transport between them. */
class Pair {
  readonly journal = new Journal()
  readonly shop: System = testSystem({ name: 'shop' })
  readonly far: System = testSystem({ name: 'far' })
  readonly transport: MemoryTransport = memoryTransport()
  readonly Hosted = { ...member(this.journal, 'hosted'), name: 'Hosted' }

  async connect(): Promise<Node> {
    await this.far.listen(this.transport.listener, { offer: [Echo, this.Hosted] })
    return this.shop.connect(this.transport.connector)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.shop.shutdown(), this.far.shutdown()])
  }
}

describe('connect', () => {
  it('spawns what the listener offers, with the same kind of ref', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    expect([far.name, far.alive]).toEqual(['far', true])
    expect(far.id).toBe(pair.far.id)
    const echo = pair.shop.spawn(Echo, ['hi'], { on: far, name: 'echo' })
    expect(await echo.ask('say', 'you')).toBe('hi you')
    await echo.ready
    expect(await echo.ask('where')).toBe('far')
    expect(echo.path).toBe('troupe://far/echo')
    expect(await rejection(echo.ask('fail'))).toMatchObject({ name: 'RangeError', message: 'far too far' })
    expect(await echo.exited).toMatchObject({ kind: 'error' })
    expect(() => pair.shop.spawn(Echo, [], { on: far, name: 'echo' })).not.toThrow()
  })

  it('refuses everything else as a failed start, with an event on the other side', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const { events } = record(pair.far)
    const Secret = actor({ name: 'Secret', module: 'data:text/javascript,throw 1', setup: () => ({ get: () => 1 }) })
    const secret = pair.shop.spawn(Secret, [], { on: far })
    const asked = rejection(secret.ask('get'))
    expect(await rejection(secret.ready)).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { code: 'TROUPE_NOT_OFFERED' } })
    expect(await asked).toMatchObject({
      code: 'TROUPE_ACTOR_STOPPED',
      reason: { kind: 'error', error: { code: 'TROUPE_NOT_OFFERED' } },
    })
    expect(events).toContainEqual({ kind: 'peer-refused', node: 'shop', action: 'spawn', name: 'Secret' })
  })

  it('offers nothing unless told to, in either direction', async () => {
    await using pair = new Pair()
    await pair.connect()
    let back: Node | undefined
    pair.far.nodes.subscribe(({ node, id }) => {
      back = { name: node, id, alive: true } as Node
    })
    const echo = pair.far.spawn(Echo, [], back === undefined ? {} : { on: back })
    expect(await rejection(echo.ready)).toMatchObject({ cause: { code: 'TROUPE_NOT_OFFERED' } })
  })

  it('finds registered names, late-bound', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const [byNode, bySystem] = [far.lookup<{ say(what: string): string }>('echo'), pair.shop.lookup('echo', { on: far })]
    expect(await rejection(byNode.ask('say', 'x'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'not-found' } })
    pair.far.register('echo', pair.far.spawn(Echo, ['one']))
    expect(await byNode.ask('say', 'x')).toBe('one x')
    pair.far.unregister('echo')
    pair.far.register('echo', pair.far.spawn(Echo, ['two']))
    expect(await bySystem.ask('say', 'x')).toBe('two x')
  })

  it('watches across, exactly once', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const echo = pair.shop.spawn(Echo, [], { on: far })
    const heard: ExitReason[] = []
    const Watcher = actor({
      name: 'Watcher',
      setup: (self) => ({ watch: (ref: AnyRef) => void self.watch(ref, (reason) => heard.push(reason)) }),
    })
    await pair.shop.spawn(Watcher).ask('watch', echo)
    echo.stop()
    expect(await echo.exited).toEqual({ kind: 'normal' })
    await turns()
    expect(heard).toEqual([{ kind: 'normal' }])
    expect(await echo.exited).toEqual({ kind: 'normal' })
  })

  it('rejects when nobody listens', async () => {
    await using pair = new Pair()
    await expect(pair.shop.connect(pair.transport.connector)).rejects.toThrow('nobody listens')
  })

  it('refuses to be its own peer', async () => {
    await using system = testSystem()
    const { connector, listener } = memoryTransport()
    const { events } = record(system)
    await system.listen(listener)
    expect(await rejection(system.connect(connector))).toMatchObject({ code: 'TROUPE_HANDSHAKE' })
    await turns()
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toHaveLength(1)
  })

  it('gives a peer no power to end the system that it called', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const { connector, listener } = memoryTransport()
    await system.listen(listener)
    const link = await connector.connect(new AbortController().signal)
    const stranger = await openSession(link, new FakeNode('stranger', new ManualClock()), { role: 'dialer', trust: 'untrusted' })
    stranger.requestShutdown({ kind: 'shutdown' })
    await turns()
    expect(system.inspect().state).toBe('running')
    expect(events.flatMap((event) => (event.kind === 'peer-refused' ? event.action : []))).toEqual(['shut down'])
    stranger.close()
    await stranger.closed
  })
})

describe('nodes', () => {
  it('are told as they come up and go down, on both sides; a new subscriber hears of those that are up', async () => {
    await using pair = new Pair()
    const seen: { shop: NodeEvent[]; far: NodeEvent[]; late: NodeEvent[] } = { shop: [], far: [], late: [] }
    pair.shop.nodes.subscribe((event) => seen.shop.push(event))
    pair.far.nodes.subscribe((event) => seen.far.push(event))
    const far = await pair.connect()
    await turns()
    pair.shop.nodes.subscribe((event) => seen.late.push(event))
    const up = { node: 'far', id: pair.far.id, state: 'up', reason: null }
    expect(seen.shop).toEqual([up])
    expect(seen.late).toEqual([up])
    expect(seen.far).toEqual([{ node: 'shop', id: pair.shop.id, state: 'up', reason: null }])
    await far.close()
    await turns()
    expect(far.alive).toBe(false)
    expect(seen.late.at(-1)).toMatchObject({ node: 'far', state: 'down', reason: { kind: 'disconnected' } })
    expect(seen.far.at(-1)).toMatchObject({ node: 'shop', state: 'down', reason: { kind: 'disconnected', node: 'shop' } })
  })

  it('are found by their ids while they are up, whoever called whom', async () => {
    await using pair = new Pair()
    await pair.far.listen(pair.transport.listener)
    const far = await pair.shop.connect(pair.transport.connector, { offer: [Echo] })
    expect(pair.shop.node(far.id)).toMatchObject({ name: 'far', alive: true })
    const caller = pair.far.node(pair.shop.id)
    if (caller === null) throw new Error('the caller is not found')
    expect([caller.name, caller.id]).toEqual(['shop', pair.shop.id])
    const echo = pair.far.spawn(Echo, [], { on: caller })
    expect(await echo.ask('where')).toBe('shop')
    await caller.close()
    expect(caller.alive).toBe(false)
    expect([pair.far.node(caller.id), pair.far.node(pair.far.id)]).toEqual([null, null])
    await far.exited
  })

  it('come back under another id when their system is a new one', async () => {
    await using shop = testSystem({ name: 'shop' })
    const ids: string[] = []
    for (let n = 0; n < 2; n++) {
      await using far = testSystem({ name: 'far' })
      const { connector, listener } = memoryTransport()
      await far.listen(listener)
      const node = await shop.connect(connector)
      expect(node.name).toBe('far')
      ids.push(node.id)
    }
    expect(new Set(ids).size).toBe(2)
  })

  it('stay up while one of several links to them is', async () => {
    await using pair = new Pair()
    const one = await pair.connect()
    const second = memoryTransport()
    await pair.far.listen(second.listener)
    const events: NodeEvent[] = []
    pair.shop.nodes.subscribe((event) => events.push(event))
    const other = await pair.shop.connect(second.connector)
    await other.close()
    expect(one.alive).toBe(true)
    expect(await pair.shop.spawn(Echo, [], { on: one }).ask('say', 'x')).toBe('hello x')
    expect(events.map(({ state }) => state)).toEqual(['up'])
    await one.close()
    await turns()
    expect(events.map(({ state }) => state)).toEqual(['up', 'down'])
  })
})

describe('a link that ends', () => {
  it('rejects asks with its reason, ends what this side had spawned, and tells watchers', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const echo = pair.shop.spawn(Echo, [], { on: far })
    await echo.ready
    const hanging = rejection(echo.ask('wait'))
    const { exited } = echo
    await turns()
    pair.transport.cut()
    const reason = { kind: 'disconnected', node: 'far' }
    expect(await hanging).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason })
    expect(await exited).toEqual(reason)
    expect(await far.exited).toEqual(reason)
    expect(far.alive).toBe(false)
  })

  it('makes everything through its handle fail at once, and leaves the rest alone', async () => {
    await using pair = new Pair()
    const { letters } = record(pair.shop)
    const far = await pair.connect()
    const echo = pair.shop.spawn(Echo, [], { on: far })
    await echo.ready
    pair.transport.cut()
    await far.exited
    const failures: [string, Promise<unknown>][] = [
      ['ask', echo.ask('say', 'x')],
      ['lookup', far.lookup<{ get(): number }>('x').ask('get')],
      ['spawn', pair.shop.spawn(Echo, [], { on: far }).ask('say', 'x')],
      ['ready', pair.shop.spawn(Echo, [], { on: far }).ready],
    ]
    for (const [what, failure] of failures)
      expect([what, await rejection(failure)]).toMatchObject([what, { code: expect.stringMatching(/STOPPED|START_FAILED/) }])
    void echo.tell('say', 'x')
    expect(letters.map(({ why }) => why)).toEqual(['disconnected'])
    expect(await pair.shop.spawn(Echo).ask('say', 'x')).toBe('hello x')
    expect(pair.shop.inspect().children.map(({ definition }) => definition)).toEqual(['Echo'])
  })

  it('stops the actors that were hosted for the lost peer, with their hooks', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const hosted = pair.shop.spawn(pair.Hosted, [], { on: far })
    await hosted.ready
    const own = pair.far.spawn(member(pair.journal, 'own'))
    await own.ready
    pair.journal.read()
    pair.transport.cut()
    await far.exited
    await turns()
    expect(pair.journal.read()).toBe('-hosted disconnected (shop)')
    expect(pair.far.inspect().children.map(({ definition }) => definition)).toEqual(['Member'])
  })

  it('ends the listener’s actors by force when they do not stop', async () => {
    await using pair = new Pair()
    await using far = testSystem({ name: 'far', stopTimeout: 30 })
    const held = gate()
    const Stuck = actor({ name: 'Stuck', setup: () => ({ hang: () => held.promise }) })
    const { connector, listener } = memoryTransport()
    await far.listen(listener, { offer: [Stuck] })
    const node = await pair.shop.connect(connector)
    const stuck = pair.shop.spawn(Stuck, [], { on: node })
    void stuck.tell('hang')
    await stuck.ready
    await turns()
    await node.close()
    const killed = new Promise((resolve) =>
      far.events.subscribe((event) => event.kind === 'actor-stopped' && resolve(event.reason)),
    )
    expect(await killed).toEqual({ kind: 'killed' })
    expect(far.inspect().children).toEqual([])
    held.open()
  })

  it('is closed in order by close: what was sent before arrives', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const kept: string[] = []
    const Keeper = actor({ name: 'Keeper', setup: () => ({ keep: (what: string) => void kept.push(what) }) })
    pair.far.register('keeper', pair.far.spawn(Keeper))
    const keeper = far.lookup<{ keep(what: string): void }>('keeper')
    for (let n = 0; n < 100; n++) void keeper.tell('keep', `${n}`)
    await far.close()
    await far.close()
    await turns()
    expect(kept).toHaveLength(100)
  })

  it('lets nobody start an actor on a node that shuts down', async () => {
    await using pair = new Pair()
    const held = gate()
    const Slow = actor({ name: 'Slow', setup: (self) => (self.onStop(() => held.promise), {}) })
    await pair.far.listen(pair.transport.listener, { offer: [Slow, pair.Hosted] })
    const far = await pair.shop.connect(pair.transport.connector)
    await pair.shop.spawn(Slow, [], { on: far }).ready
    const down = pair.far.shutdown()
    await turns()
    const late = pair.shop.spawn(pair.Hosted, [], { on: far })
    const failed = rejection(late.ready)
    await turns()
    expect(pair.far.inspect().children.map(({ definition }) => definition)).toEqual(['Slow'])
    held.open()
    await down
    expect(await failed).toMatchObject({ code: expect.stringMatching(/STOPPED|START_FAILED/) })
    expect(pair.journal.read()).toBe('')
  })

  it('is closed by the shutdown of either side', async () => {
    await using pair = new Pair()
    const far = await pair.connect()
    const { exited } = pair.shop.spawn(Echo, [], { on: far })
    await pair.far.shutdown()
    expect((await far.exited).kind).toMatch(/shutdown|disconnected/)
    expect((await exited).kind).toMatch(/shutdown|disconnected/)
    await turns()
    expect(pair.transport.open).toBe(0)
  })
})

describe('a listener', () => {
  it('says where it is, takes no calls once it is closed, and keeps open links', async () => {
    await using pair = new Pair()
    const { connector, listener } = pair.transport
    const listening = await pair.far.listen(listener, { offer: [Echo] })
    expect(listening.address).toBe('memory:')
    const far = await pair.shop.connect(connector)
    await listening.close()
    await listening.close()
    await expect(pair.shop.connect(connector)).rejects.toThrow()
    expect(await pair.shop.spawn(Echo, [], { on: far }).ask('say', 'x')).toBe('hello x')
  })

  it('takes no two definitions of one name', async () => {
    await using pair = new Pair()
    const Other = actor({ name: 'Echo', setup: () => ({}) })
    await expect(pair.far.listen(pair.transport.listener, { offer: [Echo, Other] })).rejects.toThrow(TypeError)
  })
})
