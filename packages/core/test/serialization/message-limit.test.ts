import { describe, expect, it } from 'vitest'
import type { RefCodec } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'

const MIB = 1024 * 1024

const NO_REFS: RefCodec = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('not in these tests')
  },
}

describe('a message for another program', () => {
  const tooLarge: readonly (readonly [string, () => unknown])[] = [
    ['text', () => 'x'.repeat(64 * MIB)],
    ['text of three bytes a character', () => '€'.repeat(22 * MIB)],
    ['bytes', () => new Uint8Array(64 * MIB)],
    ['tiny values, which take more in memory', () => Array.from({ length: 4 * MIB }, () => [])],
  ]
  it.each(tooLarge)('of too much %s is refused, and the next one goes', (_what, make) => {
    const encoder = msgpackCodec.createEncoder(NO_REFS, 'untrusted')
    encoder.push([1], ['before'], 'args')
    expect(() => encoder.push([2], [make()], 'args')).toThrow(
      expect.objectContaining({ code: 'TROUPE_NOT_SERIALIZABLE', message: expect.stringContaining(`at most ${63 * MIB}`) }),
    )
    encoder.push([3], ['after'], 'args')
    const read: unknown[] = []
    msgpackCodec.createDecoder(NO_REFS, 'untrusted').decode(encoder.take(), (entry) => read.push(entry))
    expect(read).toEqual([
      [1, ['before']],
      [3, ['after']],
    ])
  })

  it('of 62 MiB arrives', () => {
    const encoder = msgpackCodec.createEncoder(NO_REFS, 'untrusted')
    encoder.push([1], [new Uint8Array(62 * MIB)], 'args')
    let length = 0
    msgpackCodec.createDecoder(NO_REFS, 'untrusted').decode(encoder.take(), (entry) => {
      // Safe: it was pushed above.
      length = (entry[1] as [Uint8Array])[0].length
    })
    expect(length).toBe(62 * MIB)
  })

  it('of this program has no such limit', () => {
    const encoder = msgpackCodec.createEncoder(NO_REFS, 'trusted')
    encoder.push([1], [new Uint8Array(65 * MIB)], 'args')
    expect(encoder.take().length).toBeGreaterThan(65 * MIB)
  })
})
