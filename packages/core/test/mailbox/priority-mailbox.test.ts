import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PriorityMailbox } from '../../src/mailbox/priority-mailbox.ts'
import { drain, notice, stop, tell } from './envelopes.ts'

/** The rank is the message's first argument. */
function byRank(): PriorityMailbox {
  return new PriorityMailbox((_method, args) => args[0] as number)
}

describe('priority mailbox', () => {
  it('hands out lower numbers first, equal ones in the order sent', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 }), (ranks) => {
        const box = byRank()
        ranks.forEach((rank, index) => box.push(tell(`${index}`, rank)))
        const sorted = ranks
          .map((rank, index) => ({ rank, index }))
          .sort((one, other) => one.rank - other.rank || one.index - other.index)
        expect(box.length).toBe(ranks.length)
        expect(drain(box)).toEqual(sorted.map(({ index }) => `${index}`))
      }),
    )
  })

  it('hands out rising ranks at every moment while messages come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { maxLength: 80 }), (steps) => {
        const box = byRank()
        let model: { rank: number; name: string }[] = []
        steps.forEach((rank, index) => {
          if (rank !== null) {
            box.push(tell(`${index}`, rank))
            model.push({ rank, name: `${index}` })
            return
          }
          const best = model.reduce<{ rank: number; name: string } | undefined>(
            (one, other) => (one !== undefined && one.rank <= other.rank ? one : other),
            undefined,
          )
          expect(box.shift()?.method).toBe(best?.name)
          model = model.filter((entry) => entry !== best)
        })
      }),
    )
  })

  it('handles all that was there before the sentinel, and nothing that came after it', () => {
    const box = byRank()
    box.push(tell('later', 9))
    box.push(stop())
    box.push(tell('urgent, but too late', -9))
    box.push(tell('sooner', 1))
    expect(drain(box)).toEqual(['later', 'STOP', 'urgent, but too late', 'sooner'])
  })

  it('hands out a notice after the messages that were there before it', () => {
    const box = byRank()
    box.push(tell('last words', 5))
    box.push(notice())
    box.push(tell('urgent', 0))
    expect(drain(box)).toEqual(['urgent', 'last words', 'TURN'])
  })

  it('hands out a notice before messages of equal or less urgency that come later', () => {
    const box = byRank()
    box.push(tell('a', 1))
    box.push(notice())
    box.push(tell('b', 1))
    box.push(tell('c', 7))
    expect(drain(box)).toEqual(['a', 'TURN', 'b', 'c'])
  })

  it('lets no flood starve a notice', () => {
    const box = byRank()
    box.push(tell('flood', 1))
    box.push(notice())
    let handled = 0
    for (; handled < 1_000; handled++) {
      box.push(tell('flood', 1))
      if (box.shift()?.kind === 4) break
    }
    expect(handled).toBeLessThan(3)
  })

  it('takes a notice at once when it is empty', () => {
    const box = byRank()
    box.push(tell('old', 9))
    box.shift()
    box.push(notice())
    box.push(tell('new', 1))
    expect(drain(box)).toEqual(['TURN', 'new'])
  })

  it('puts before all others what comes back, the last one first', () => {
    const box = byRank()
    box.push(tell('c', Number.NEGATIVE_INFINITY))
    box.unshift(tell('b', 9))
    box.unshift(tell('a', 9))
    expect(drain(box)).toEqual(['a', 'b', 'c'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['is no number', () => Number.NaN],
    ['is nothing', () => undefined as never],
  ])('counts a message whose rank %s as the least urgent', (_what, rank) => {
    const box = new PriorityMailbox((method) => (method === 'odd' ? rank() : 1))
    box.push(tell('odd'))
    box.push(tell('plain'))
    expect(drain(box)).toEqual(['plain', 'odd'])
  })

  it('counts what users sent', () => {
    const box = byRank()
    box.push(tell('a', 1))
    box.push(notice())
    box.push(stop())
    expect([box.length, box.messages]).toEqual([3, 1])
    box.shift()
    expect([box.length, box.messages]).toEqual([2, 0])
  })
})
