/**
 * The policies of barriers, events and conditions.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Latch } from '../../../src/parallel/locks/latch.ts'
import { Notices } from '../../../src/parallel/locks/notices.ts'
import { Rendezvous, type RoundEffect } from '../../../src/parallel/locks/rendezvous.ts'

/** `go a0 b1`, `act b1`, `fail a` */
function told(effects: readonly RoundEffect<string>[] | null): string {
  if (effects === null) return 'refused'
  return effects
    .map((effect) => {
      if (effect.kind === 'act') return `act ${effect.arrival.key}${effect.arrival.index}`
      return [effect.kind, ...effect.arrivals.map(({ key, index }) => (effect.kind === 'go' ? `${key}${index}` : key))].join(' ')
    })
    .join(', ')
}

/** `a` arrives, `a!` has acted, `a-` leaves for good, `a~` breaks it, `x` aborts, `r` resets. */
function play(round: Rendezvous<string>, script: string): string[] {
  return script.split(' ').map((step) => {
    const name = step.slice(0, 1)
    if (step === 'x') return told(round.fail('until-reset'))
    if (step === 'r') return told(round.reset())
    if (step.endsWith('!')) return told(round.acted(name))
    if (step.endsWith('-')) return told(round.leave(name, 'once'))
    if (step.endsWith('~')) return told(round.leave(name, 'until-reset'))
    return round.broken ? 'broken' : told(round.arrive(name, name))
  })
}

describe('a rendezvous', () => {
  it.each([
    [
      'lets all go on when the last one is there, round after round',
      3,
      false,
      'a b c b a c',
      ['', '', 'go a0 b1 c2', '', '', 'go b0 a1 c2'],
    ],
    ['of one goes on at once', 1, false, 'a a', ['go a0', 'go a0']],
    ['has its last one act before all go on', 2, true, 'a b b!', ['', 'act b1', 'go a0 b1']],
    ['takes an act from that one only, once', 2, true, 'a b a! b! b!', ['', 'act b1', 'refused', 'go a0 b1', 'refused']],
    [
      'keeps who comes during an act for the next round',
      2,
      true,
      'a b c d b! d!',
      ['', 'act b1', '', '', 'go a0 b1, act d1', 'go c0 d1'],
    ],
    ['fails a round with one who leaves, and begins a new one', 2, false, 'a a- b c', ['', 'fail a', '', 'go b0 c1']],
    ['fails with one who leaves while another acts', 2, true, 'a b a- b!', ['', 'act b1', 'fail a b', 'refused']],
    ['forgets one who came early and leaves', 2, true, 'a b c c- b!', ['', 'act b1', '', '', 'go a0 b1']],
    ['does not mind who was not there', 2, false, 'a z- b', ['', '', 'go a0 b1']],
    ['broken, stays so until it is reset', 2, false, 'a a~ b r b c', ['', 'fail a', 'broken', '', '', 'go b0 c1']],
    ['aborted, takes those who came early along', 2, true, 'a b c x d', ['', 'act b1', '', 'fail a b c', 'broken']],
    ['reset, fails for those who wait', 2, false, 'a r a b', ['', 'fail a', '', 'go a0 b1']],
  ])('%s', (_, parties, hasAction, script, effects) => {
    expect(play(new Rendezvous(parties, hasAction), script)).toEqual(effects)
  })

  it('gives each party of a round another number, and forgets nobody', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.array(fc.constantFrom('come', 'act', 'leave'), { maxLength: 40 }),
        (parties, hasAction, deeds) => {
          const round = new Rendezvous<number>(parties, hasAction)
          const here = new Set<string>()
          let acting: string | null = null
          const take = (effects: readonly RoundEffect<number>[] | null): void => {
            for (const effect of effects ?? []) {
              if (effect.kind === 'act') {
                acting = effect.arrival.key
                expect(effect.arrival.index).toBe(parties - 1)
                continue
              }
              if (effect.kind === 'go') expect(effect.arrivals.map(({ index }) => index)).toEqual([...Array(parties).keys()])
              for (const { key } of effect.arrivals) {
                expect(here.delete(key)).toBe(true)
                if (key === acting) acting = null
              }
            }
          }
          deeds.forEach((deed, number) => {
            if (deed === 'come') {
              here.add(`k${number}`)
              take(round.arrive(`k${number}`, number))
            } else if (deed === 'act') take(acting === null ? null : round.acted(acting))
            else {
              const [key] = here
              if (key === undefined) return
              take(round.leave(key, 'once'))
              here.delete(key)
            }
          })
          expect(round.waiting).toBeLessThanOrEqual(here.size)
        },
      ),
    )
  })
})

describe('a latch', () => {
  it('wakes all who wait with the set that came, also when it is cleared at once', () => {
    const latch = new Latch<string>(false)
    latch.enqueue('a', 'a')
    latch.enqueue('b', 'b')
    latch.drop('a')
    expect([latch.set(), latch.sets, latch.set()]).toEqual([['b'], 1, []])
    latch.clear()
    expect([latch.isSet, latch.set(), latch.sets]).toEqual([false, [], 2])
  })
})

describe('notices', () => {
  it('wake as many as were said, the one who waits longest first, and are not kept', () => {
    const notices = new Notices<string>()
    expect(notices.wake(1)).toEqual([])
    for (const name of ['a', 'b', 'c', 'd']) notices.enqueue(name, name)
    expect(notices.drop('b')).toBe('b')
    expect([notices.wake(2), notices.wake(0), notices.wake(9), notices.drop('a')]).toEqual([['a', 'c'], [], ['d'], null])
  })
})
