/**
 * What a system shows of its actors: events, dead letters, the tree; and that two systems are strangers.
 */
import { describe, expect, it } from 'vitest'
import { held, surplus } from '../../../../scripts/held.ts'
import type { DeadLetter } from '../../src/model/event.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import { bounded } from '../../src/mailbox/create-mailbox.ts'
import { Counter, Idle, inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

/** Every way in which a tell can reach nobody, and why. */
const losses: readonly [string, (system: ReturnType<typeof testSystem>) => Promise<AnyRef>, DeadLetter['why']][] = [
  [
    'an actor that stopped',
    async (system) => {
      const ref = system.spawn(Idle)
      ref.stop()
      await ref.exited
      return ref
    },
    'stopped',
  ],
  [
    'an actor that was killed while the message was queued',
    async (system) => {
      const ref = system.spawn(inline(() => ({ hang: () => new Promise(() => undefined) })))
      ref.tell('hang')
      await turns()
      setImmediate(() => ref.kill())
      return ref
    },
    'stopped',
  ],
  [
    'an actor whose setup fails',
    async (system) =>
      system.spawn(
        inline((): object => {
          throw new Error('boom')
        }),
      ),
    'stopped',
  ],
  ['a message that it does not have', async (system) => system.spawn(Idle), 'unknown-method'],
  ['a name that nobody has', async (system) => system.lookup('nobody'), 'not-found'],
  [
    'a name that its actor left',
    async (system) => {
      const ref = system.spawn(Idle)
      system.register('idle', ref)
      ref.kill()
      await ref.exited
      return system.lookup('idle')
    },
    'not-found',
  ],
  [
    'a mailbox that refuses',
    async (system) => {
      const ref = system.spawn(
        inline(() => ({ hang: () => new Promise(() => undefined) })),
        [],
        { mailbox: bounded(1, 'refuse') },
      )
      ref.tell('hang')
      await turns()
      ref.tell('hang')
      return ref
    },
    'mailbox-full',
  ],
  [
    'a mailbox that drops',
    async (system) => {
      const ref = system.spawn(
        inline(() => ({ hang: () => new Promise(() => undefined) })),
        [],
        { mailbox: bounded(1, 'drop-newest') },
      )
      ref.tell('hang')
      await turns()
      ref.tell('hang')
      return ref
    },
    'dropped',
  ],
]

describe('a dead letter', () => {
  it.each(losses)('says why a tell to %s reached nobody', async (_what, prepare, why) => {
    await using system = testSystem({ shutdownTimeout: 20 })
    const { letters } = record(system)
    const ref = await prepare(system)
    letters.length = 0
    expect(() => ref.tell('lost', 1, { two: 2 })).not.toThrow()
    await turns()
    expect(letters).toEqual([{ target: ref.path, method: 'lost', args: [1, { two: 2 }], sender: null, why }])
    for (const child of system.inspect().children) expect(child.state).not.toBe('stopped')
  })

  it('names the sender', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const dead = system.spawn(Counter)
    dead.kill()
    const sender = system.spawn(inline(() => ({ send: () => dead.tell('add', 1) })))
    await sender.ask('send')
    expect(letters).toMatchObject([{ sender: sender.path, why: 'stopped' }])
  })

  it('is none for an ask or a stream: those are told', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const dead = system.spawn(Counter)
    dead.kill()
    await rejection(dead.ask('get'))
    await rejection(
      (async () => {
        for await (const _ of (dead as AnyRef).stream('get')) expect.unreachable()
      })(),
    )
    expect(letters).toEqual([])
  })
})

describe('system events', () => {
  it('tell of each start and end, with its reason', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const Parent = inline(
      (self) => (
        self.spawn(Idle, [], { name: 'child' }),
        {
          fail() {
            throw new Error('boom')
          },
        }
      ),
    )
    const parent = system.spawn(Parent, [], { name: 'parent' })
    await parent.ready
    await turns()
    parent.tell('fail')
    await parent.exited
    expect(events).toMatchObject([
      { kind: 'actor-started', path: 'troupe://test/parent', restarts: 0 },
      { kind: 'actor-started', path: 'troupe://test/parent/child', restarts: 0 },
      { kind: 'actor-stopped', path: 'troupe://test/parent/child', reason: { kind: 'shutdown' } },
      { kind: 'actor-stopped', path: 'troupe://test/parent', reason: { kind: 'error', error: { message: 'boom' } } },
    ])
  })

  it('and dead letters complete when the system is down', async () => {
    const system = testSystem()
    const done: string[] = []
    system.events.subscribe({ complete: () => done.push('events') })
    system.deadLetters.subscribe({ complete: () => done.push('letters') })
    system.nodes.subscribe({ complete: () => done.push('nodes') })
    await system.shutdown()
    expect(done.sort()).toEqual(['events', 'letters', 'nodes'])
  })
})

describe('inspect', () => {
  it('shows the tree with states, mailboxes and definitions', async () => {
    await using system = testSystem()
    const held = gate()
    const hook = gate()
    const Child = inline((self) => (self.onStop(() => hook.promise), { hold: () => held.promise }), 'Child')
    const Parent = inline(
      (self) => ({
        grow: () => [self.spawn(Child, [], { name: 'a' }), self.spawn(Child, [], { name: 'b' })] as const,
        stash: () => self.stash(),
      }),
      'Parent',
    )
    const parent = system.spawn(Parent, [], { name: 'parent' })
    const Starting = inline(async () => (await held.promise, {}), 'Starting')
    system.spawn(Starting, [], { name: 'starting' })
    const [a, b] = await parent.ask('grow')
    parent.tell('stash')
    await turns()
    a.tell('hold')
    a.tell('hold')
    b.stop()
    await turns()
    expect(system.inspect()).toMatchObject({
      path: 'troupe://test',
      definition: 'system',
      state: 'running',
      mailbox: 0,
      stashed: 0,
      restarts: 0,
      children: [
        {
          path: 'troupe://test/parent',
          address: parent.address,
          definition: 'Parent',
          state: 'running',
          mailbox: 0,
          stashed: 1,
          restarts: 0,
          children: [
            { path: 'troupe://test/parent/a', definition: 'Child', state: 'suspended', mailbox: 1, children: [] },
            { path: 'troupe://test/parent/b', definition: 'Child', state: 'stopping', mailbox: 0 },
          ],
        },
        { path: 'troupe://test/starting', definition: 'Starting', state: 'starting' },
      ],
    })
    held.open()
    hook.open()
  })

  it('is data of its own: it can be kept and sent', async () => {
    await using system = testSystem()
    system.spawn(Idle, [], { name: 'a' })
    const seen = system.inspect()
    system.spawn(Idle, [], { name: 'b' })
    expect(seen.children).toHaveLength(1)
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen)
  })
})

describe('two systems in one process', () => {
  it('are strangers: names, events, dead letters and ends are their own', async () => {
    await using one = testSystem({ name: 'same' })
    await using other = testSystem({ name: 'same' })
    const { events, letters } = record(other)
    const a = one.spawn(Counter, [1], { name: 'a' })
    const b = other.spawn(Counter, [2], { name: 'a' })
    await b.ready
    events.length = 0
    one.register('counter', a)
    expect([a.path === b.path, a.equals(b), a.address === b.address, one.id === other.id]).toEqual([true, false, false, false])
    expect(await rejection(other.lookup('counter').ask('get'))).toMatchObject({
      code: 'TROUPE_ACTOR_STOPPED',
      reason: { kind: 'not-found' },
    })
    one.lookup('nobody').tell('hello')
    a.tell('fail', 'boom')
    await a.exited
    await one.shutdown()
    expect([events, letters]).toEqual([[], []])
    expect(await b.ask('get')).toBe(2)
  })

  it('may still talk through refs', async () => {
    await using one = testSystem({ name: 'one' })
    await using other = testSystem({ name: 'other' })
    const counter = one.spawn(Counter, [5])
    const reader = other.spawn(
      inline((self) => ({
        read: (from: typeof counter) => from.ask('get'),
        async watch(from: typeof counter) {
          const ended = gate<string>()
          self.onStop(() => undefined)
          void from.exited.then((reason) => ended.open(reason.kind))
          return ended.promise
        },
      })),
    )
    expect(await reader.ask('read', counter)).toBe(5)
    const ended = reader.ask('watch', counter)
    await turns()
    counter.kill()
    expect(await ended).toBe('killed')
  })
})

describe('a system that is disposed', () => {
  it('leaves nothing behind: no timer, no handle, no listener', async () => {
    const before = held()
    const signalListeners = process.listenerCount('SIGTERM')
    {
      await using system = testSystem()
      record(system)
      const Hoarder = inline((self) => {
        self.after(60_000, 'tick')
        self.every(60_000, 'tick')
        self.idle(60_000, 'tick')
        self.watch(self.spawn(Idle), () => undefined)
        self.onStop(async () => turns())
        return {
          tick: () => undefined,
          hang: () => new Promise<never>(() => undefined),
          async *items() {
            for (let n = 0; ; n++) {
              yield n
              await turns(1)
            }
          },
        }
      })
      const ref = system.spawn(Hoarder)
      const stream = ref.stream('items')[Symbol.asyncIterator]()
      await stream.next()
      void ref.ask('hang').catch(() => undefined)
      const suspended = system.spawn(Hoarder)
      void suspended
        .with({ timeout: 30_000 })
        .ask('hang')
        .catch(() => undefined)
      await turns()
      expect(surplus(held(), before)).not.toEqual([])
      suspended.kill()
      ref.kill()
      await stream.next().catch(() => undefined)
    }
    await turns()
    expect(surplus(held(), before)).toEqual([])
    expect(process.listenerCount('SIGTERM')).toBe(signalListeners)
  })

  it('ends an actor that hangs, and what it is asked meanwhile', async () => {
    const system = testSystem({ shutdownTimeout: 20, stopTimeout: 20 })
    const ref = system.spawn(inline(() => ({ hang: () => new Promise<never>(() => undefined) })))
    const asked = rejection(ref.with({ timeout: Number.POSITIVE_INFINITY }).ask('hang'))
    await turns()
    await system.shutdown()
    expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await ref.exited).toEqual({ kind: 'killed' })
  })

  it('answers what is asked of it then, without waiting, and holds no timer for it', async () => {
    const system = testSystem()
    const ref = system.spawn(Counter)
    const name = system.lookup('counter')
    await system.shutdown()
    const before = held()
    const asked = [rejection(ref.ask('get')), rejection(name.ask('get')), rejection(ref.ready)]
    expect(surplus(held(), before)).toEqual([])
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await ref.exited).toEqual({ kind: 'shutdown' })
    expect(() => void ref.tell('add', 1)).not.toThrow()
    ref.stop()
    ref.kill()
  })

  it('twice is disposed once', async () => {
    const system = testSystem()
    const [one, other] = [system.shutdown({ kind: 'shutdown', detail: 'first' }), system.shutdown()]
    expect(one).toBe(other)
    await one
    expect(await system.terminated).toEqual({ kind: 'shutdown', detail: 'first' })
    await system[Symbol.asyncDispose]()
  })

  it('lets go of its actors and messages', async () => {
    let collected = 0
    const registry = new FinalizationRegistry(() => collected++)
    await (async () => {
      await using system = testSystem()
      const Big = inline(() => {
        const state = { bytes: new Uint8Array(1_000) }
        registry.register(state, 'state')
        return { take: (_message: object) => state.bytes.length }
      })
      for (let n = 0; n < 20; n++) {
        const message = { n }
        registry.register(message, 'message')
        const ref = system.spawn(Big)
        await ref.ask('take', message)
        if (n % 2 === 0) ref.kill()
      }
    })()
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let round = 0; round < 20 && collected < 38; round++) {
      await turns()
      collect()
    }
    // The last of each may still be on somebody's stack.
    expect(collected).toBeGreaterThanOrEqual(36)
  })
})
