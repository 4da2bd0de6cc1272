import { describe, expect, it } from 'vitest'
import { toNodeId } from '../../src/model/address.ts'
import type { SystemEvent } from '../../src/model/event.ts'
import type { LinkPolicy } from '../../src/model/link-policy.ts'
import { Authority } from '../../src/system/authority.ts'

const peer = { name: 'shop', id: toNodeId('shop', 'i1'), address: 'memory:' }

/** An authority, and what it says. */
function authority(policy: LinkPolicy = {}): { readonly it: Authority; readonly events: SystemEvent[] } {
  const events: SystemEvent[] = []
  const it = new Authority(policy, (event) => events.push(event))
  it.met(peer)
  return { it, events }
}

describe('what a peer may use by name', () => {
  it('is everything where nobody authorizes', () => {
    const { it, events } = authority()
    expect([it.mayUse('spawn', 'A'), it.mayUse('lookup', 'a'), it.mayUse('group', 'g')]).toEqual([true, true, true])
    expect(events).toEqual([])
  })

  it('is asked for with peer, action and name: spawns each time, names and groups once', () => {
    const asked: unknown[] = []
    const { it, events } = authority({ authorize: (...question) => (asked.push(question), question[2] === 'yes') })
    for (let round = 0; round < 2; round++)
      for (const action of ['spawn', 'lookup', 'group'] as const)
        expect([it.mayUse(action, 'yes'), it.mayUse(action, 'no')]).toEqual([true, false])
    const both = (action: string): unknown[] => [
      [peer, action, 'yes'],
      [peer, action, 'no'],
    ]
    expect(asked).toEqual([...both('spawn'), ...both('lookup'), ...both('group'), ...both('spawn')])
    expect(events).toEqual(
      ['spawn', 'lookup', 'group'].map((action) => ({ kind: 'peer-refused', node: 'shop', action, name: 'no' })),
    )
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no idea')
      },
    ],
    ['says 1', () => 1],
    ['says nothing', () => undefined],
    ['says a word', () => 'yes'],
    ['promises a yes', () => Promise.resolve(true)],
    ['promises, and fails', () => Promise.reject(new Error('late'))],
  ])('is nothing where authorize %s', (_what, authorize) => {
    // Safe: that is what goes wrong here.
    const { it } = authority({ authorize: authorize as () => boolean })
    expect([it.mayUse('spawn', 'A'), it.mayUse('lookup', 'a')]).toEqual([false, false])
  })

  it('is nothing before the peer has proved itself, and no name without end', () => {
    const it = new Authority({ authorize: () => true }, () => undefined)
    expect(it.mayUse('lookup', 'a')).toBe(false)
    expect(authority().it.mayUse('lookup', 'a'.repeat(1_025))).toBe(false)
  })

  it('is remembered for 1,024 names', () => {
    let asked = 0
    const { it } = authority({ authorize: () => ++asked > 0 })
    for (let n = 0; n <= 1_024; n++) it.mayUse('lookup', `name-${n}`)
    it.mayUse('lookup', 'name-1024')
    expect(asked).toBe(1_025)
    it.mayUse('lookup', 'name-0')
    expect(asked).toBe(1_026)
  })
})

describe('refusals', () => {
  it('of one kind are told at the first, the tenth, the hundredth time', () => {
    const { it, events } = authority()
    for (let n = 0; n < 250; n++) it.refused('stop', 'troupe://shop/cart')
    expect(events).toEqual(
      [undefined, 10, 100].map((times) => ({
        kind: 'peer-refused',
        node: 'shop',
        action: 'stop',
        name: 'troupe://shop/cart',
        ...(times === undefined ? {} : { times }),
      })),
    )
  })

  it('of a hundred thousand kinds are a thousand events', () => {
    const { it, events } = authority()
    for (let n = 0; n < 100_000; n++) it.refused('lookup', `name-${n}`)
    expect(events).toHaveLength(1_024 + 5)
    expect(events.at(-1)).toMatchObject({ name: 'and more', times: 10_000 })
  })

  it('show no more than 200 characters of a name', () => {
    const { it, events } = authority()
    it.refused('lookup', 'x'.repeat(1_000_000))
    expect(events).toMatchObject([{ name: `${'x'.repeat(200)}…` }])
  })
})
