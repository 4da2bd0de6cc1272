import { describe, expect, it } from 'vitest'
import { checksum } from '../../src/base/checksum.ts'
import { seededRandom } from '../../src/base/random.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('checksum', () => {
  it.each([
    ['', 0, 0x02cc_5d05],
    ['a', 0, 0x550d_7456],
    ['abc', 0, 0x32d1_53ff],
    ['Nobody inspects the spammish repetition', 0, 0xe229_3b2f],
  ])('of %j with seed %i is what xxHash32 says', (value, seed, sum) => {
    expect(checksum(text(value), seed)).toBe(sum)
  })

  it('reads a view of a larger buffer as it reads a buffer', () => {
    const random = seededRandom(3)
    const large = Uint8Array.from({ length: 300 }, () => random() * 256)
    for (const [from, to] of [
      [1, 16],
      [3, 20],
      [7, 260],
    ] as const)
      expect(checksum(large.subarray(from, to), 9)).toBe(checksum(large.slice(from, to), 9))
  })

  it('changes with every bit, with the seed, and with zeros at the end', () => {
    for (const length of [1, 15, 16, 37, 64]) {
      const bytes = new Uint8Array(length)
      const sums = new Set([checksum(bytes), checksum(bytes, 1), checksum(new Uint8Array(length + 1))])
      for (let bit = 0; bit < length * 8; bit++) {
        bytes[bit >> 3] = 1 << (bit & 7)
        sums.add(checksum(bytes))
        bytes[bit >> 3] = 0
      }
      expect(sums.size).toBe(length * 8 + 3)
    }
  })
})
