/**
 * What holds for every key and every set of members.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, rendezvous } from '../../src/system/rendezvous.ts'

const candidates = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 12 })
  .map((keys) => keys.map((key): Candidate => ({ key })))
const keys = fc.string({ maxLength: 20 })

describe('rendezvous hashing', () => {
  it('gives a key to one of the candidates, whatever their order', () => {
    fc.assert(
      fc.property(keys, candidates, fc.infiniteStream(fc.nat()), (key, all, numbers) => {
        const chosen = rendezvous(key, all)
        expect(all).toContain(chosen)
        const shuffled = all.map((each) => ({ each, at: Number(numbers.next().value) })).sort((one, other) => one.at - other.at)
        expect(
          rendezvous(
            key,
            shuffled.map(({ each }) => each),
          ),
        ).toBe(chosen)
      }),
    )
  })

  it('moves a key only when its own candidate leaves, and only to one that comes', () => {
    fc.assert(
      fc.property(keys, candidates, fc.nat(), (key, all, index) => {
        const before = rendezvous(key, all)
        const other = all[index % all.length]
        const after = rendezvous(
          key,
          all.filter((each) => each !== other),
        )
        // Read forwards, `other` leaves; read backwards, it comes.
        if (before !== other) expect(after).toBe(before)
      }),
    )
  })

  it('gives nobody a key when there is nobody', () => {
    expect(rendezvous('key', [])).toBe(null)
  })

  it('shares keys out evenly, also among addresses that differ in one digit', () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8].map((seq): Candidate => ({ key: `troupe://shop~V1StGXR8/${seq}` }))
    const shares = new Map<Candidate | null, number>()
    for (let key = 0; key < 16_000; key++) {
      const chosen = rendezvous(String(key), all)
      shares.set(chosen, (shares.get(chosen) ?? 0) + 1)
    }
    expect(shares.size).toBe(8)
    // 2 000 each; the standard deviation of a fair draw is 42.
    for (const share of shares.values()) expect(Math.abs(share - 2_000)).toBeLessThan(250)
  })
})
