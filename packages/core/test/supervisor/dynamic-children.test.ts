import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { ChildSpec } from '../../src/supervision/child-spec.ts'
import { Journal, type SupervisorRef, childOf, endBy, member, members, statesOf } from '../support/members.ts'
import { testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

const Greeter = actor({
  name: 'Greeter',
  setup: (_self, greeting: string, name: string) => ({ greet: () => `${greeting} ${name}` }),
})

describe('startChild', () => {
  it('adds a child, answers with its ref when it is ready, and supervises it', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const slow = gate()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {} }) }), [], { name: 'shop' })
    let isReady = false
    const started = shop.ask('startChild', { id: 'b', actor: member(journal, 'b', { onStart: () => slow.promise }) })
    void started.then(() => (isReady = true))
    expect(await statesOf(shop)).toBe('a running 0, b starting 0')
    expect(isReady).toBe(false)
    slow.open()
    const b = await started
    expect(b.path).toBe('troupe://test/shop/b')
    b.kill()
    expect(await statesOf(shop)).toBe('a running 0, b running 1')
    expect(await shop.ask('count')).toEqual({ specs: 2, active: 2, supervisors: 0, actors: 2 })
  })

  it('does not keep a child that fails to start', async () => {
    await using system = testSystem()
    const cause = new Error('no')
    const onStart = (): never => {
      throw cause
    }
    const shop = system.spawn(supervisor({ name: 'Shop', children: [] }), [], { name: 'shop' })
    const failing: ChildSpec = { id: 'a', actor: member(new Journal(), 'a', { onStart }) }
    expect(await rejection(shop.ask('startChild', failing))).toMatchObject({ code: 'TROUPE_START_FAILED', cause })
    expect(
      await rejection(shop.ask('startChild', { ...failing, actor: Greeter, args: [] }).then((ref) => ref.ask('nope'))),
    ).toMatchObject({
      code: 'TROUPE_UNKNOWN_METHOD',
    })
    expect(await shop.ask('count')).toMatchObject({ specs: 1 })
  })

  it('stops added children before those declared, in reverse', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {} }) }))
    for (const spec of members(journal, { b: {}, c: {} })) await shop.ask('startChild', spec)
    journal.read()
    shop.stop()
    await shop.exited
    expect(journal.read()).toBe('-c shutdown, -b shutdown, -a shutdown')
  })

  it('takes part in the plans of its supervisor', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(
      supervisor({ name: 'Shop', strategy: 'rest-for-one', children: members(journal, { a: {}, b: {} }) }),
    )
    for (const spec of members(journal, { c: {} })) await shop.ask('startChild', spec)
    endBy(await childOf(shop, 'b'), 'error')
    expect(await statesOf(shop)).toBe('a running 0, b running 1, c running 1')
  })

  it('waits for its turn while siblings are restarted', async () => {
    await using system = testSystem()
    const journal = new Journal()
    let starts = 0
    const slow = gate()
    const children = members(journal, { a: { onStart: () => (++starts === 2 ? slow.promise : undefined) }, b: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    await shop.ready
    ;(await childOf(shop, 'b')).kill()
    await turns()
    const [spec] = members(journal, { c: {} })
    const started = shop.ask('startChild', spec ?? [])
    expect(await statesOf(shop)).toBe('a starting 1, b restarting 0, c starting 0')
    journal.read()
    slow.open()
    await started
    expect(journal.read()).toBe('+b, +c')
    expect(await statesOf(shop)).toBe('a running 1, b running 1, c running 0')
  })
})

describe('terminateChild, restartChild and deleteChild', () => {
  it('stop a child, start it as a new one, and forget it', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: {} }) }))
    const old = await childOf(shop, 'a')
    await shop.ready
    await shop.ask('terminateChild', 'a')
    expect(await old.exited).toEqual({ kind: 'shutdown' })
    expect(await statesOf(shop)).toBe('a stopped 0, b running 0')
    expect((await shop.ask('children'))[0]).toMatchObject({ id: 'a', ref: null, kind: 'actor' })
    expect(await shop.ask('count')).toEqual({ specs: 2, active: 1, supervisors: 0, actors: 2 })

    const fresh = await shop.ask('restartChild', 'a')
    expect(fresh.equals(old)).toBe(false)
    expect(fresh.path).toBe(old.path)
    expect(await fresh.ask('get')).toBe(0)
    expect(await rejection(old.ask('get'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'shutdown' } })

    await shop.ask('terminateChild', 'a')
    await shop.ask('deleteChild', 'a')
    expect(await statesOf(shop)).toBe('b running 0')
  })

  it('keep the start order over a restart by hand', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: {} }) }))
    await shop.ask('terminateChild', 'a')
    await shop.ask('restartChild', 'a')
    journal.read()
    shop.stop()
    await shop.exited
    expect(journal.read()).toBe('-b shutdown, -a shutdown')
  })

  it('stop a child twice without harm', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    await Promise.all([shop.ask('terminateChild', 'a'), shop.ask('terminateChild', 'a')])
    await shop.ask('terminateChild', 'a')
    expect(await statesOf(shop)).toBe('a stopped 0')
  })

  it('forget a temporary child when it is terminated', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: { restart: 'temporary' } }) }))
    await shop.ask('terminateChild', 'a')
    expect(await shop.ask('children')).toEqual([])
  })

  it('restart a child that ended by itself', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: { restart: 'transient' } }) }))
    endBy(await childOf(shop, 'a'), 'normal')
    expect(await statesOf(shop)).toBe('a stopped 0')
    await shop.ask('restartChild', 'a')
    expect(await statesOf(shop)).toBe('a running 1')
  })

  it('keep a child stopped that fails to be restarted by hand', async () => {
    await using system = testSystem()
    let starts = 0
    const onStart = (): void => {
      if (++starts === 2) throw new Error('no')
    }
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 0, children: members(new Journal(), { a: { onStart } }) }))
    await shop.ask('terminateChild', 'a')
    expect(await rejection(shop.ask('restartChild', 'a'))).toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { message: 'no' },
    })
    expect(await statesOf(shop)).toBe('a stopped 1')
    await shop.ask('restartChild', 'a')
    expect(await statesOf(shop)).toBe('a running 2')
  })
})

describe('simple-one-for-one', () => {
  const crewOf = (actorOf: ChildSpec['actor'], args: readonly unknown[] = []) =>
    supervisor({ name: 'Crew', strategy: 'simple-one-for-one', children: [{ id: 'w', actor: actorOf, args }] })

  it('starts with nobody, and adds children with the arguments of the template and more', async () => {
    await using system = testSystem()
    const crew = system.spawn(crewOf(Greeter, ['hello']))
    await crew.ready
    expect(await crew.ask('count')).toEqual({ specs: 0, active: 0, supervisors: 0, actors: 0 })
    const ann = await crew.ask('startChild', ['Ann'])
    const bob = await crew.ask('startChild', ['Bob'])
    expect(await Promise.all([ann.ask('greet'), bob.ask('greet')])).toEqual(['hello Ann', 'hello Bob'])
    expect(await statesOf(crew)).toBe('w-1 running 0, w-2 running 0')
    bob.kill()
    expect(await bob.ask('greet')).toBe('hello Bob')
  })

  it('terminates by id and by ref, and forgets whom it terminated', async () => {
    await using system = testSystem()
    const crew = system.spawn(crewOf(member(new Journal(), 'w')))
    const [one, two, three] = [
      await crew.ask('startChild', []),
      await crew.ask('startChild', []),
      await crew.ask('startChild', []),
    ]
    await crew.ask('terminateChild', two)
    expect(await two.exited).toEqual({ kind: 'shutdown' })
    await crew.ask('terminateChild', 'w-1')
    expect(await one.exited).toEqual({ kind: 'shutdown' })
    expect(await statesOf(crew)).toBe('w-3 running 0')
    expect(await rejection(crew.ask('terminateChild', two))).toMatchObject({ code: 'TROUPE_CHILD_NOT_FOUND' })
    expect((await crew.ask('child', 'w-3')).equals(three)).toBe(true)
  })

  it('never gives an id twice', async () => {
    await using system = testSystem()
    const crew = system.spawn(crewOf(member(new Journal(), 'w')))
    await crew.ask('startChild', [])
    await crew.ask('terminateChild', 'w-1')
    expect((await crew.ask('startChild', [])).path).toMatch(/w-2$/)
  })
})

describe('a wrong call', () => {
  const cases: readonly [string, string, (shop: SupervisorRef) => Promise<unknown>][] = [
    ['child of an unknown id', 'TROUPE_CHILD_NOT_FOUND', (shop) => shop.ask('child', 'x')],
    ['terminateChild of an unknown id', 'TROUPE_CHILD_NOT_FOUND', (shop) => shop.ask('terminateChild', 'x')],
    ['terminateChild of a stranger', 'TROUPE_CHILD_NOT_FOUND', (shop) => shop.ask('terminateChild', shop)],
    ['restartChild of an unknown id', 'TROUPE_CHILD_NOT_FOUND', (shop) => shop.ask('restartChild', 'x')],
    ['deleteChild of an unknown id', 'TROUPE_CHILD_NOT_FOUND', (shop) => shop.ask('deleteChild', 'x')],
    ['restartChild of one that runs', 'TROUPE_CHILD_STATE', (shop) => shop.ask('restartChild', 'a')],
    ['deleteChild of one that runs', 'TROUPE_CHILD_STATE', (shop) => shop.ask('deleteChild', 'a')],
    ['child of one that is stopped', 'TROUPE_CHILD_STATE', (shop) => shop.ask('child', 'stopped')],
    ['startChild with a taken id', 'TROUPE_NAME_TAKEN', (shop) => shop.ask('startChild', { id: 'a', actor: Greeter })],
    [
      'startChild with the id of one that is stopped',
      'TROUPE_NAME_TAKEN',
      (shop) => shop.ask('startChild', { id: 'stopped', actor: Greeter }),
    ],
    ['startChild with a bad id', 'TROUPE_BAD_CHILD_SPEC', (shop) => shop.ask('startChild', { id: 'a b', actor: Greeter })],
    ['startChild without an actor', 'TROUPE_BAD_CHILD_SPEC', (shop) => shop.ask('startChild', { id: 'n' } as never)],
    ['startChild with nothing', 'TROUPE_BAD_CHILD_SPEC', (shop) => shop.ask('startChild', null as never)],
    [
      'startChild with a bad restart',
      'TROUPE_BAD_CHILD_SPEC',
      (shop) => shop.ask('startChild', { id: 'n', actor: Greeter, restart: 'often' as never }),
    ],
    [
      'startChild on a sibling that is no node',
      'TROUPE_BAD_CHILD_SPEC',
      (shop) => shop.ask('startChild', { id: 'n', actor: Greeter, on: 'a' }),
    ],
  ]
  it.each(cases)('%s is the caller’s error (%s), and the supervisor goes on', async (_what, code, call) => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {}, stopped: {} }) }))
    await shop.ask('terminateChild', 'stopped')
    expect(await rejection(call(shop))).toMatchObject({ code })
    expect(await statesOf(shop)).toBe('a running 0, stopped stopped 0')
  })

  it('is no harm as a tell', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    void shop.tell('child', 'x')
    void shop.tell('terminateChild', 'x')
    void shop.tell('startChild', { id: 'a', actor: Greeter })
    void shop.tell('deleteChild', 'a')
    expect(await statesOf(shop)).toBe('a running 0')
  })

  it('takes a list only where there is a template, and a specification only where there is none', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: [] }))
    expect(await rejection(shop.ask('startChild', []))).toBeInstanceOf(TypeError)
    const crew = system.spawn(
      supervisor({ name: 'Crew', strategy: 'simple-one-for-one', children: [{ id: 'w', actor: Greeter }] }),
    )
    expect(await rejection(crew.ask('startChild', { id: 'a', actor: Greeter }))).toBeInstanceOf(TypeError)
    expect(await crew.ask('children')).toEqual([])
  })
})
