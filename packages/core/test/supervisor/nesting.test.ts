import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { ChildSpec, SupervisorOptions } from '../../src/supervision/child-spec.ts'
import { Journal, type SupervisorRef, childOf, members, statesOf } from '../support/members.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

function outerOf(
  inner: Partial<SupervisorOptions> & Pick<SupervisorOptions, 'children'>,
  spec: Partial<ChildSpec> = {},
  more: readonly ChildSpec[] = [],
) {
  return supervisor({
    name: 'Outer',
    children: [{ id: 'inner', actor: supervisor({ name: 'Inner', ...inner }), ...spec }, ...more],
  })
}

async function innerOf(outer: SupervisorRef): Promise<SupervisorRef> {
  return (await outer.ask('child', 'inner')) as SupervisorRef
}

describe('a supervisor under a supervisor', () => {
  it('is ready when its children are, and counts as a supervisor', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const slow = gate()
    const outer = system.spawn(
      outerOf({ children: members(journal, { a: { onStart: () => slow.promise } }) }, {}, members(journal, { b: {} })),
    )
    await turns()
    expect(journal.read()).toBe('+a')
    expect(await statesOf(outer)).toBe('inner starting 0, b starting 0')
    slow.open()
    await outer.ready
    expect(journal.read()).toBe('+b')
    expect(await outer.ask('count')).toEqual({ specs: 2, active: 2, supervisors: 1, actors: 1 })
    expect((await outer.ask('children')).map(({ kind }) => kind)).toEqual(['supervisor', 'actor'])
  })

  it('has all the time that its own children take to stop', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const hang = { shutdown: 60_000, onStop: () => new Promise(() => undefined) }
    const outer = system.spawn(outerOf({ children: members(new Journal(), { a: hang, b: hang }) }))
    await outer.ready
    let took = 0
    outer.stop()
    void outer.exited.then(() => (took = clock.now()))
    await clock.advance(200_000)
    expect(took).toBe(120_000)
  })

  it('is restarted with fresh children when it gives up', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const { events } = record(system)
    const outer = system.spawn(outerOf({ maxRestarts: 1, children: members(journal, { a: {}, b: {} }) }))
    const inner = await innerOf(outer)
    const a = await childOf(inner, 'a')
    await outer.ready
    a.kill()
    await a.ask('get')
    journal.read()
    a.kill()
    expect(await a.exited).toEqual({ kind: 'killed' })
    expect(await statesOf(inner)).toBe('a running 0, b running 0')
    expect(journal.read()).toBe('-b shutdown, +a, +b')
    expect(await statesOf(outer)).toBe('inner running 1')
    const restarts = events.flatMap((event) => (event.kind === 'child-restarting' ? `${event.child} ${event.reason.kind}` : []))
    expect(restarts).toEqual(['a killed', 'inner shutdown'])
  })

  it('is not restarted when it is transient and gives up, as in OTP: its reason is shutdown', async () => {
    await using system = testSystem()
    const outer = system.spawn(outerOf({ maxRestarts: 0, children: members(new Journal(), { a: {} }) }, { restart: 'transient' }))
    ;(await childOf(await innerOf(outer), 'a')).kill()
    expect(await statesOf(outer)).toBe('inner stopped 0')
  })

  it('passes a failure that does not go away up the tree', async () => {
    await using system = testSystem()
    let starts = 0
    const onStart = (): void => {
      if (++starts > 1) throw new Error('gone')
    }
    const outer = system.spawn(outerOf({ maxRestarts: 1, children: members(new Journal(), { a: { onStart } }) }))
    const a = await childOf(await innerOf(outer), 'a')
    await outer.ready
    a.kill()
    expect(await outer.exited).toMatchObject({ kind: 'shutdown', detail: 'reached-max-restart-intensity' })
    // Inner: one restart, then it gives up; its own restarts fail at the first start, three times.
    expect(starts).toBe(1 + 1 + 3)
  })

  it('fails to start as a child when one of its children does', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const cause = new Error('deep')
    const onStart = (): never => {
      throw cause
    }
    const outer = system.spawn(outerOf({ children: members(journal, { a: {}, b: { onStart } }) }))
    const error = await rejection(outer.ready)
    expect(error).toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_START_FAILED', cause: { code: 'TROUPE_START_FAILED', cause } },
    })
    expect(journal.read()).toBe('+a, +b, -b error (Error: deep), -a shutdown')
  })

  it('takes its children along when it or the outer one is killed', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const outer = system.spawn(outerOf({ children: members(journal, { a: {} }) }))
    const inner = await innerOf(outer)
    const a = await childOf(inner, 'a')
    await outer.ready
    inner.kill()
    expect(await a.exited).toEqual({ kind: 'killed' })
    expect(await statesOf(outer)).toBe('inner running 1')
    const next = await childOf(inner, 'a')
    expect(next.equals(a)).toBe(false)
    outer.kill()
    expect(await next.exited).toEqual({ kind: 'killed' })
    expect(await outer.exited).toEqual({ kind: 'killed' })
    expect(journal.read()).toBe('+a, +a')
  })

  it('forgets added children when it is restarted', async () => {
    await using system = testSystem()
    const outer = system.spawn(outerOf({ children: members(new Journal(), { a: {} }) }))
    const inner = await innerOf(outer)
    for (const spec of members(new Journal(), { b: {} })) await inner.ask('startChild', spec)
    inner.kill()
    expect(await statesOf(inner)).toBe('a running 0')
  })

  it('answers pending calls with its end', async () => {
    await using system = testSystem()
    const outer = system.spawn(outerOf({ children: [] }))
    const inner = await innerOf(outer)
    const [spec] = members(new Journal(), { slow: { onStart: () => new Promise(() => undefined) } })
    const started = inner.ask('startChild', spec ?? [])
    await turns()
    inner.kill()
    expect(await rejection(started)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
  })
})
