/**
 * The policy of locks and semaphores, as tables and against a model.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Claim, Permits } from '../../../src/parallel/locks/permits.ts'
import { Tokens } from '../../../src/parallel/locks/tokens.ts'

const claim = (key: string, holder = key): Claim => ({ key, holder })
const keys = (grants: readonly { readonly claim: Claim }[]): string[] => grants.map((grant) => grant.claim.key)

/** Runs `a+`: a wants a permit and waits if there is none; `a?`: only if it is free; `a-`: a's claim ends. Says who got one. */
function play(permits: Permits<Claim>, script: string): string {
  const out: string[] = []
  for (const step of script.split(' ')) {
    const [, name = '', deed = ''] = /^(\w+)(\W)$/.exec(step) ?? []
    const wanted = claim(name, name.slice(0, 1))
    if (deed === '-') permits.drop(name)
    else {
      const grant = permits.take(wanted)
      if (grant !== null) out.push(name)
      else if (deed === '+') permits.enqueue(wanted)
    }
    out.push(...keys(permits.serve()))
  }
  return out.join(' ')
}

describe('permits', () => {
  it.each([
    ['one at a time, in the order of asking', 1, 'a+ b+ c+ a- b-', 'a b c'],
    ['so many at a time', 2, 'a+ b+ c+ d+ a- b-', 'a b c d'],
    ['to nobody who does not want to wait', 1, 'a+ b? a- c?', 'a c'],
    ['to nobody who comes later than those who wait', 1, 'a+ b+ c? a- c?', 'a b'],
    ['to nobody who waits no more', 1, 'a+ b+ c+ b- a-', 'a c'],
    ['to nobody twice, without reentrance', 1, 'a1+ a2? a3+ b+ a1-', 'a1 a3'],
    ['to nobody while there are none', 0, 'a+ b?', ''],
  ])('are given %s', (_, limit, script, given) => {
    expect(play(new Permits(limit, false, new Tokens(0)), script)).toBe(given)
  })

  it.each([
    ['again at once to the one who has it, before all who wait', 'a1+ b+ a2+ a3?', 'a1 a2 a3'],
    ['to the next one when it was given back as often', 'a1+ a2+ b+ a1- a2-', 'a1 a2 b'],
    ['to the one who waits longest, and to it once more when it waits twice', 'a1+ b1+ b2+ c+ a1- b1- b2-', 'a1 b1 b2 c'],
  ])('are, when reentrant, given %s', (_, script, given) => {
    expect(play(new Permits(1, true, new Tokens(0)), script)).toBe(given)
  })

  it('can become more or fewer: nobody loses one, and the next one is given when enough came back', () => {
    const permits = new Permits(1, false, new Tokens(0))
    play(permits, 'a+ b+ c+ d+')
    permits.resize(3)
    expect(keys(permits.serve())).toEqual(['b', 'c'])
    permits.resize(1)
    expect([permits.drop('a'), keys(permits.serve())]).toEqual([true, []])
    expect([permits.drop('b'), keys(permits.serve())]).toEqual([true, []])
    expect([permits.drop('c'), keys(permits.serve())]).toEqual([true, ['d']])
  })

  it('are never more than there are, always first come first served, with rising tokens, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('want' as const), holder: fc.integer({ min: 0, max: 4 }), waits: fc.boolean() }),
      fc.record({ kind: fc.constant('drop' as const), index: fc.nat(30) }),
      fc.record({ kind: fc.constant('resize' as const), limit: fc.integer({ min: 0, max: 4 }) }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.array(step, { maxLength: 60 }), (start, reentrant, steps) => {
        const permits = new Permits<Claim>(reentrant ? 1 : start, reentrant, new Tokens(0))
        // The model: lists, and a rule read off the promise.
        let limit = reentrant ? 1 : start
        let held: Claim[] = []
        let queue: Claim[] = []
        let last = 0
        let made = 0
        const mayHave = (one: Claim): boolean => held.length < limit || (reentrant && held[0]?.holder === one.holder)
        const served = (): string[] => {
          const got: string[] = []
          for (let first = queue[0]; first !== undefined && mayHave(first); first = queue[0]) {
            queue = queue.slice(1)
            held.push(first)
            got.push(first.key)
          }
          return got
        }
        for (const one of steps) {
          if (one.kind === 'want') {
            const wanted = claim(`k${made++}`, `h${one.holder}`)
            const own = reentrant && held[0]?.holder === wanted.holder
            const expected = own || (queue.length === 0 && held.length < limit)
            const grant = permits.take(wanted)
            expect(grant !== null).toBe(expected)
            if (grant !== null) {
              expect(grant.token).toBeGreaterThan(last)
              last = grant.token
              held.push(wanted)
            } else if (one.waits) {
              permits.enqueue(wanted)
              queue.push(wanted)
            }
          } else if (one.kind === 'drop') {
            const { key } = [...held, ...queue][one.index] ?? { key: 'unknown' }
            expect(permits.drop(key)).toBe(key !== 'unknown')
            held = held.filter((other) => other.key !== key)
            queue = queue.filter((other) => other.key !== key)
          } else if (!reentrant) {
            limit = one.limit
            permits.resize(limit)
          }
          const grants = permits.serve()
          expect(keys(grants)).toEqual(served())
          for (const { token } of grants) {
            expect(token).toBeGreaterThan(last)
            last = token
          }
          expect(keys(permits.granted).sort()).toEqual(held.map(({ key }) => key).sort())
          expect(permits.waiting.map(({ key }) => key)).toEqual(queue.map(({ key }) => key))
        }
      }),
    )
  })
})
