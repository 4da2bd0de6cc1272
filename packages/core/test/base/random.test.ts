import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { randomIds } from '../../src/base/ids.ts'

describe('seeded random', () => {
  it('repeats itself for a seed and stays between 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const one = seededRandom(seed)
        const other = seededRandom(seed)
        for (let n = 0; n < 20; n++) {
          const value = one()
          expect(value).toBe(other())
          expect(value >= 0 && value < 1).toBe(true)
        }
      }),
    )
  })

  it('spreads evenly', () => {
    const random = seededRandom(7)
    const buckets = new Array<number>(10).fill(0)
    for (let n = 0; n < 10_000; n++) {
      const bucket = Math.floor(random() * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    for (const size of buckets) expect(Math.abs(size - 1_000)).toBeLessThan(150)
  })

  it('is the same on every platform', () => {
    const random = seededRandom(42)
    expect([random(), random(), random()].map((value) => value.toFixed(6))).toEqual(['0.128483', '0.033534', '0.075098'])
  })
})

describe('system random', () => {
  it('stays between 0 and 1', () => {
    for (let n = 0; n < 100; n++) expect(systemRandom()).toBeLessThan(1)
  })
})

describe('ids', () => {
  it('are ten characters that do not repeat and fit into a path', () => {
    const ids = Array.from({ length: 2_000 }, () => randomIds())
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[\w-]{10}$/)
  })
})
