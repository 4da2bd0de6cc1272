/**
 * Whatever is sent arrives, exactly. LONG_FUZZ=1 tries a hundred times as many values.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { pack, unpack } from '../../src/serialization/pack.ts'
import { anyValue, plainValue } from './any-value.ts'
import { difference } from './same.ts'

const RUNS = process.env['LONG_FUZZ'] === undefined ? 300 : 30_000
const TIMEOUT = 30_000 + RUNS * 20

const noRefs: RefCodec = { toWire: () => [], fromWire: () => ({}) as never }

describe('any value', () => {
  it('is equal after pack and unpack', { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, plainValue), (value) => {
        expect(difference(value, unpack(pack(value)))).toBeUndefined()
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the same bytes when packed again', { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = pack(value)
        expect(difference(pack(unpack(bytes)), bytes)).toBeUndefined()
      }),
      { numRuns: RUNS / 2 },
    )
  })

  it.each(['trusted', 'untrusted'] satisfies Trust[])(
    'arrives over a %s connection, among others',
    { timeout: TIMEOUT },
    (trust) => {
      const encoder = msgpackCodec.createEncoder(noRefs, trust)
      const decoder = msgpackCodec.createDecoder(noRefs, trust)
      fc.assert(
        fc.property(fc.array(fc.oneof(plainValue, anyValue), { maxLength: 6 }), fc.nat(5), (values, refused) => {
          for (const [index, value] of values.entries()) {
            encoder.push([index], value, 'value')
            if (index === refused) expect(() => encoder.push([index], [value, { [`k${index}`]: () => 1 }], 'value')).toThrow()
          }
          const arrived: unknown[] = []
          decoder.decode(encoder.take(), (entry) => {
            expect(entry[0]).toBe(arrived.length)
            arrived.push(entry[1])
          })
          expect(arrived.length).toBe(values.length)
          for (const [index, value] of values.entries()) expect(difference(value, arrived[index])).toBeUndefined()
        }),
        { numRuns: RUNS },
      )
    },
  )
})
