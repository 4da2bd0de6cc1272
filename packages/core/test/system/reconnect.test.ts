import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { NodeEvent, SystemEvent } from '../../src/model/event.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Connector, Link, LinkEvents } from '../../src/model/link.ts'
import type { Reconnect } from '../../src/model/link-policy.ts'
import type { RemoteNode } from '../../src/model/node.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import type { System } from '../../src/model/system.ts'
import { encodeRefusal } from '../../src/remote/hello.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'
import { record, testSystem } from '../support/test-system.ts'
import { Tally, gate, rejection, stateOf, turns } from '../support/waiting.ts'

const Counter = actor({
  name: 'Counter',
  setup: (self, start: number = 0) => {
    let count = start
    return {
      add: (n: number) => void (count += n),
      get: () => count,
      wait: () => self.defer<never>(),
      self: () => self.ref,
    }
  },
})
interface CounterProtocol {
  add(n: number): void
  get(): number
  wait(): never
  self(): AnyRef
}

/** A program, another one that comes and goes, one clock for both. */
class Machines {
  readonly clock = new ManualClock()
  readonly shop: System = testSystem({ name: 'shop', clock: this.clock })
  readonly transport: MemoryTransport = memoryTransport({ clock: this.clock })
  far: System = this.#boot()

  connector(reconnect: Reconnect = { min: 100, max: 1_000, jitter: 0 }): Connector {
    return { ...this.transport.connector, reconnect }
  }

  async connect(reconnect?: Reconnect): Promise<RemoteNode> {
    await this.serve()
    return this.shop.connect(this.connector(reconnect))
  }

  async serve(start = 10): Promise<void> {
    await this.far.listen(this.transport.listener, { offer: [Counter] })
    this.far.register('counter', this.far.spawn(Counter, [start]))
  }

  /** The other machine goes down, and comes up as a new one. */
  async restart(start = 20): Promise<void> {
    await this.far.shutdown()
    this.far = this.#boot()
    await this.serve(start)
  }

  /** Lets time pass, and what it set off come to its end. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    await turns(6)
  }

  #boot(): System {
    return testSystem({ name: 'far', clock: this.clock })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.shop.shutdown(), this.far.shutdown()])
    await turns()
    expect(this.clock.pending).toBe(0)
    expect(this.transport.open).toBe(0)
  }
}

/** A connector whose links this end can lose without the other end's noticing. */
class HalfOpen implements Connector {
  readonly reconnect = { min: 100, max: 1_000, jitter: 0 }
  readonly links: HalfOpenLink[] = []
  readonly #inner: Connector

  constructor(inner: Connector) {
    this.#inner = inner
  }

  async connect(signal: AbortSignal): Promise<Link> {
    const link = new HalfOpenLink(await this.#inner.connect(signal))
    this.links.push(link)
    return link
  }
}

class HalfOpenLink implements Link {
  readonly peer = 'half open'
  readonly #inner: Link
  #events: LinkEvents | null = null
  #lastData: Uint8Array | null = null

  constructor(inner: Link) {
    this.#inner = inner
  }

  open(events: LinkEvents): void {
    this.#events = events
    this.#inner.open({
      frame: (bytes) => this.#events?.frame(bytes),
      drain: () => this.#events?.drain(),
      closed: (reason) => this.#events?.closed(reason),
    })
  }

  send(frame: Uint8Array): boolean {
    if (this.#events === null) return true
    if (frame[0] === 3) this.#lastData = frame.slice()
    return this.#inner.send(frame)
  }

  close(reason?: ExitReason): void {
    if (this.#events !== null) this.#inner.close(reason)
  }

  lose(): void {
    const events = this.#events
    this.#events = null
    events?.closed({ kind: 'disconnected', node: this.peer })
  }

  /** What was on its way arrives after all. */
  sendLate(): void {
    if (this.#lastData !== null) this.#inner.send(this.#lastData)
  }
}

const DISCONNECTED = { kind: 'disconnected', node: 'far' }

describe('a node that is called again', () => {
  it('is back after its link was lost, under the same handle', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const counter = far.lookup<CounterProtocol>('counter')
    await counter.ask('add', 1)
    machines.transport.cut()
    await turns()
    expect([far.alive, far.id]).toEqual([false, machines.far.id])
    const back = far.up()
    await machines.pass(100)
    expect(await back).toBe(true)
    expect([far.alive, far.id, await counter.ask('get')]).toEqual([true, machines.far.id, 11])
    expect(await stateOf(far.exited)).toBe('pending')
  })

  it('is a new incarnation after its program was started anew: new id, told as down and up, late-bound names find it', async () => {
    await using machines = new Machines()
    const seen: NodeEvent[] = []
    machines.shop.nodes.subscribe((event) => seen.push(event))
    const far = await machines.connect()
    const first = far.id
    const [byNode, bySystem] = [
      far.lookup<CounterProtocol>('counter'),
      machines.shop.lookup<CounterProtocol>('counter', { on: far }),
    ]
    expect(await byNode.ask('get')).toBe(10)
    // Safe: the actor answers with a ref to itself.
    const direct = (await byNode.ask('self')) as typeof byNode
    expect(await direct.ask('get')).toBe(10)
    await machines.restart()
    await machines.pass(100)
    expect(await far.up()).toBe(true)
    expect(far.id).toBe(machines.far.id)
    expect(far.id).not.toBe(first)
    expect([await byNode.ask('get'), await bySystem.ask('get')]).toEqual([20, 20])
    expect(byNode.address).toContain(far.id)
    expect(seen.map(({ id, state }) => [id, state])).toEqual([
      [first, 'up'],
      [first, 'down'],
      [far.id, 'up'],
    ])
    expect(seen[1]?.reason).not.toBeNull()
    // What was one actor of the old program is no actor of the new one, whatever its number.
    expect(await rejection(direct.ask('get'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('can be used from the event that says it is up', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const heard = gate<number>()
    const counter = far.lookup<CounterProtocol>('counter')
    machines.transport.cut()
    await turns()
    machines.shop.nodes.subscribe(({ state }) => {
      if (state !== 'up') return
      expect(far.alive).toBe(true)
      machines.shop.spawn(Counter, [5], { on: far }).ask('get').then(heard.open, heard.fail)
      void counter.tell('add', 1)
    })
    await machines.pass(100)
    expect(await heard.promise).toBe(5)
    expect(await counter.ask('get')).toBe(11)
  })

  it('ends all that was open over the lost link at once, as disconnected', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const counter = far.lookup<CounterProtocol>('counter')
    const child = machines.shop.spawn(Counter, [], { on: far })
    await child.ready
    const hanging = [rejection(counter.ask('wait')), rejection(child.ask('wait'))]
    const heard: ExitReason[] = []
    const Watcher = actor({
      name: 'Watcher',
      setup: (self) => ({
        watch: (ref: AnyRef) => void self.watch(ref, (reason) => heard.push(reason)),
        tie: (ref: AnyRef) => self.link(ref),
      }),
    })
    const watcher = machines.shop.spawn(Watcher)
    const tied = machines.shop.spawn(Watcher)
    await watcher.ask('watch', counter)
    await watcher.ask('watch', child)
    await tied.ask('tie', child)
    await turns()
    machines.transport.cut()
    for (const error of hanging) expect(await error).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: DISCONNECTED })
    expect(await tied.exited).toEqual(DISCONNECTED)
    expect(await child.exited).toMatchObject({ kind: expect.stringMatching(/disconnected|not-found/) })
    await turns()
    expect(heard).toEqual([DISCONNECTED, DISCONNECTED])
    await machines.pass(1_000)
    expect(await far.up()).toBe(true)
    expect(heard).toHaveLength(2)
    expect(await rejection(child.ask('get'))).toMatchObject({ reason: DISCONNECTED })
  })

  it('refuses at once what is sent or spawned while it is down: nothing waits for its return', async () => {
    await using machines = new Machines()
    const { letters } = record(machines.shop)
    const far = await machines.connect()
    const counter = far.lookup<CounterProtocol>('counter')
    machines.transport.cut()
    await turns()
    expect(await rejection(counter.ask('get'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: DISCONNECTED })
    expect(await rejection(far.lookup<CounterProtocol>('new').ask('get'))).toMatchObject({ reason: DISCONNECTED })
    const child = machines.shop.spawn(Counter, [], { on: far })
    expect(await rejection(child.ready)).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { reason: DISCONNECTED } })
    void counter.tell('add', 100)
    expect(letters.map(({ method, why }) => [method, why])).toEqual([['add', 'disconnected']])
    await machines.pass(100)
    expect(await counter.ask('get')).toBe(10)
    expect(await machines.shop.spawn(Counter, [3], { on: far }).ask('get')).toBe(3)
  })

  it('leaves refs of the lost link dead even when the same program is back: looked up again, the actor is there', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const counter = far.lookup<CounterProtocol>('counter')
    // Safe: the actor answers with a ref to itself.
    const direct = (await counter.ask('self')) as typeof counter
    expect(await direct.ask('get')).toBe(10)
    machines.transport.cut()
    await turns()
    await machines.pass(100)
    expect(await rejection(direct.ask('get'))).toMatchObject({ reason: DISCONNECTED })
    // Safe: as above.
    const again = (await counter.ask('self')) as typeof counter
    expect(again.equals(direct)).toBe(true)
    expect(await again.ask('get')).toBe(10)
  })

  it('is called again after its program shut down politely, too', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    await machines.far.shutdown()
    await turns()
    expect([far.alive, await stateOf(far.exited)]).toEqual([false, 'pending'])
    await machines.restart()
    await machines.pass(1_000)
    expect(await far.lookup<CounterProtocol>('counter').ask('get')).toBe(20)
  })

  it('is called by backoff without an end, with an event for each call in vain', async () => {
    await using machines = new Machines()
    const { events } = record(machines.shop)
    const far = await machines.connect()
    await machines.far.shutdown()
    await machines.pass(5_000)
    const failed = events.filter((event) => event.kind === 'redial-failed')
    expect(failed.map(({ node, attempt, delay }) => [node, attempt, delay])).toEqual([
      ['far', 1, 200],
      ['far', 2, 400],
      ['far', 3, 800],
      ['far', 4, 1_000],
      ['far', 5, 1_000],
      ['far', 6, 1_000],
      ['far', 7, 1_000],
    ])
    expect(failed[0]).toMatchObject({ error: { message: expect.stringContaining('nobody listens') } })
    await machines.pass(600_000)
    await machines.restart()
    await machines.pass(1_000)
    expect(far.alive).toBe(true)
    // A link that fell at once counts as one more call in vain; one that stood starts over.
    machines.transport.cut()
    await machines.pass(999)
    expect(far.alive).toBe(false)
    await machines.pass(1)
    expect(far.alive).toBe(true)
    await machines.pass(1_000)
    machines.transport.cut()
    await machines.pass(100)
    expect(far.alive).toBe(true)
  })

  it('is called at the longest interval once it refuses us', async () => {
    await using machines = new Machines()
    const { events } = record(machines.shop)
    await machines.connect({ min: 10, max: 60_000, jitter: 0 })
    await machines.far.shutdown()
    await machines.transport.listener.listen((link) => {
      link.open({ frame: () => link.send(encodeRefusal('we do not want you')), drain: () => undefined, closed: () => undefined })
    })
    await machines.pass(10)
    expect(events.filter(({ kind }) => kind === 'redial-failed')).toMatchObject([
      { attempt: 1, delay: 60_000, error: { code: 'TROUPE_HANDSHAKE' } },
    ])
    await machines.pass(60_000)
    expect(events.filter(({ kind }) => kind === 'redial-failed')).toMatchObject([{ attempt: 1 }, { attempt: 2, delay: 60_000 }])
  })

  it('is called at the longest interval while it does not prove itself, and is back when it does', async () => {
    await using machines = new Machines()
    const secret = 'the first of our secrets'
    const failed = new Tally<SystemEvent>()
    machines.shop.events.subscribe((event) => void (event.kind === 'redial-failed' && failed.add(event)))
    const listening = await machines.far.listen(machines.transport.listener, { secret })
    const far = await machines.shop.connect(machines.connector({ min: 10, max: 60_000, jitter: 0 }), { secret })
    await listening.close()
    const other = await machines.far.listen(machines.transport.listener, { secret: 'another of our secrets' })
    machines.transport.cut()
    await machines.pass(10)
    expect(await failed.reaches(1)).toMatchObject([{ attempt: 1, delay: 60_000, error: { code: 'TROUPE_AUTHENTICATION' } }])
    await other.close()
    await machines.far.listen(machines.transport.listener, { secret })
    await machines.pass(60_000)
    expect(await far.up()).toBe(true)
  })

  it('is not called again when the first call fails: connect rejects', async () => {
    await using machines = new Machines()
    await expect(machines.shop.connect(machines.connector())).rejects.toThrow('nobody listens')
    await expect(machines.shop.connect(machines.connector({ min: 0 }))).rejects.toThrow(RangeError)
    expect(machines.clock.pending).toBe(0)
  })

  it('can be waited for, for a time', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    expect([await far.up(), await far.up(0)]).toEqual([true, true])
    machines.transport.cut()
    await turns()
    expect(await far.up(0)).toBe(false)
    const soon = far.up(50)
    await machines.pass(50)
    expect(await soon).toBe(false)
    expect(() => far.up(-1)).toThrow(RangeError)
    const late = far.up(1_000)
    await machines.pass(50)
    expect(await late).toBe(true)
    machines.transport.cut()
    await turns()
    const never = far.up()
    await far.close()
    expect([await never, await far.up()]).toEqual([false, false])
  })
})

describe('a handle that is closed', () => {
  it('flushes what was sent, and is not called again', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const counter = machines.far.lookup<CounterProtocol>('counter')
    void far.lookup<CounterProtocol>('counter').tell('add', 5)
    await far.close()
    await far.close()
    expect(await far.exited).toEqual(DISCONNECTED)
    expect(await counter.ask('get')).toBe(15)
    await machines.pass(60_000)
    expect([far.alive, machines.transport.open]).toEqual([false, 0])
  })

  it('ends at once while it waits for its next call', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    machines.transport.cut()
    await turns()
    expect(machines.clock.pending).toBeGreaterThan(0)
    await far.close()
    expect(await far.exited).toEqual(DISCONNECTED)
    await turns()
    expect(machines.clock.pending).toBe(0)
  })

  it.each([['close'], ['shutdown']] as const)(
    'ends at once while a call is made, by %s, whatever the connector does',
    async (how) => {
      await using machines = new Machines()
      await machines.serve()
      const late = gate<Link>()
      const calls: AbortSignal[] = []
      const far = await machines.shop.connect({
        reconnect: { min: 100, jitter: 0 },
        connect: (signal) => {
          calls.push(signal)
          return calls.length === 1 ? machines.transport.connector.connect(signal) : late.promise
        },
      })
      machines.transport.cut()
      await turns()
      await machines.pass(100)
      expect(calls).toHaveLength(2)
      await (how === 'close' ? far.close() : machines.shop.shutdown())
      expect(await far.exited).toEqual(DISCONNECTED)
      expect(calls[1]?.aborted).toBe(true)
      expect(machines.clock.pending).toBe(0)
      // The connector minds no signal: its link comes all the same.
      late.open(await machines.transport.connector.connect(new AbortController().signal))
      await machines.pass(5_000)
      expect(machines.transport.open).toBe(0)
    },
  )

  it.each([['close'], ['shutdown']] as const)('ends at once while hands are shaken, by %s', async (how) => {
    await using machines = new Machines()
    const far = await machines.connect()
    machines.transport.cut()
    await turns()
    machines.transport.partition()
    await machines.pass(100)
    expect(machines.transport.open).toBe(1)
    await (how === 'close' ? far.close() : machines.shop.shutdown())
    expect(await far.exited).toEqual(DISCONNECTED)
    await turns()
    machines.transport.heal()
    await turns()
    expect(machines.transport.open).toBe(0)
  })

  it('gives a call that hangs ten seconds, then makes the next one', async () => {
    await using machines = new Machines()
    await machines.serve()
    const calls: AbortSignal[] = []
    const far = await machines.shop.connect({
      reconnect: { min: 100, jitter: 0 },
      connect: (signal) => {
        calls.push(signal)
        return calls.length === 2 ? new Promise(() => undefined) : machines.transport.connector.connect(signal)
      },
    })
    machines.transport.cut()
    await turns()
    await machines.pass(10_100)
    expect([calls.length, calls[1]?.aborted, far.alive]).toEqual([2, true, false])
    await machines.pass(200)
    expect(far.alive).toBe(true)
  })

  it('ends with its system', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    await machines.shop.shutdown()
    expect([(await far.exited).kind, far.alive]).toEqual(['shutdown', false])
  })
})

describe('a link that looks open and is not', () => {
  it('is found within three seconds of silence, and its node called until it answers', async () => {
    await using machines = new Machines()
    const far = await machines.connect()
    const counter = far.lookup<CounterProtocol>('counter')
    await machines.pass(10_000)
    expect(far.alive).toBe(true)
    const hanging = rejection(counter.ask('wait'))
    machines.transport.partition()
    await machines.pass(3_000)
    expect([far.alive, await hanging]).toMatchObject([false, { reason: DISCONNECTED }])
    // Calls get through, but nobody answers: each handshake takes its five seconds.
    await machines.pass(30_000)
    machines.transport.heal()
    await machines.pass(6_000)
    expect([far.alive, await counter.ask('get')]).toEqual([true, 10])
    await turns()
    expect(machines.transport.open).toBe(1)
  })

  it('does not block the return of its node: the new link replaces it at once, and nothing comes over the old one', async () => {
    await using machines = new Machines()
    await machines.serve()
    const connector = new HalfOpen(machines.transport.connector)
    const far = await machines.shop.connect(connector)
    const [counter, own] = [far.lookup<CounterProtocol>('counter'), machines.far.lookup<CounterProtocol>('counter')]
    const hosted = machines.shop.spawn(Counter, [], { on: far })
    await hosted.ready
    await counter.tell('add', 1)
    await turns()
    expect(await own.ask('get')).toBe(11)
    const states: string[] = []
    machines.far.nodes.subscribe(({ state }) => states.push(state))
    connector.links[0]?.lose()
    await turns()
    expect([far.alive, machines.far.inspect().children.length]).toEqual([false, 2])
    await machines.pass(100)
    await turns()
    expect([far.alive, machines.transport.open, machines.far.inspect().children.length]).toEqual([true, 1, 1])
    connector.links[0]?.sendLate()
    await turns()
    expect(await counter.ask('get')).toBe(11)
    expect(states).toEqual(['up'])
  })

  it('is not taken for another link of the same program: two handles live side by side', async () => {
    await using machines = new Machines()
    const one = await machines.connect()
    const other = await machines.shop.connect(machines.connector())
    await turns()
    expect([one.alive, other.alive, machines.transport.open]).toEqual([true, true, 2])
    machines.transport.cut()
    await turns()
    await machines.pass(100)
    expect([one.alive, other.alive, machines.transport.open]).toEqual([true, true, 2])
    await one.close()
    expect(await other.lookup<CounterProtocol>('counter').ask('get')).toBe(10)
  })
})

describe('many links', () => {
  it('that were lost together come back spread out, all of them', async () => {
    const clock = new ManualClock()
    const transport = memoryTransport({ clock })
    await using hub = testSystem({ name: 'hub', clock })
    await hub.listen(transport.listener)
    hub.register('counter', hub.spawn(Counter, [1]))
    const calls: number[] = []
    const connector: Connector = {
      reconnect: {},
      connect: (signal) => {
        calls.push(Math.round(clock.now()))
        return transport.connector.connect(signal)
      },
    }
    const systems = Array.from({ length: 50 }, (_, n) => testSystem({ name: `n${n}`, clock, random: seededRandom(n) }))
    const nodes = await Promise.all(systems.map((system) => system.connect(connector)))
    await turns()
    calls.length = 0
    transport.cut()
    await turns()
    expect(nodes.filter(({ alive }) => alive)).toEqual([])
    await clock.advance(100)
    await turns(6)
    expect(nodes.filter(({ alive }) => !alive)).toEqual([])
    expect(calls).toHaveLength(50)
    expect(Math.min(...calls)).toBeGreaterThanOrEqual(50)
    const perTick = new Map<number, number>()
    for (const at of calls) perTick.set(at, (perTick.get(at) ?? 0) + 1)
    expect(Math.max(...perTick.values())).toBeLessThan(8)
    const answers = await Promise.all(nodes.map((node) => node.lookup<CounterProtocol>('counter').ask('get')))
    expect(new Set(answers)).toEqual(new Set([1]))
    await Promise.all(systems.map((system) => system.shutdown()))
    await turns()
    expect(transport.open).toBe(0)
  })

  it('of one node, lost again and again, never turn the order of what is sent around', async () => {
    await using far = testSystem({ name: 'far' })
    await using shop = testSystem({ name: 'shop' })
    const transport = memoryTransport({ loss: 0.02, seed: 5 })
    const arrived: number[] = []
    const Keeper = actor({
      name: 'Keeper',
      setup: () => ({ keep: (n: number) => void arrived.push(n), last: () => arrived.at(-1) ?? -1 }),
    })
    await far.listen(transport.listener)
    far.register('keeper', far.spawn(Keeper))
    let ups = 0
    shop.nodes.subscribe(({ state }) => void (ups += state === 'up' ? 1 : 0))
    const connect = async (): Promise<RemoteNode> => {
      for (;;) {
        try {
          return await shop.connect({ ...transport.connector, reconnect: { min: 1, max: 1, jitter: 0 } })
        } catch {
          // The handshake was lost: the first call is the caller's to repeat.
        }
      }
    }
    const node = await connect()
    const keeper = node.lookup<{ keep(n: number): void; last(): number }>('keeper')
    for (let n = 0; n < 2_000; n++) {
      await node.up()
      void keeper.tell('keep', n)
      if (n % 5 === 0) await keeper.ask('last').catch(() => undefined)
    }
    expect(ups).toBeGreaterThan(5)
    expect(arrived.length).toBeGreaterThan(1_000)
    expect(arrived.every((n, index) => index === 0 || n > (arrived[index - 1] ?? n))).toBe(true)
    await node.close()
  })
})
