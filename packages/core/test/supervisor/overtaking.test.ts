import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import { Journal, childOf, members, statesOf } from '../support/members.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

const never = (): Promise<never> => new Promise(() => undefined)

describe('a supervisor with a slow child', () => {
  it('answers while the child starts', async () => {
    await using system = testSystem()
    const shop = system.spawn(
      supervisor({
        name: 'Shop',
        children: members(new Journal(), { a: {}, slow: { onStart: never, shutdown: 'brutal-kill' }, c: {} }),
      }),
    )
    await turns()
    expect(await statesOf(shop)).toBe('a running 0, slow starting 0, c starting 0')
    expect(await shop.ask('count')).toEqual({ specs: 3, active: 2, supervisors: 0, actors: 3 })
    expect(await (await childOf(shop, 'a')).ask('get')).toBe(0)
    expect((await shop.ask('child', 'slow')).path).toMatch(/\/slow$/)
  })

  it('answers while the child stops', async () => {
    await using system = testSystem()
    const slow = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(new Journal(), { a: { onStop: () => slow.promise } }) }),
    )
    await shop.ready
    const terminated = shop.ask('terminateChild', 'a')
    expect(await statesOf(shop)).toBe('a stopping 0')
    expect((await shop.ask('count')).active).toBe(1)
    slow.open()
    await terminated
    expect(await statesOf(shop)).toBe('a stopped 0')
  })

  it('takes another child meanwhile', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { slow: { onStart: never, shutdown: 'brutal-kill' } }) }),
    )
    const [spec] = members(journal, { b: {} })
    if (spec === undefined) throw new Error('no spec')
    await shop.ask('startChild', spec)
    expect(await statesOf(shop)).toBe('slow starting 0, b running 0')
  })

  it('ends a child whose setup hangs when told to, and goes on with its start', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: {}, slow: { onStart: never, shutdown: 100 }, c: {} }) }),
    )
    await turns()
    const terminated = shop.with({ timeout: Infinity }).ask('terminateChild', 'slow')
    await clock.advance(99)
    expect(await stateOf(terminated)).toBe('pending')
    await clock.advance(1)
    await terminated
    await shop.ready
    expect(journal.read()).toBe('+a, +slow, +c')
    expect(await statesOf(shop)).toBe('a running 0, slow stopped 0, c running 0')
  })

  it('never starts a child that was terminated before its turn', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const first = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: { onStart: () => first.promise }, b: {}, c: {} }) }),
    )
    await shop.ask('terminateChild', 'b')
    first.open()
    await shop.ready
    expect(journal.read()).toBe('+a, +c')
    await shop.ask('restartChild', 'b')
    expect(await statesOf(shop)).toBe('a running 0, b running 1, c running 0')
  })

  it('tells whoever started a child that it was terminated before it was ready', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: [] }))
    const [spec] = members(new Journal(), { slow: { onStart: never, shutdown: 'brutal-kill' } })
    if (spec === undefined) throw new Error('no spec')
    const started = shop.ask('startChild', spec)
    await turns()
    await shop.ask('terminateChild', 'slow')
    expect(await rejection(started)).toMatchObject({ code: 'TROUPE_CHILD_STATE' })
    expect(await statesOf(shop)).toBe('slow stopped 0')
  })
})

describe('a child that fails while a later one starts', () => {
  it('is restarted with those that had started; the rest starts afterwards, for the first time', async () => {
    await using system = testSystem()
    const journal = new Journal()
    let starts = 0
    const slow = gate()
    const children = members(journal, { a: {}, b: { onStart: () => (++starts === 1 ? slow.promise : undefined) }, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const a = await childOf(shop, 'a')
    await turns()
    a.kill()
    await turns()
    expect(journal.read()).toBe('+a, +b')
    slow.open()
    await shop.ready
    expect(await statesOf(shop)).toBe('a running 1, b running 1, c running 0')
    expect(journal.read()).toBe('-b shutdown, +a, +b, +c')
  })

  it('is restarted at once by one-for-one', async () => {
    await using system = testSystem()
    const slow = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(new Journal(), { a: {}, b: { onStart: () => slow.promise } }) }),
    )
    const a = await childOf(shop, 'a')
    await turns()
    a.kill()
    expect(await statesOf(shop)).toBe('a running 1, b starting 0')
    slow.open()
    await shop.ready
  })
})

describe('a shutdown', () => {
  it('overtakes a slow start', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: {}, slow: { onStart: never, shutdown: 50 }, c: {} }) }),
    )
    await turns()
    shop.stop()
    await clock.advance(50)
    await shop.exited
    expect(journal.read()).toBe('+a, +slow, -a shutdown')
    expect(await rejection(shop.ready)).toMatchObject({ code: 'TROUPE_START_FAILED' })
    expect(clock.pending).toBeLessThanOrEqual(1) // the deadline of the asks above
  })

  it('overtakes a wait for backoff, and leaves no timer', async () => {
    const { system, clock } = timedSystem()
    const journal = new Journal()
    const { events } = record(system)
    const backoff = { min: 60_000, max: 60_000 }
    const shop = system.spawn(
      supervisor({ name: 'Shop', strategy: 'one-for-all', backoff, children: members(journal, { a: {}, b: {} }) }),
    )
    const a = await childOf(shop, 'a')
    await shop.ready
    void a.tell('fail')
    expect(await statesOf(shop)).toBe('a restarting 0, b restarting 0')
    await system.shutdown()
    expect(clock.pending).toBe(0)
    await clock.advance(60_000)
    expect(journal.read()).toBe('+a, +b, -a error (Error: told to fail), -b shutdown')
    expect(events.filter(({ kind }) => kind === 'child-restarting')).toHaveLength(1)
  })

  it('overtakes a restart that hangs', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    let starts = 0
    const children = members(journal, {
      a: {},
      b: { shutdown: 100, onStart: () => (++starts === 2 ? never() : undefined) },
      c: {},
    })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    a.kill()
    expect(await statesOf(shop)).toBe('a running 1, b starting 1, c restarting 0')
    journal.read()
    shop.stop()
    await clock.advance(100)
    await shop.exited
    expect(journal.read()).toBe('-a shutdown')
  })

  it('overtakes the stops of a restart', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const children = members(journal, { a: {}, b: { shutdown: 100, onStop: never } })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    a.kill()
    expect(await statesOf(shop)).toBe('a restarting 0, b stopping 0')
    journal.read()
    shop.stop()
    await clock.advance(100)
    await shop.exited
    expect(journal.read()).toBe('')
  })
})

describe('terminateChild', () => {
  it('takes a child out of the restart that it waits for; its siblings start', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const backoff = { min: 1_000, max: 1_000 }
    const shop = system.spawn(
      supervisor({ name: 'Shop', strategy: 'one-for-all', backoff, children: members(journal, { a: {}, b: {}, c: {} }) }),
    )
    const a = await childOf(shop, 'a')
    await shop.ready
    a.kill()
    await turns()
    await shop.ask('terminateChild', 'a')
    expect(await a.exited).toEqual({ kind: 'killed' })
    await clock.advance(1_000)
    expect(await statesOf(shop)).toBe('a stopped 0, b running 1, c running 1')
  })

  it('takes a child out of a restart under way', async () => {
    await using system = testSystem()
    const journal = new Journal()
    let starts = 0
    const slow = gate()
    const children = members(journal, { a: { onStart: () => (++starts === 2 ? slow.promise : undefined) }, b: {}, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    a.kill()
    expect(await statesOf(shop)).toBe('a starting 1, b restarting 0, c restarting 0')
    await shop.ask('terminateChild', 'b')
    slow.open()
    expect(await statesOf(shop)).toBe('a running 1, b stopped 0, c running 1')
  })

  it('ends the one that holds up a restart; the others follow', async () => {
    await using system = testSystem()
    let starts = 0
    const children = members(new Journal(), {
      a: { shutdown: 'brutal-kill', onStart: () => (++starts === 2 ? never() : undefined) },
      b: {},
    })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    a.kill()
    expect(await statesOf(shop)).toBe('a starting 1, b restarting 0')
    await shop.ask('terminateChild', 'a')
    expect(await statesOf(shop)).toBe('a stopped 1, b running 1')
  })

  it('cancels the timer of a backoff that nobody waits for any more', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const shop = system.spawn(
      supervisor({ name: 'Shop', backoff: { min: 1e6, max: 1e6 }, children: members(new Journal(), { a: {} }) }),
    )
    const a = await childOf(shop, 'a')
    a.kill()
    await turns()
    await shop.ask('terminateChild', 'a')
    await clock.advance(10_000)
    expect(clock.pending).toBe(0)
  })
})
