import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { AutoShutdown } from '../../src/supervision/child-spec.ts'
import { Journal, childOf, endBy, members, statesOf } from '../support/members.ts'
import { testSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

const AUTO = { kind: 'shutdown', detail: 'auto-shutdown' }

describe('automatic shutdown', () => {
  const significant = { restart: 'transient', significant: true } as const

  it.each<[AutoShutdown, string, boolean]>([
    ['any-significant', 'a', true],
    ['any-significant', 'c', false],
    ['all-significant', 'a', false],
    ['all-significant', 'a b', true],
    ['all-significant', 'c', false],
  ])('%s: when %s ended, the supervisor stops: %s', async (autoShutdown, ended, stops) => {
    await using system = testSystem()
    const journal = new Journal()
    const children = members(journal, {
      a: significant,
      b: { ...significant, restart: 'temporary' },
      c: { restart: 'transient' },
    })
    const shop = system.spawn(supervisor({ name: 'Shop', autoShutdown, children }))
    await shop.ready
    for (const id of ended.split(' ')) {
      endBy(await childOf(shop, id), 'normal')
      await turns()
    }
    if (!stops) {
      expect(await shop.ask('count')).toMatchObject({ active: 2 })
      return
    }
    expect(await shop.exited).toEqual(AUTO)
    expect(journal.read()).toMatch(/-c shutdown/)
  })

  it('does not count a significant child that is restarted', async () => {
    await using system = testSystem()
    const shop = system.spawn(
      supervisor({ name: 'Shop', autoShutdown: 'any-significant', children: members(new Journal(), { a: significant }) }),
    )
    endBy(await childOf(shop, 'a'), 'error')
    expect(await statesOf(shop)).toBe('a running 1')
  })

  it('does not count what a caller stops', async () => {
    await using system = testSystem()
    const shop = system.spawn(
      supervisor({ name: 'Shop', autoShutdown: 'any-significant', children: members(new Journal(), { a: significant }) }),
    )
    await shop.ask('terminateChild', 'a')
    expect(await statesOf(shop)).toBe('a stopped 0')
  })

  it('counts added children of simple-one-for-one', async () => {
    await using system = testSystem()
    const crew = system.spawn(
      supervisor({
        name: 'Crew',
        strategy: 'simple-one-for-one',
        autoShutdown: 'all-significant',
        children: members(new Journal(), { w: significant }),
      }),
    )
    await crew.ask('startChild', [])
    await crew.ask('startChild', [])
    endBy(await childOf(crew, 'w-1'), 'normal')
    expect(await statesOf(crew)).toBe('w-2 running 0')
    endBy(await childOf(crew, 'w-2'), 'normal')
    expect(await crew.exited).toEqual(AUTO)
  })
})
