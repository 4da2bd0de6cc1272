import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import { Journal, childOf, member, members, statesOf } from '../support/members.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

describe('start of a supervisor', () => {
  it('starts its children in order, each when the one before is ready', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const first = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: { onStart: () => first.promise }, b: {} }) }),
    )
    await turns()
    expect(journal.read()).toBe('+a')
    expect(await stateOf(shop.ready)).toBe('pending')
    first.open()
    await shop.ready
    expect(journal.read()).toBe('+b')
  })

  it('is ready at once without children', async () => {
    await using system = testSystem()
    await system.spawn(supervisor({ name: 'Shop', children: [] })).ready
  })

  it('hands out refs before the children start; what is sent waits', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const first = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: { onStart: () => first.promise }, b: {} }) }),
    )
    const b = await childOf(shop, 'b')
    void b.tell('add', 3)
    const answer = b.ask('get')
    expect(await stateOf(b.ready)).toBe('pending')
    expect(await stateOf(answer)).toBe('pending')
    first.open()
    expect(await answer).toBe(3)
    await b.ready
    expect((await shop.ask('child', 'b')).equals(b)).toBe(true)
  })

  it('does not start a child twice that was killed before its turn', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const first = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: { onStart: () => first.promise }, b: {} }) }),
    )
    const b = await childOf(shop, 'b')
    b.kill()
    first.open()
    await shop.ready
    expect(journal.read()).toBe('+a, +b')
    expect(await b.ask('get')).toBe(0)
  })

  it('stops those that started, in reverse, when one fails to start, and has failed itself', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const cause = new Error('no disk')
    const children = members(journal, {
      a: {},
      b: {},
      c: {
        onStart: () => {
          throw cause
        },
      },
      d: {},
    })
    const shop = system.spawn(supervisor({ name: 'Shop', children }), [], { name: 'shop' })
    const d = await childOf(shop, 'd')
    const error = await rejection(shop.ready)
    expect(error).toMatchObject({
      name: 'StartFailedError',
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_START_FAILED', message: 'troupe://test/shop/c failed to start: no disk', cause },
    })
    expect(journal.read()).toBe('+a, +b, +c, -c error (Error: no disk), -b shutdown, -a shutdown')
    expect(await shop.exited).toMatchObject({ kind: 'error', error: { code: 'TROUPE_START_FAILED', cause } })
    expect(isTroupeError(await rejection(d.ready), 'TROUPE_START_FAILED')).toBe(true)
    expect(await d.exited).toEqual({ kind: 'shutdown' })
  })

  it('rolls back when an async setup rejects, and when a child is killed while it starts', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const rejecting = members(journal, { a: {}, b: { onStart: () => Promise.reject(new Error('late')) } })
    await rejection(system.spawn(supervisor({ name: 'Shop', children: rejecting })).ready)
    expect(journal.read()).toBe('+a, +b, -b error (Error: late), -a shutdown')

    const hanging = members(journal, { a: {}, b: { onStart: () => new Promise(() => undefined) } })
    const shop = system.spawn(supervisor({ name: 'Shop', children: hanging }))
    const b = await childOf(shop, 'b')
    await turns()
    b.kill()
    expect(await rejection(shop.ready)).toMatchObject({ code: 'TROUPE_START_FAILED' })
    expect(journal.read()).toBe('+a, +b, -a shutdown')
  })
})

describe('stop of a supervisor', () => {
  it('stops its children in reverse, one after the other', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const slow = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(journal, { a: {}, b: { onStop: () => slow.promise }, c: {} }) }),
    )
    await shop.ready
    journal.read()
    shop.stop()
    await turns()
    expect(journal.read()).toBe('-c shutdown, -b shutdown')
    slow.open()
    expect(await shop.exited).toEqual({ kind: 'normal' })
    expect(journal.read()).toBe('-a shutdown')
  })

  it('lets children handle what was queued before', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    const answers = [a.ask('get'), (void a.tell('add', 2), a.ask('get'))]
    await shop.ready
    shop.stop()
    expect(await Promise.all(answers)).toEqual([0, 2])
  })

  it('gives each child its own deadline, and then kills it', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const hang = { onStop: () => new Promise(() => undefined) }
    const children = members(journal, { a: { shutdown: 300 }, b: { shutdown: 200, ...hang }, c: { shutdown: 100, ...hang } })
    const shop = system.spawn(supervisor({ name: 'Shop', children }))
    await shop.ready
    const ends: string[] = []
    for (const id of ['a', 'b', 'c'])
      void childOf(shop, id).then(({ exited }) => exited.then(({ kind }) => ends.push(`${id} ${kind} at ${clock.now()}`)))
    await turns()
    shop.stop()
    await clock.advance(299)
    expect(ends).toEqual(['c killed at 100'])
    await clock.advance(1)
    await shop.exited
    expect(ends).toEqual(['c killed at 100', 'b killed at 300', 'a shutdown at 300'])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('kills a child at once that is told brutal-kill: no hooks run', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: { shutdown: 'brutal-kill' } }) }))
    const exited = (await childOf(shop, 'b')).exited
    await shop.ready
    shop.stop()
    expect(await exited).toEqual({ kind: 'killed' })
    await shop.exited
    expect(journal.read()).toBe('+a, +b, -a shutdown')
  })

  it('waits without limit for a child that is told infinity', async () => {
    const { system, clock } = timedSystem({ stopTimeout: Infinity, shutdownTimeout: Infinity })
    await using _ = system
    const slow = gate()
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(new Journal(), { a: { shutdown: 'infinity', onStop: () => slow.promise } }) }),
    )
    await shop.ready
    shop.stop()
    await clock.advance(1e9)
    expect(await stateOf(shop.exited)).toBe('pending')
    slow.open()
    await shop.exited
  })

  it('stops the many of simple-one-for-one all at once', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const slow = gate()
    const crew = system.spawn(
      supervisor({
        name: 'Crew',
        strategy: 'simple-one-for-one',
        children: members(journal, { w: { onStop: () => slow.promise } }),
      }),
    )
    for (let n = 0; n < 3; n++) await crew.ask('startChild', [])
    journal.read()
    crew.stop()
    await turns()
    expect(journal.read()).toBe('-w shutdown, -w shutdown, -w shutdown')
    slow.open()
    await crew.exited
  })

  it('kills its children when it is killed, last one first', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const { events } = record(system)
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: {} }) }), [], { name: 'shop' })
    await shop.ready
    shop.kill()
    expect(await shop.exited).toEqual({ kind: 'killed' })
    const stopped = events.flatMap((event) =>
      event.kind === 'actor-stopped' ? `${event.path.slice(14)} ${event.reason.kind}` : [],
    )
    expect(stopped).toEqual(['shop/b killed', 'shop/a killed', 'shop killed'])
    expect(journal.read()).toBe('+a, +b')
  })

  it('takes a kill that overtakes its orderly end', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const hang = { onStop: () => new Promise(() => undefined), shutdown: 'infinity' as const }
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: hang, b: {}, c: hang }) }))
    const ends = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => (await childOf(shop, id)).exited).map((exited) => Promise.resolve({ exited })),
    )
    await shop.ready
    const heard: ExitReason[] = []
    void shop.exited.then((reason) => heard.push(reason))
    shop.stop()
    await turns()
    expect(heard).toEqual([])
    shop.kill()
    shop.kill()
    expect(await shop.exited).toEqual({ kind: 'killed' })
    expect(await Promise.all(ends.map(({ exited }) => exited))).toEqual([
      { kind: 'killed' },
      { kind: 'killed' },
      { kind: 'killed' },
    ])
    await turns()
    expect(heard).toEqual([{ kind: 'killed' }])
  })

  it('does not restart what ends while it stops', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const { events } = record(system)
    const slow = gate()
    const children = members(journal, { a: {}, b: { restart: 'temporary' }, c: { onStop: () => slow.promise } })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    shop.stop()
    await turns()
    void a.tell('fail')
    b.kill()
    await turns()
    slow.open()
    expect(await shop.exited).toEqual({ kind: 'normal' })
    expect(journal.read()).toBe('+a, +b, +c, -c shutdown, -a error (Error: told to fail)')
    expect(await a.exited).toMatchObject({ kind: 'error' })
    expect(events.filter(({ kind }) => kind === 'child-restarting')).toEqual([])
  })

  it('goes on when a hook of a child throws', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const failing = (): never => {
      throw new Error('in a hook')
    }
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: { onStop: failing } }) }))
    await shop.ready
    shop.stop()
    await shop.exited
    expect(journal.read()).toBe('+a, +b, -b shutdown, -a shutdown')
  })

  it('stops with the system, in its turn', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(journal, { a: {}, b: {} }) }))
    await shop.ready
    await system.shutdown()
    expect(journal.read()).toBe('+a, +b, -b shutdown, -a shutdown')
  })

  it('shows its children in the inspection and lists them', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', children: members(new Journal(), { a: {}, b: {} }) }), [], {
      name: 'shop',
    })
    await shop.ready
    const [tree] = system.inspect().children
    expect(tree?.children.map(({ path, state }) => `${path} ${state}`)).toEqual([
      'troupe://test/shop/a running',
      'troupe://test/shop/b running',
    ])
    expect(await statesOf(shop)).toBe('a running 0, b running 0')
  })
})

describe('the deadline of a child', () => {
  it('holds for its hooks and for its own children too, whatever the system gives others', async () => {
    const { system, clock } = timedSystem({ stopTimeout: 10, shutdownTimeout: Infinity })
    await using _ = system
    const journal = new Journal()
    const sleep = (ms: number) => () => new Promise<void>((resolve) => void clock.start(ms, resolve))
    const Parent = actor({
      name: 'Parent',
      setup(self) {
        self.spawn(member(journal, 'inner', { onStop: sleep(8) }))
        self.onStop(() => journal.add('children are down'))
        self.onStop(sleep(500))
        self.onStop(() => journal.add('hooks run'))
        return {}
      },
    })
    const shop = system.spawn(supervisor({ name: 'Shop', children: [{ id: 'a', actor: Parent, shutdown: 1_000 }] }))
    await shop.ready
    await turns()
    shop.stop()
    await clock.advance(600)
    await shop.exited
    expect(journal.read()).toBe('+inner, -inner shutdown, hooks run, children are down')
  })

  it('is the system’s when it ends by itself', async () => {
    const { system, clock } = timedSystem({ stopTimeout: 10 })
    await using _ = system
    const never = () => new Promise(() => undefined)
    const shop = system.spawn(
      supervisor({ name: 'Shop', children: members(new Journal(), { a: { shutdown: 'infinity', onStop: never } }) }),
    )
    const a = await childOf(shop, 'a')
    void a.tell('fail')
    await clock.advance(10)
    expect(await statesOf(shop)).toBe('a running 1')
    shop.kill()
  })
})
