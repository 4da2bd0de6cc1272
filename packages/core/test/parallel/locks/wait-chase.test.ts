/**
 * Edge chasing over what several owners say, against owners that are written down: circles, phantoms, and who is refused.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Asking, findVictims } from '../../../src/parallel/locks/wait-chase.ts'
import { findKnot, findWaitCycle } from '../../../src/parallel/locks/wait-graph.ts'
import { type WaitView, toWaitViews } from '../../../src/parallel/locks/wait-view.ts'

/** `a:bc@3` is a wait of a for b or c, whose number is 3; `a:b!3` one that cannot be refused. */
function views(text: string): readonly WaitView[] {
  return text.split(' ').flatMap((word) => {
    const [, party = '', holders = '', mark = '', began = ''] = /^(\w):(\w*)([@!])(\d+)$/.exec(word) ?? []
    if (party === '') return []
    return [{ id: began, party, path: `/${party}`, began: Number(began), isRefusable: mark === '@', holders: holders.split('') }]
  })
}

/** Answers the first rounds as the first text says, then as the next ones do. `rounds` are the parties that were asked for. */
function owners(...texts: readonly string[]): { readonly ask: Asking; readonly rounds: string[] } {
  const rounds: string[] = []
  const told = texts.map(views)
  const ask: Asking = async (parties) => {
    await Promise.resolve()
    const all = told[Math.min(rounds.length, told.length - 1)] ?? []
    rounds.push([...parties].sort().join(''))
    return all.filter(({ party }) => parties.includes(party))
  }
  return { ask, rounds }
}

const everywhere = (): boolean => true

describe('a chase', () => {
  it.each([
    ['nobody who holds waits', 'a:b@1', 'b', null],
    ['two wait for each other', 'a:b@1 b:a@2', 'a', '2: /b /a'],
    ['the one that began last cannot be refused', 'a:b@1 b:a!2', 'a', '1: /a /b'],
    ['none of them can be refused', 'a:b!1 b:a!2', 'a', null],
    ['four wait in a row, and the last one for the first', 'a:b@4 b:c@1 c:d@2 d:a@3', 'a', '4: /a /b /c /d'],
    ['the circle is further along', 'x:a@9 a:b@1 b:a@2', 'a', '2: /b /a'],
    ['one of those who hold a permit goes on', 'a:bc@1 b:a@2', 'b', null],
    ['all who hold a permit are stuck', 'a:bc@1 b:a@2 c:a@3', 'b', '3: /c /a'],
    ['one of them waits for something else, too, that will come', 'a:b@1 b:a@2 b:z@3', 'a', null],
    [
      'one of them waits for something else, too, behind another circle',
      'a:b@1 b:a@2 b:y@5 y:z@3 z:y@4',
      'a',
      '4: /z /y,2: /b /a',
    ],
    ['two circles have one in common', 'a:b@3 b:ac@1 c:b@2', 'a', '3: /a /b'],
  ])('when %s', async (_, text, starts, expected) => {
    const { ask } = owners(text)
    const victims = await findVictims(starts, ask, everywhere)
    const said = victims.map(({ wait, cycle }) => `${wait.id}: ${cycle.join(' ')}`)
    expect(said.sort((a, b) => b.localeCompare(a)).join(',') || null).toBe(expected)
  })

  it('asks for those who hold, once, where they wait for nothing', async () => {
    const { ask, rounds } = owners('a:bc@1')
    expect(await findVictims('bcb', ask, everywhere)).toEqual([])
    expect(rounds).toEqual(['bc'])
  })

  it('asks on, then once more for all', async () => {
    const { ask, rounds } = owners('a:b@1 b:c@2 c:a@3')
    await findVictims('b', ask, everywhere)
    expect(rounds).toEqual(['b', 'c', 'a', 'abc'])
  })

  it('leaves the waits of other owners to them', async () => {
    const { ask, rounds } = owners('a:b@1 b:a@2')
    expect(await findVictims('b', ask, ({ party }) => party === 'a')).toEqual([])
    expect(rounds).toEqual(['b', 'a'])
    expect(await findVictims('b', ask, ({ party }) => party === 'b')).toHaveLength(1)
  })

  it.each([
    ['one of the waits ended', 'a:b@1'],
    ['one of them is another one by now', 'a:b@1 b:a@3'],
    ['one of them is held by somebody else by now', 'a:b@1 b:c@2'],
    ['somebody has begun to wait for something else, too', 'a:b@1 b:a@2 a:z@3'],
    ['they are gone', ''],
  ])('believes in no circle of which the second answer says that %s', async (_, later) => {
    const { ask } = owners('a:b@1 b:a@2', 'a:b@1 b:a@2', later)
    expect(await findVictims('a', ask, everywhere)).toEqual([])
  })

  it('ends, also where somebody makes up a chain without end', async () => {
    let made = 0
    const endless: Asking = async (parties) => {
      await Promise.resolve()
      const more = (): readonly string[] => [String(++made), String(++made)]
      return parties.map((party) => ({ id: party, party, path: party, began: 1, isRefusable: true, holders: more() }))
    }
    expect(await findVictims(['0'], endless, everywhere)).toEqual([])
  })
})

describe('a knot', () => {
  it('is the same for all in it, and has those who are in a circle with each other', () => {
    const parties = ['a', 'b', 'c', 'd', 'e']
    const wait = fc.record({ from: fc.constantFrom(...parties), to: fc.subarray(parties, { minLength: 1 }) })
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 8 }), (list) => {
        const of = (party: string) => list.filter(({ from }) => from === party).map(({ to }) => to)
        const reached = (start: string): ReadonlySet<string> => {
          const seen = new Set<string>()
          for (const queue = [start]; queue.length > 0;)
            for (const next of of(queue.pop() ?? '').flat()) if (!seen.has(next)) queue.push((seen.add(next), next))
          return seen
        }
        for (const party of parties) {
          const knot = findKnot(party, { of })
          expect(knot === null).toBe(findWaitCycle(party, { of }) === null)
          const expected = parties.filter((other) => reached(party).has(other) && reached(other).has(party))
          if (knot !== null) expect([...knot].sort()).toEqual(expected)
          for (const other of knot ?? []) expect([...(findKnot(other, { of }) ?? [])].sort()).toEqual(expected)
        }
      }),
    )
  })
})

describe('what an owner of another program says', () => {
  const right = { id: '1', party: 'a', path: '/a', began: 1, isRefusable: true, holders: ['b'] }
  it.each([
    ['is taken', [right], 1],
    ['is left out where nobody asked for it', [{ ...right, party: 'b' }], 0],
    ['is left out where it is no list', right, 0],
    ['is left out where it is nothing', [null, 5, 'a', {}], 0],
    [
      'is left out where its holders are none',
      [
        { ...right, holders: [5] },
        { ...right, holders: 'b' },
      ],
      0,
    ],
    ['is left out where it has no number', [{ ...right, began: '1' }], 0],
  ])('%s', (_, answer, count) => {
    expect(toWaitViews(answer, new Set(['a']))).toHaveLength(count)
  })
})
