import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { SystemEvent } from '../../src/model/event.ts'
import type { ChildSpec, SupervisorOptions } from '../../src/supervision/child-spec.ts'
import { Journal, type SupervisorRef, childOf, member, statesOf } from '../support/members.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

const SIGKILL = { kind: 'signal', signal: 'SIGKILL' } as const

/** A node w with members a and b on it, and c here. */
class Shop {
  readonly journal = new Journal()
  readonly node: MemoryNode
  onStartA: () => unknown = () => undefined
  onStopA: () => unknown = () => undefined
  readonly #exports: Readonly<Record<string, ReturnType<typeof member>>>

  constructor() {
    const a = member(this.journal, 'a', { onStart: () => this.onStartA(), onStop: () => this.onStopA() })
    const b = member(this.journal, 'b')
    this.#exports = { A: { ...a, name: 'A', module: MODULE }, B: { ...b, name: 'B', module: MODULE } }
    this.node = new MemoryNode('w', this.#exports)
  }

  children(specs: Readonly<Record<string, Partial<ChildSpec>>> = {}): ChildSpec[] {
    const { A, B } = this.#exports
    if (A === undefined || B === undefined) throw new Error('no exports')
    return [
      { id: 'w', actor: this.node.definition, ...specs['w'] },
      { id: 'a', actor: A, on: 'w', ...specs['a'] },
      { id: 'b', actor: B, on: 'w', ...specs['b'] },
      { id: 'c', actor: member(this.journal, 'c'), ...specs['c'] },
    ]
  }

  supervisor(options: Partial<SupervisorOptions> = {}) {
    return supervisor({ name: 'Shop', children: this.children(), ...options })
  }
}

function restartsIn(events: readonly SystemEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'child-restarting' ? `${event.child} ${event.reason.kind}` : []))
}

/** The states once nobody starts or stops any more. */
async function settled(shop: SupervisorRef): Promise<string> {
  for (;;) {
    const states = await statesOf(shop)
    if (!/starting|stopping|restarting/.test(states)) return states
  }
}

describe('children on a sibling node', () => {
  it('start after it, live there, and answer like any other', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor(), [], { name: 'shop' })
    const a = await childOf(shop, 'a')
    void a.tell('add', 2)
    expect(await a.ask('get')).toBe(2)
    await shop.ready
    await a.ready
    expect(world.journal.read()).toBe('+a, +b, +c')
    expect(a.path).toBe('troupe://test/shop/a')
    expect((await shop.ask('children')).map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'w node',
      'a actor',
      'b actor',
      'c actor',
    ])
    await system.shutdown()
    expect(await world.node.handles[0]?.exited).toMatchObject({ kind: 'shutdown' })
    expect(await Promise.all(world.node.served)).toEqual([{ kind: 'shutdown' }])
  })

  it('stop before it, in reverse, with their hooks', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    await shop.ready
    world.journal.read()
    shop.stop()
    await shop.exited
    expect(world.journal.read()).toBe('-c shutdown, -b shutdown, -a shutdown')
    expect(world.node.handles[0]?.alive).toBe(false)
  })

  it('restart with it as one restart; refs stay valid, and what is sent meanwhile waits', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const shop = system.spawn(world.supervisor({ maxRestarts: 1 }))
    const a = await childOf(shop, 'a')
    await shop.ready
    void a.tell('add', 1)
    expect(await a.ask('get')).toBe(1)
    const relaunch = gate()
    world.node.onLaunch = () => relaunch.promise
    world.node.end(SIGKILL)
    expect(await statesOf(shop)).toBe('w starting 1, a restarting 0, b restarting 0, c running 0')
    void a.tell('add', 10)
    const answer = a.ask('get')
    expect(await stateOf(answer)).toBe('pending')
    relaunch.open()
    expect(await answer).toBe(10)
    expect(await settled(shop)).toBe('w running 1, a running 1, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w signal'])
    expect((await childOf(shop, 'a')).equals(a)).toBe(true)
    const [first, second] = world.node.handles
    expect(first?.name).toBe(second?.name)
    expect(first?.id).not.toBe(second?.id)
  })

  it('keep what is sent from the moment that their node is killed', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const shop = system.spawn(world.supervisor({ maxRestarts: 1 }))
    const [w, a, b] = [await shop.ask('child', 'w'), await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    w.kill()
    await Promise.resolve()
    const answers = [a.ask('get'), b.ask('get')]
    expect(await Promise.all(answers)).toEqual([0, 0])
    expect(await settled(shop)).toBe('w running 1, a running 1, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w killed'])
    expect(await world.node.handles[0]?.exited).toEqual({ kind: 'killed' })
  })

  it('restart with it as one restart when it shuts itself down', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const children = world.children({ a: { shutdown: 'brutal-kill' } })
    const shop = system.spawn(world.supervisor({ maxRestarts: 1, children }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    world.journal.read()
    void b.tell('shutDown')
    await turns(10)
    expect(await a.ask('get')).toBe(0)
    expect(await settled(shop)).toBe('w running 1, a running 1, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w shutdown'])
    expect(world.journal.read()).toBe('-b shutdown, -a shutdown, +a, +b')
  })

  it('reject at once what they were asked when their node dies', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    await shop.ready
    const deferred = a.ask('wait')
    await turns()
    world.node.end(SIGKILL)
    expect(await rejection(deferred)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: SIGKILL })
    expect(await a.ask('get')).toBe(0)
  })

  it('restart alone when they crash; their queue is kept where they live', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    await shop.ready
    const failed = a.ask('fail', 'far')
    for (let n = 0; n < 10; n++) void a.tell('add', 1)
    const answer = a.ask('get')
    expect(await rejection(failed)).toMatchObject({ message: 'far' })
    expect(await answer).toBe(10)
    expect(await settled(shop)).toBe('w running 0, a running 1, b running 0, c running 0')
    expect(restartsIn(events)).toEqual(['a error'])
  })

  it('keep their queue when they are killed through their ref', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    await shop.ready
    void a.tell('hang')
    void a.tell('add', 4)
    const answer = a.ask('get')
    await turns()
    a.kill()
    expect(await answer).toBe(4)
    expect(await settled(shop)).toBe('w running 0, a running 1, b running 0, c running 0')
  })

  it('restart together with all when the strategy says so, on the new node', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ strategy: 'one-for-all' }))
    const [a, c] = [await childOf(shop, 'a'), await childOf(shop, 'c')]
    await shop.ready
    world.journal.read()
    void c.tell('fail')
    await turns()
    expect(await settled(shop)).toBe('w running 1, a running 1, b running 1, c running 1')
    expect(world.journal.read()).toBe('-c error (Error: told to fail), -b shutdown, -a shutdown, +a, +b, +c')
    expect(await a.ask('get')).toBe(0)
    expect(world.node.handles).toHaveLength(2)
  })

  it('stay on their node when rest-for-one does not touch it', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ strategy: 'rest-for-one' }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    void b.tell('add', 5)
    a.kill()
    await turns()
    expect(await settled(shop)).toBe('w running 0, a running 1, b running 1, c running 1')
    expect(world.node.handles).toHaveLength(1)
    expect(await b.ask('get')).toBe(0)
  })

  it('wait for their node when it fails to start again; each attempt counts once', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const shop = system.spawn(world.supervisor({ maxRestarts: 3 }))
    const a = await childOf(shop, 'a')
    await shop.ready
    let launches = 0
    world.node.onLaunch = () => {
      if (++launches < 3) throw new Error(`launch ${launches}`)
    }
    world.node.end(SIGKILL)
    await turns()
    expect(await a.ask('get')).toBe(0)
    expect(await settled(shop)).toBe('w running 3, a running 1, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w signal', 'w error', 'w error'])
  })

  it('are gone when the supervisor gives their node up', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ maxRestarts: 0 }))
    const a = await childOf(shop, 'a')
    await shop.ready
    const { exited } = a
    world.node.end(SIGKILL)
    expect(await shop.exited).toMatchObject({ kind: 'shutdown' })
    expect(await exited).toEqual(SIGKILL)
    expect(await rejection(a.ask('get'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: SIGKILL })
  })

  it('go down for good with a node that is not restarted', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ children: world.children({ w: { restart: 'temporary' } }) }))
    const a = await childOf(shop, 'a')
    await shop.ready
    world.node.end(SIGKILL)
    expect(await a.exited).toEqual(SIGKILL)
    expect(await settled(shop)).toBe('a stopped 0, b stopped 0, c running 0')
    expect(await rejection(shop.ask('restartChild', 'a'))).toMatchObject({ code: 'TROUPE_START_FAILED' })
    expect(await statesOf(shop)).toContain('c running 0')
  })

  it('stay stopped when nothing brings their node back, whatever is restarted around them', async () => {
    await using system = testSystem()
    const world = new Shop()
    const options = {
      strategy: 'one-for-all',
      maxRestarts: 1,
      children: world.children({ w: { restart: 'temporary' } }),
    } as const
    const shop = system.spawn(world.supervisor(options))
    await shop.ready
    world.node.end(SIGKILL)
    await turns(10)
    expect(await settled(shop)).toBe('a stopped 0, b stopped 0, c running 0')
    ;(await childOf(shop, 'c')).kill()
    await turns(10)
    expect(await settled(shop)).toBe('a stopped 0, b stopped 0, c running 1')
  })

  it('all start on the new node, also when one of them fails at first', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    let starts = 0
    world.onStartA = () => {
      if (++starts === 2) throw new Error('not yet')
    }
    const shop = system.spawn(world.supervisor({ maxRestarts: 2 }))
    await shop.ready
    world.node.end(SIGKILL)
    await turns(10)
    expect(await settled(shop)).toBe('w running 1, a running 2, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w signal', 'a error'])
  })

  it('that were starting when their node died again are restarted with it, as one restart', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    let starts = 0
    const held = gate()
    world.onStartA = () => (++starts === 2 ? held.promise : undefined)
    const shop = system.spawn(world.supervisor({ maxRestarts: 2 }))
    await shop.ready
    world.node.end(SIGKILL)
    while (starts < 2) await turns(1)
    expect(await statesOf(shop)).toBe('w running 1, a starting 1, b restarting 0, c running 0')
    world.node.end(SIGKILL)
    await turns(10)
    held.open()
    expect(await settled(shop)).toBe('w running 2, a running 2, b running 1, c running 0')
    expect(restartsIn(events)).toEqual(['w signal', 'w signal'])
  })

  it('are not restarted once their node is being terminated', async () => {
    await using system = testSystem()
    const world = new Shop()
    const { events } = record(system)
    const slow = gate()
    // The last one is stopped first: it holds up the others, which fail meanwhile.
    const children = world.children()
    const [w, a, b, c] = children
    if (w === undefined || a === undefined || b === undefined || c === undefined) throw new Error('no children')
    world.onStopA = () => slow.promise
    const shop = system.spawn(world.supervisor({ children: [w, b, a, c] }))
    const other = await childOf(shop, 'b')
    await shop.ready
    const terminated = shop.ask('terminateChild', 'w')
    await turns()
    void other.tell('fail')
    await turns(5)
    expect(await statesOf(shop)).toBe('w running 0, b restarting 0, a stopping 0, c running 0')
    slow.open()
    await terminated
    expect(await statesOf(shop)).toBe('w stopped 0, b stopped 0, a stopped 0, c running 0')
    expect(restartsIn(events)).toEqual([])
  })

  it('are ready when their setup is done, and after a failed one when another is', async () => {
    await using system = testSystem()
    const world = new Shop()
    const held = gate()
    let starts = 0
    world.onStartA = () => {
      if (++starts === 1) return held.promise
      if (starts === 2) throw new Error('not yet')
      return undefined
    }
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    while (starts < 1) await turns(1)
    expect(await stateOf(a.ready)).toBe('pending')
    held.open()
    await a.ready
    await shop.ready
    a.kill()
    await turns(10)
    await a.ready
    expect(starts).toBe(3)
    expect(await settled(shop)).toBe('w running 0, a running 2, b running 0, c running 0')
  })

  it('do not get asks that were given up while they waited', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    await shop.ready
    const relaunch = gate()
    world.node.onLaunch = () => relaunch.promise
    world.node.end(SIGKILL)
    await turns(5)
    expect(await rejection(a.with({ timeout: 1 }).ask('add', 1))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    void a.tell('add', 10)
    relaunch.open()
    expect(await a.ask('get')).toBe(10)
  })

  it('are terminated with it, and restarted after it by hand', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    await shop.ready
    world.journal.read()
    await shop.ask('terminateChild', 'w')
    expect(world.journal.read()).toBe('-b shutdown, -a shutdown')
    expect(await statesOf(shop)).toBe('w stopped 0, a stopped 0, b stopped 0, c running 0')
    expect(await rejection(shop.ask('restartChild', 'a'))).toMatchObject({ code: 'TROUPE_START_FAILED' })
    await shop.ask('restartChild', 'w')
    const a = await shop.ask('restartChild', 'a')
    expect(await a.ask('get')).toBe(0)
  })

  it('fail to start as others do: setup, arguments, definition', async () => {
    await using system = testSystem()
    const world = new Shop()
    world.onStartA = () => {
      throw new Error('far away')
    }
    const failing = system.spawn(world.supervisor())
    expect(await rejection(failing.ready)).toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_START_FAILED', cause: { message: 'far away' } },
    })
    expect(world.node.handles[0]?.alive).toBe(false)

    const other = new Shop()
    const unknown = actor({ name: 'Unknown', module: MODULE, setup: () => ({}) })
    const children = other.children()
    const [w, a] = children
    if (w === undefined || a === undefined) throw new Error('no children')
    const shop = system.spawn(supervisor({ name: 'Shop', children: [w] }))
    const started = shop.ask('startChild', { id: 'x', actor: unknown, on: 'w' })
    expect(await rejection(started)).toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_DEFINITION_NOT_FOUND' },
    })
    const unsendable = shop.ask('startChild', { ...a, args: [() => 1] })
    expect(await rejection(unsendable)).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { code: 'TROUPE_NOT_SERIALIZABLE' } })
    expect(await statesOf(shop)).toBe('w running 0')
  })

  it('are killed with the supervisor, node and all', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    const a = await childOf(shop, 'a')
    await shop.ready
    world.journal.read()
    shop.kill()
    expect(await shop.exited).toEqual({ kind: 'killed' })
    expect(await a.exited).toEqual({ kind: 'killed' })
    expect(world.journal.read()).toBe('')
    expect(await world.node.handles[0]?.exited).toEqual({ kind: 'killed' })
    await Promise.all(world.node.served)
  })

  it('are linked and watched through their place', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor())
    const [a, b, c] = [await childOf(shop, 'a'), await childOf(shop, 'b'), await childOf(shop, 'c')]
    await shop.ready
    const linker = (ref: typeof a) =>
      actor({
        name: 'Linker',
        setup(self) {
          self.link(ref)
          return {
            fail: () => {
              throw new Error('near')
            },
          }
        },
      })
    const near = system.spawn(linker(a))
    await near.ready
    void a.tell('fail')
    expect(await near.exited).toMatchObject({ kind: 'error', error: { message: 'told to fail' } })
    expect(await a.ask('get')).toBe(0)

    const alone = system.spawn(linker(a))
    await alone.ready
    void alone.tell('fail')
    await alone.exited
    await turns(5)
    expect(await settled(shop)).toContain('a running 2')

    const [one, two] = [system.spawn(linker(b)), system.spawn(linker(b))]
    await two.ready
    one.stop()
    await one.exited
    await b.ask('get')
    expect(await statesOf(shop)).toContain('b running 0')
    void two.tell('fail')
    await two.exited
    await b.ask('get')
    expect(await statesOf(shop)).toContain('b running 1')
    expect(await c.ask('get')).toBe(0)
  })

  it('are given up when they do not obey a kill, so that their siblings stop', async () => {
    await using system = testSystem({ stopTimeout: 50 })
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ children: world.children({ b: { shutdown: 20 } }) }))
    const b = await childOf(shop, 'b')
    await shop.ready
    // A node whose event loop is blocked answers nothing: here nothing arrives there any more.
    world.node.silence()
    const { exited } = b
    await shop.ask('terminateChild', 'b')
    expect(await exited).toEqual({ kind: 'killed' })
    world.node.end(SIGKILL)
  })
})

describe('a supervised node', () => {
  it('ends with its exit reason', async () => {
    await using system = testSystem()
    const world = new Shop()
    const shop = system.spawn(world.supervisor({ children: world.children({ w: { restart: 'transient' } }).slice(0, 1) }))
    const w = await shop.ask('child', 'w')
    await shop.ready
    expect(await w.ask('info')).toEqual({ name: 'w', id: world.node.handles[0]?.id })
    world.node.end({ kind: 'exit', code: 3 })
    await turns()
    expect(await settled(shop)).toBe('w running 1')
    world.node.end({ kind: 'normal' })
    expect(await w.exited).toEqual({ kind: 'normal' })
  })

  it('that is still starting when it is stopped is ended once it is there', async () => {
    await using system = testSystem()
    const world = new Shop()
    const slow = gate()
    world.node.onLaunch = () => slow.promise
    const shop = system.spawn(world.supervisor({ children: world.children({ w: { shutdown: 'brutal-kill' } }).slice(0, 1) }))
    await turns()
    shop.stop()
    await shop.exited
    slow.open()
    await turns(10)
    expect(world.node.handles.map(({ alive }) => alive)).toEqual([false])
    await Promise.all(world.node.served)
  })
})
