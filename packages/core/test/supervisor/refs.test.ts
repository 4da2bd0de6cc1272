import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import { bounded } from '../../src/mailbox/create-mailbox.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import { Journal, childOf, endBy, members, statesOf } from '../support/members.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { rejection, stateOf, turns } from '../support/waiting.ts'

/** Watches, links, and tells what it heard. */
const Observer = actor({
  name: 'Observer',
  setup(self) {
    const heard: string[] = []
    return {
      watch: (ref: AnyRef) => void self.watch(ref, (reason) => void heard.push(reason.kind)),
      link: (ref: AnyRef) => self.link(ref),
      trap: () => self.trapExit((ref, reason) => void heard.push(`${ref.path.replace(/^.*\//, '')} ${reason.kind}`)),
      heard: () => heard,
      fail: () => {
        throw new Error('observer')
      },
    }
  },
})

describe('a ref to a supervised child', () => {
  it('stays valid over restarts: address, queue kept; state fresh; the failing message dropped', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    const { address, path } = a
    void a.tell('add', 5)
    expect(await a.ask('get')).toBe(5)
    const failed = a.ask('fail', 'poison')
    void a.tell('add', 1)
    const after = a.ask('get')
    expect(await rejection(failed)).toMatchObject({ message: 'poison' })
    expect(await after).toBe(1)
    expect([a.address, a.path]).toEqual([address, path])
    expect((await childOf(shop, 'a')).equals(a)).toBe(true)
  })

  it('keeps what was put aside, in its place before the queue', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    void a.tell('keep', 10)
    void a.tell('keep', 20)
    void a.tell('fail')
    expect(await a.ask('get')).toBe(0)
    void a.tell('release')
    expect(await a.ask('get')).toBe(30)
  })

  it('rejects the asks that its last life took up, and answers those that it did not', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    const deferred = a.ask('wait')
    const hanging = a.ask('hang')
    const queued = a.ask('get')
    await turns()
    a.kill()
    for (const ask of [deferred, hanging]) {
      expect(await rejection(ask)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    }
    expect(await queued).toBe(0)
  })

  it('keeps the bound of its mailbox', async () => {
    await using system = testSystem()
    const children = members(new Journal(), { a: { mailbox: bounded(1, 'refuse') } })
    const shop = system.spawn(supervisor({ name: 'Shop', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    void a.tell('hang')
    await turns()
    const answers = [a.ask('get'), a.ask('get')]
    const refused = answers.map((answer) => stateOf(answer))
    expect(await Promise.all(refused)).toEqual(['pending', 'rejected'])
    a.kill()
    expect(await answers[0]).toBe(0)
    await rejection(answers[1] ?? Promise.resolve())
  })

  it('does not pass on to a new life what its supervisor asked of the last one', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const children = members(new Journal(), { a: {}, b: { shutdown: 100 } })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    void b.tell('hang')
    void b.tell('add', 1)
    await turns()
    a.kill()
    await clock.advance(100)
    // b was asked to stop behind what it hung in, and killed; its next life handles what was queued and goes on.
    expect(await b.ask('get')).toBe(1)
    expect(await statesOf(shop)).toBe('a running 1, b running 1')
  })

  it('obeys a stop of its own in the queue, also after a restart', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: { restart: 'transient' } }) }))
    const a = await childOf(shop, 'a')
    void a.tell('fail')
    void a.tell('add', 1)
    const last = a.ask('get')
    a.stop()
    expect(await last).toBe(1)
    expect(await a.exited).toEqual({ kind: 'normal' })
    expect(await statesOf(shop)).toBe('a stopped 1')
  })

  it('is dead once its place is empty for good', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: { restart: 'temporary' } }) }))
    const a = await childOf(shop, 'a')
    const queued = a.ask('hang')
    a.kill()
    expect(await rejection(queued)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    void a.tell('add', 1)
    expect(letters.map(({ method, why }) => `${method} ${why}`)).toEqual(['add stopped'])
  })

  it('is registered until its place is empty for good', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    system.register('a', a)
    a.kill()
    expect(await system.lookup('a').ask('get')).toBe(0)
    await shop.ask('terminateChild', 'a')
    expect(await rejection(system.lookup('a').ask('get'))).toMatchObject({ reason: { kind: 'not-found' } })
  })
})

describe('watchers of a supervised child', () => {
  it('hear once, and only when its place is empty for good; its name is free then', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {} }) }))
    const a = await childOf(shop, 'a')
    const observer = system.spawn(Observer)
    await observer.ask('watch', a)
    const reasons: ExitReason[] = []
    void a.exited.then((reason) => reasons.push(reason))
    for (const kind of ['normal', 'error', 'killed'] as const) {
      endBy(a, kind)
      await a.ask('get')
    }
    expect(await observer.ask('heard')).toEqual([])
    expect(reasons).toEqual([])

    await shop.ask('terminateChild', 'a')
    const again = shop.ask('restartChild', 'a')
    await turns()
    expect(reasons).toEqual([{ kind: 'shutdown' }])
    expect((await again).path).toBe(a.path)
    await shop.ask('terminateChild', 'a')
    await turns()
    expect(await observer.ask('heard')).toEqual(['shutdown'])
  })

  it.each([
    ['transient', 'normal'],
    ['temporary', 'error'],
    ['temporary', 'killed'],
  ] as const)('hear the reason of a %s child that ended by %s', async (restart, kind) => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: { restart } }) }))
    const a = await childOf(shop, 'a')
    endBy(a, kind)
    expect((await a.exited).kind).toBe(kind)
  })

  it('hear of a child that was killed because it did not stop in time', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const children = members(new Journal(), { a: { shutdown: 10, onStop: () => new Promise(() => undefined) } })
    const shop = system.spawn(supervisor({ name: 'Shop', children }))
    const { exited } = await childOf(shop, 'a')
    await shop.ready
    void shop.tell('terminateChild', 'a')
    await clock.advance(10)
    expect(await exited).toEqual({ kind: 'killed' })
  })

  it('hear of the last end when the supervisor gives up', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 0, children: members(new Journal(), { a: {}, b: {} }) }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    void b.tell('fail', 'the last straw')
    expect(await b.exited).toMatchObject({ kind: 'error', error: { message: 'the last straw' } })
    expect(await a.exited).toEqual({ kind: 'shutdown' })
  })

  it('hear of a child that was never started', async () => {
    await using system = testSystem()
    const children = members(new Journal(), {
      a: { shutdown: 'brutal-kill', onStart: () => new Promise(() => undefined) },
      b: {},
    })
    const shop = system.spawn(supervisor({ name: 'Shop', children }))
    const b = await childOf(shop, 'b')
    const waiting = b.ask('get')
    shop.stop()
    expect(await b.exited).toEqual({ kind: 'shutdown' })
    expect(await rejection(waiting)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await rejection(b.ready)).toMatchObject({ code: 'TROUPE_START_FAILED' })
  })
})

describe('links of a supervised child', () => {
  it('end with its life', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    await a.ready
    const observer = system.spawn(Observer)
    await observer.ask('trap')
    await observer.ask('link', a)
    void a.tell('fail')
    await a.ask('get')
    void a.tell('fail')
    await a.ask('get')
    expect(await observer.ask('heard')).toEqual(['a error'])
  })

  it('take it down with others, and it is restarted', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    await a.ready
    const observer = system.spawn(Observer)
    await observer.ask('link', a)
    void observer.tell('fail')
    expect(await statesOf(shop)).toBe('a running 1')
  })

  it('take others down with it', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    await a.ready
    const observer = system.spawn(Observer)
    await observer.ask('link', a)
    a.kill()
    expect(await observer.exited).toEqual({ kind: 'killed' })
  })
})

describe('events', () => {
  it('show each restart with child, supervisor, reason, attempt and delay', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }), [], { name: 'shop' })
    const a = await childOf(shop, 'a')
    void a.tell('fail')
    await a.ask('get')
    a.kill()
    await a.ask('get')
    expect(events.filter(({ kind }) => kind === 'child-restarting')).toEqual([
      {
        kind: 'child-restarting',
        path: 'troupe://test/shop/a',
        supervisor: 'troupe://test/shop',
        child: 'a',
        reason: { kind: 'error', error: expect.objectContaining({ message: 'told to fail' }) },
        attempt: 1,
        delay: 0,
      },
      {
        kind: 'child-restarting',
        path: 'troupe://test/shop/a',
        supervisor: 'troupe://test/shop',
        child: 'a',
        reason: { kind: 'killed' },
        attempt: 2,
        delay: 0,
      },
    ])
    const lives = events.flatMap((event) => (event.kind === 'actor-started' && event.path.endsWith('/a') ? event.restarts : []))
    expect(lives).toEqual([0, 1, 2])
  })
})
