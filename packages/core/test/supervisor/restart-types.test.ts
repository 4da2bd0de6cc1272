import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { RestartType, Strategy } from '../../src/supervision/child-spec.ts'
import { Journal, childOf, endBy, member, members, statesOf } from '../support/members.ts'
import { testSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

const KINDS = ['normal', 'shutdown', 'error', 'killed'] as const
type Kind = (typeof KINDS)[number]

/** Who is up after b ended, under each strategy, when it is restarted. The journal says in which order. */
const RESTARTED: Readonly<Record<Strategy, string>> = {
  'one-for-one': '+b',
  'one-for-all': '-c shutdown, -a shutdown, +a, +b, +c',
  'rest-for-one': '-c shutdown, +b, +c',
  'simple-one-for-one': '+w',
}

/** OTP's table: what becomes of a child by restart type and reason. */
const VERDICTS: readonly [RestartType, Kind, 'restart' | 'keep' | 'remove'][] = [
  ['permanent', 'normal', 'restart'],
  ['permanent', 'shutdown', 'restart'],
  ['permanent', 'error', 'restart'],
  ['permanent', 'killed', 'restart'],
  ['transient', 'normal', 'keep'],
  ['transient', 'shutdown', 'keep'],
  ['transient', 'error', 'restart'],
  ['transient', 'killed', 'restart'],
  ['temporary', 'normal', 'remove'],
  ['temporary', 'shutdown', 'remove'],
  ['temporary', 'error', 'remove'],
  ['temporary', 'killed', 'remove'],
]

const ofThree = (['one-for-one', 'one-for-all', 'rest-for-one'] as const).flatMap((strategy) =>
  VERDICTS.map((row) => [strategy, ...row] as const),
)

describe('restart types', () => {
  it.each(ofThree)('%s: a %s child that ends by %s: %s', async (strategy, restart, kind, verdict) => {
    await using system = testSystem()
    const journal = new Journal()
    const children = members(journal, { a: {}, b: { restart }, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy, children }))
    const b = await childOf(shop, 'b')
    await b.ready
    await shop.ready
    journal.read()
    endBy(b, kind)
    await turns()

    const said = journal.read().replace(/^-b \w+( \(.*?\))?(, )?/, '')
    expect(said).toBe(verdict === 'restart' ? RESTARTED[strategy] : '')
    const states = await statesOf(shop)
    if (verdict === 'keep') expect(states).toBe('a running 0, b stopped 0, c running 0')
    else if (verdict === 'remove') expect(states).toBe('a running 0, c running 0')
    else expect(states).toContain('b running 1')
  })

  it.each(VERDICTS)('simple-one-for-one: a %s child that ends by %s: %s', async (restart, kind, verdict) => {
    await using system = testSystem()
    const journal = new Journal()
    const children = [{ id: 'w', actor: member(journal, 'w'), restart }]
    const crew = system.spawn(supervisor({ name: 'Crew', strategy: 'simple-one-for-one', children }))
    await crew.ask('startChild', [])
    await crew.ask('startChild', [])
    const w = await childOf(crew, 'w-1')
    endBy(w, kind)
    // What ended for good is forgotten, as in OTP: nobody could restart one of many.
    expect(await statesOf(crew)).toBe(verdict === 'restart' ? 'w-1 running 1, w-2 running 0' : 'w-2 running 0')
  })

  it('takes several ends at once as one restart of all', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const children = members(journal, { a: {}, b: {}, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', maxRestarts: 1, children }))
    await shop.ready
    const refs = await Promise.all(['a', 'b', 'c'].map((id) => childOf(shop, id)))
    for (const ref of refs) ref.kill()
    expect(await statesOf(shop)).toBe('a running 1, b running 1, c running 1')
  })

  it('restarts children of one-for-one independently', async () => {
    await using system = testSystem()
    const journal = new Journal()
    const children = members(journal, { a: {}, b: {}, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', children }))
    for (const id of ['a', 'c', 'c']) endBy(await childOf(shop, id), 'error')
    expect(await statesOf(shop)).toBe('a running 1, b running 0, c running 2')
  })

  it('removes temporary siblings that a plan takes down', async () => {
    await using system = testSystem()
    const children = members(new Journal(), { a: {}, b: { restart: 'temporary' }, c: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    endBy(await childOf(shop, 'c'), 'error')
    expect(await statesOf(shop)).toBe('a running 1, c running 1')
  })

  it('starts stopped siblings along with those that a plan restarts, as OTP does', async () => {
    await using system = testSystem()
    const children = members(new Journal(), { a: { restart: 'transient' }, b: {} })
    const shop = system.spawn(supervisor({ name: 'Shop', strategy: 'one-for-all', children }))
    endBy(await childOf(shop, 'a'), 'normal')
    expect(await statesOf(shop)).toBe('a stopped 0, b running 0')
    endBy(await childOf(shop, 'b'), 'error')
    expect(await statesOf(shop)).toBe('a running 1, b running 1')
  })
})
