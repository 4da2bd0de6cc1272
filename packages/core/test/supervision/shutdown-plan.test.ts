import { describe, expect, it } from 'vitest'
import { stopOrder, stopWaves } from '../../src/supervision/shutdown-plan.ts'

describe('shutdown plan', () => {
  it.each([
    [5_000, { kind: 'ask', deadline: 5_000 }],
    [0, { kind: 'ask', deadline: 0 }],
    ['infinity', { kind: 'ask', deadline: Infinity }],
    ['brutal-kill', { kind: 'kill' }],
  ] as const)('turns %s into an order', (shutdown, order) => {
    expect(stopOrder(shutdown)).toEqual(order)
  })

  it.each(['one-for-one', 'one-for-all', 'rest-for-one'] as const)(
    'stops the children of %s one by one in reverse',
    (strategy) => {
      expect(stopWaves(strategy, ['a', 'b', 'c'])).toEqual([['c'], ['b'], ['a']])
    },
  )

  it('stops the children of simple-one-for-one all at once', () => {
    expect(stopWaves('simple-one-for-one', ['a', 'b', 'c'])).toEqual([['a', 'b', 'c']])
    expect(stopWaves('simple-one-for-one', [])).toEqual([])
  })
})
