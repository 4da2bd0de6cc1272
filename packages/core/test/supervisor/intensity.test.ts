import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { SystemEvent } from '../../src/model/event.ts'
import { Journal, childOf, endBy, members, statesOf } from '../support/members.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, stateOf, turns } from '../support/waiting.ts'

/** `b 1 +100` for each restart: the child, its attempt, its delay; `b gives up` for the limit. */
function restartsIn(events: readonly SystemEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.kind === 'child-restarting') return `${event.child} ${event.attempt} +${event.delay}`
    return event.kind === 'restart-limit' ? `${event.child} gives up` : []
  })
}

describe('restart intensity', () => {
  it('allows exactly maxRestarts within the window; one more ends the supervisor, children in reverse', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const { events } = record(system)
    const shop = system.spawn(
      supervisor({ name: 'Shop', maxRestarts: 3, within: 5_000, children: members(journal, { a: {}, b: {}, c: {} }) }),
    )
    const b = await childOf(shop, 'b')
    await shop.ready
    for (let n = 0; n < 3; n++) b.kill()
    for (let n = 0; n < 3; n++) {
      b.kill()
      await b.ask('get')
    }
    expect(await statesOf(shop)).toBe('a running 0, b running 3, c running 0')
    journal.read()
    b.kill()
    expect(await shop.exited).toEqual({ kind: 'shutdown', detail: 'reached-max-restart-intensity' })
    expect(journal.read()).toBe('-c shutdown, -a shutdown')
    expect(restartsIn(events)).toEqual(['b 1 +0', 'b 2 +0', 'b 3 +0', 'b gives up'])
    expect(await b.exited).toEqual({ kind: 'killed' })
  })

  it('forgets restarts older than the window; one exactly as old counts', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const shop = system.spawn(
      supervisor({ name: 'Shop', maxRestarts: 1, within: 1_000, children: members(new Journal(), { a: {} }) }),
    )
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    await clock.advance(1_001)
    a.kill()
    expect(await statesOf(shop)).toBe('a running 2')
    await clock.advance(1_000)
    a.kill()
    expect(await shop.exited).toMatchObject({ kind: 'shutdown' })
  })

  it('gives up at the first restart with maxRestarts 0', async () => {
    await using system = testSystem()
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 0, children: members(new Journal(), { a: {} }) }))
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    expect(await shop.exited).toMatchObject({ kind: 'shutdown' })
  })

  it('counts restarts of all children together, and one of many siblings once', async () => {
    await using system = testSystem()
    const children = members(new Journal(), { a: {}, b: {}, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', maxRestarts: 2, children }))
    await shop.ready
    for (const id of ['a', 'b']) {
      ;(await childOf(shop, id)).kill()
      await turns()
    }
    expect(await statesOf(shop)).toBe('a running 2, b running 2, c running 2')
    ;(await childOf(shop, 'c')).kill()
    expect(await shop.exited).toMatchObject({ kind: 'shutdown' })
  })

  it('does not count what ends without a restart', async () => {
    await using system = testSystem()
    const children = members(new Journal(), { a: { restart: 'temporary' }, b: { restart: 'transient' }, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 0, children }))
    endBy(await childOf(shop, 'a'), 'error')
    endBy(await childOf(shop, 'b'), 'normal')
    await shop.ask('terminateChild', 'c')
    expect(await statesOf(shop)).toBe('b stopped 0, c stopped 0')
  })

  it('counts every failed restart, until it gives up', async () => {
    await using system = testSystem()
    const { events } = record(system)
    let starts = 0
    const onStart = (): void => {
      if (++starts > 1) throw new Error(`start ${starts}`)
    }
    const shop = system.spawn(
      supervisor({ name: 'Shop', maxRestarts: 3, children: members(new Journal(), { a: {}, b: { onStart } }) }),
    )
    const b = await childOf(shop, 'b')
    await b.ready
    b.kill()
    expect(await shop.exited).toMatchObject({ kind: 'shutdown' })
    expect(starts).toBe(4)
    expect(restartsIn(events)).toEqual(['b 1 +0', 'b 2 +0', 'b 3 +0', 'b gives up'])
    expect(events.find(({ kind }) => kind === 'restart-limit')).toMatchObject({
      reason: { kind: 'error', error: { message: 'start 4' } },
    })
    expect(await b.exited).toMatchObject({ kind: 'error', error: { message: 'start 4' } })
  })

  it('counts restarts that fail late, and those that are killed while they start', async () => {
    await using system = testSystem()
    let starts = 0
    const hanging = gate()
    const onStart = (): unknown => {
      starts++
      if (starts === 2) return Promise.reject(new Error('late'))
      return starts === 3 ? hanging.promise : undefined
    }
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 3, children: members(new Journal(), { a: { onStart } }) }))
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    expect(await statesOf(shop)).toBe('a starting 2')
    a.kill()
    expect(await a.ask('get')).toBe(0)
    expect(await statesOf(shop)).toBe('a running 3')
  })

  it('tries siblings again that could not be started, as if they had failed', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const starts = { b: 0 }
    const children = members(journal, {
      a: {},
      b: {
        onStart: () => {
          if (++starts.b === 2) throw new Error('not yet')
        },
      },
      c: {},
    })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'rest-for-one', children }))
    const a = await childOf(shop, 'a')
    await shop.ready
    journal.read()
    a.kill()
    expect(await statesOf(shop)).toBe('a running 1, b running 2, c running 1')
    expect(journal.read()).toBe('-c shutdown, -b shutdown, +a, +b, -b error (Error: not yet), +b, +c')
  })

  it('leaves the event loop its turns in a storm without end', async () => {
    await using system = testSystem()
    let starts = 0
    const onStart = (): never => {
      starts++
      throw new Error('never')
    }
    const specs = members(new Journal(), { ok: {}, bad: { onStart: () => (starts === 0 ? void starts++ : onStart()) } })
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: Infinity, children: specs }))
    const bad = await childOf(shop, 'bad')
    await bad.ready
    bad.kill()
    await turns(20)
    expect(starts).toBeGreaterThan(5)
    expect(starts).toBeLessThan(100)
    expect(await (await childOf(shop, 'ok')).ask('get')).toBe(0)
  })

  it('leaves the event loop its turns when a child crashes in its first message', async () => {
    await using system = testSystem()
    let starts = 0
    const Crasher = actor({
      name: 'Crasher',
      setup(self) {
        starts++
        void self.ref.tell('crash')
        return {
          crash: () => {
            throw new Error('again')
          },
        }
      },
    })
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: Infinity, children: [{ id: 'a', actor: Crasher }] }))
    await turns(20)
    expect(starts).toBeGreaterThan(5)
    expect(starts).toBeLessThan(100)
    await shop.ask('terminateChild', 'a')
  })

  it('restarts a thousand children that crash at once', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const crew = system.spawn(
      supervisor({ name: 'Crew', strategy: 'simple-one-for-one', maxRestarts: 1_000, children: members(journal, { w: {} }) }),
    )
    const refs = await Promise.all(Array.from({ length: 1_000 }, () => crew.ask('startChild', [])))
    for (const ref of refs) ref.kill()
    await turns()
    const children = await crew.ask('children')
    expect(children.every(({ state, restarts }) => state === 'running' && restarts === 1)).toBe(true)
    expect(children).toHaveLength(1_000)
  })
})

describe('backoff', () => {
  it('waits before each restart, twice as long each time, up to the longest', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const { events } = record(system)
    const backoff = { min: 100, max: 500 }
    const shop = system.spawn(
      supervisor({ name: 'Shop', maxRestarts: 10, within: 60_000, backoff, children: members(new Journal(), { a: {} }) }),
    )
    const a = await childOf(shop, 'a')
    await a.ready
    for (const wait of [100, 200, 400, 500, 500]) {
      a.kill()
      await clock.advance(wait - 1)
      expect(await statesOf(shop)).toContain('a restarting')
      await clock.advance(1)
      expect(await statesOf(shop)).toContain('a running')
    }
    expect(restartsIn(events)).toEqual(['a 1 +100', 'a 2 +200', 'a 3 +400', 'a 4 +500', 'a 5 +500'])
  })

  it('starts over once a child ran as long as the longest wait; a start that took long is no run', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const { events } = record(system)
    const starting: { slow?: Promise<void> } = {}
    const children = members(new Journal(), { a: { onStart: () => starting.slow } })
    const shop = system.spawn(supervisor({ name: 'Shop', maxRestarts: 10, backoff: { min: 100, max: 500 }, children }))
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    await clock.advance(100)
    await clock.advance(500)
    a.kill()
    const opened = gate()
    starting.slow = opened.promise
    await clock.advance(100)
    await clock.advance(10_000)
    opened.fail(new Error('no'))
    await turns()
    expect(restartsIn(events)).toEqual(['a 1 +100', 'a 2 +100', 'a 1 +200'])
  })

  it('waits before a failed restart is tried again', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const { events } = record(system)
    let starts = 0
    const onStart = (): void => {
      if (++starts === 2) throw new Error('not yet')
    }
    const shop = system.spawn(
      supervisor({ name: 'Shop', backoff: { min: 10, max: 1_000 }, children: members(new Journal(), { a: { onStart } }) }),
    )
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    await clock.advance(10)
    expect(await statesOf(shop)).toBe('a restarting 1')
    await clock.advance(20)
    expect(await statesOf(shop)).toBe('a running 2')
    expect(restartsIn(events)).toEqual(['a 1 +10', 'a 2 +20'])
  })

  it('does not hold up the restart of another child', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const shop = system.spawn(
      supervisor({ name: 'Shop', backoff: { min: 100, max: 100 }, children: members(new Journal(), { a: {}, b: {} }) }),
    )
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    a.kill()
    await clock.advance(60)
    b.kill()
    await clock.advance(40)
    expect(await statesOf(shop)).toBe('a running 1, b restarting 0')
    await clock.advance(60)
    expect(await statesOf(shop)).toBe('a running 1, b running 1')
  })

  it('keeps the start order when an earlier sibling fails during the wait', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const journal = new Journal()
    const children = members(journal, { a: {}, b: {}, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'rest-for-one', backoff: { min: 100, max: 400 }, children }))
    const [a, b] = [await childOf(shop, 'a'), await childOf(shop, 'b')]
    await shop.ready
    b.kill()
    await clock.advance(100)
    b.kill()
    await clock.advance(50)
    journal.read()
    a.kill()
    // b and c are due in 150 ms, a in 100: they wait for the later of the two, and start together in order.
    await clock.advance(100)
    expect(journal.read()).toBe('')
    await clock.advance(50)
    expect(journal.read()).toBe('+a, +b, +c')
  })

  it('keeps messages that come during the wait', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const shop = system.spawn(
      supervisor({ name: 'Shop', backoff: { min: 100, max: 100 }, children: members(new Journal(), { a: {} }) }),
    )
    const a = await childOf(shop, 'a')
    await a.ready
    a.kill()
    void a.tell('add', 7)
    const answer = a.ask('get')
    expect(await stateOf(answer)).toBe('pending')
    await clock.advance(100)
    expect(await answer).toBe(7)
  })
})
