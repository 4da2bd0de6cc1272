/**
 * Who waits for whom: circles, as tables and against what a simulation says.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findWaitCycle, type Waits } from '../../../src/parallel/locks/wait-graph.ts'

/** `a:b` says that a waits for b, `a:bc` that it waits for b or c, two of `a:…` that it waits twice. */
function graph(text: string): Waits {
  const edges = text.split(' ').map((edge) => edge.split(':'))
  return { of: (party) => edges.filter(([from]) => from === party).map(([, to = '']) => to.split('')) }
}

describe('those who wait for each other', () => {
  it.each([
    ['two', 'a:b b:a', 'ab'],
    ['three', 'a:b b:c c:a', 'abc'],
    ['one, for itself', 'a:a', 'a'],
    ['whoever waits for somebody who goes on', 'a:b', null],
    ['whoever waits behind them', 'a:b b:a c:a', 'ab'],
    ['nobody where one of those who hold goes on', 'a:bc b:a', null],
    ['all when all who hold wait', 'a:bc b:a c:a', 'ab'],
    ['nobody where the way goes on further along', 'a:b b:cd c:a', null],
    ['nobody who waits for a lock that nobody holds', 'a:b b: ', null],
    ['nobody who waits for two things, one of which will come', 'a:b a:c b:a', null],
  ])('are %s', (_, text, cycle) => {
    expect(findWaitCycle('a', graph(text))?.join('') ?? null).toBe(cycle)
  })

  it('are told of to those in the circle, each waiting for the next', () => {
    expect(findWaitCycle('c', graph('a:b b:a c:a'))).toBeNull()
  })

  it('are found exactly where nothing can go on any more', () => {
    const parties = ['a', 'b', 'c', 'd', 'e']
    const wait = fc.record({ from: fc.constantFrom(...parties), to: fc.subarray(parties, { minLength: 1 }) })
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 8 }), (list) => {
        const waits: Waits = { of: (party) => list.filter(({ from }) => from === party).map(({ to }) => to) }
        // Whoever can go on does, and lets go of everything; whoever is left at the end is stuck.
        const left = new Set(parties)
        for (let before = -1; before !== left.size;) {
          before = left.size
          for (const party of left)
            if (!waits.of(party).every((holders) => holders.every((one) => left.has(one))) || waits.of(party).length === 0)
              left.delete(party)
        }
        for (const party of parties) {
          const cycle = findWaitCycle(party, waits)
          if (!left.has(party)) expect(cycle).toBeNull()
          if (cycle === null) continue
          expect(cycle[0]).toBe(party)
          cycle.forEach((one, index) => {
            const next = cycle[(index + 1) % cycle.length] ?? ''
            expect(waits.of(one).flat()).toContain(next)
          })
        }
      }),
    )
  })
})
