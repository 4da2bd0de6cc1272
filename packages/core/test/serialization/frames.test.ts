import { describe, expect, it } from 'vitest'
import { MalformedBytesError } from '../../src/errors/serialization-errors.ts'
import { DecodeFailure } from '../../src/serialization/arrivals.ts'
import type { FrameDecoder, FrameEncoder, RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { serializable } from '../../src/serialization/serializable.ts'

const noRefs: RefCodec = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('no refs here')
  },
}

const TRUSTS: readonly Trust[] = ['trusted', 'untrusted']

class Fragile {
  readonly n: number

  constructor(n: number) {
    this.n = n
  }
}
serializable(Fragile, {
  toState: ({ n }) => n,
  fromState: (n: number) => {
    if (n < 0) throw new RangeError('negative')
    return new Fragile(n)
  },
})

function connect(trust: Trust): { readonly encoder: FrameEncoder; readonly decoder: FrameDecoder } {
  return { encoder: msgpackCodec.createEncoder(noRefs, trust), decoder: msgpackCodec.createDecoder(noRefs, trust) }
}

/** All entries of a frame, each with its header, also where it travelled once for several. */
function readAll(decoder: FrameDecoder, frame: Uint8Array): (readonly unknown[])[] {
  const entries: (readonly unknown[])[] = []
  let header: readonly unknown[] = []
  decoder.decode(frame, (entry) => {
    if (entry.length > 1) header = entry.slice(0, -1)
    entries.push([...header, entry.at(-1)])
  })
  return entries
}

describe.each(TRUSTS)('%s frames', (trust) => {
  it('keep the order of entries, with header and payload in one list', () => {
    const { encoder, decoder } = connect(trust)
    encoder.push([1, 'tell', null], [{ n: 1 }], 'args')
    encoder.push([2], new Date(5), 'reply')
    encoder.push([3], undefined, 'reply')
    expect(readAll(decoder, encoder.take())).toEqual([
      [1, 'tell', null, [{ n: 1 }]],
      [2, new Date(5)],
      [3, undefined],
    ])
  })

  it('may be empty', () => {
    const { encoder, decoder } = connect(trust)
    expect(readAll(decoder, encoder.take())).toEqual([])
  })

  it('count entries and, about, bytes', () => {
    const { encoder } = connect(trust)
    const empty = encoder.size
    encoder.push([1], ['some text'], 'args')
    expect(encoder.count).toBe(1)
    expect(encoder.size).toBeGreaterThan(empty)
    encoder.push([1], new Uint8Array(1000), 'reply')
    expect(encoder.size).toBeGreaterThan(1000)
    const frame = encoder.take()
    expect([encoder.count, encoder.size]).toEqual([0, empty])
    expect(frame.length).toBeGreaterThan(1000)
  })

  it('have a buffer of exactly their length', () => {
    const { encoder } = connect(trust)
    encoder.push([1], { text: 'x'.repeat(5000), bytes: new Uint8Array(10_000) }, 'value')
    const frame = encoder.take()
    expect(frame.byteOffset).toBe(0)
    expect(frame.buffer.byteLength).toBe(frame.length)
  })

  it('keep thousands of shapes in step over many frames', () => {
    const { encoder, decoder } = connect(trust)
    let seed = 1
    const random = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit
    for (let frame = 0; frame < 300; frame++) {
      const sent: unknown[] = []
      for (let entry = 0; entry < 40; entry++) {
        const shape = random(4) === 0 ? random(5000) : random(40)
        const value: Record<string, unknown> = {}
        for (let field = 0; field <= shape % 9; field++)
          value[`s${shape % 300}f${field}`] = field === 2 ? { [`in${shape}`]: [shape] } : random(1000)
        sent.push([entry, value])
        encoder.push([entry], value, 'value')
        if (random(10) === 0) expect(() => encoder.push([entry], { [`bad${shape}`]: { inner: Symbol('x') } }, 'value')).toThrow()
      }
      expect(readAll(decoder, encoder.take())).toEqual(sent)
    }
  })

  it('write a header once for entries in a row that have it', () => {
    const { encoder, decoder } = connect(trust)
    const headers = [
      [1, 2],
      [1, 2],
      [1, 2, null],
      [1, 2],
      [1, 2],
    ]
    for (const header of headers) encoder.push(header, 'x', 'value')
    const lengths: number[] = []
    decoder.decode(encoder.take(), (entry) => lengths.push(entry.length))
    expect(lengths).toEqual([3, 1, 4, 3, 1])
    encoder.push([1, 2], 'x', 'value')
    decoder.decode(encoder.take(), (entry) => expect(entry).toEqual([1, 2, 'x']))
  })

  it('are in order when a getter or toState sends as well', () => {
    const { encoder, decoder } = connect(trust)
    const item = { n: 1 }
    const value = {
      first: item,
      get sends(): number {
        encoder.push(['inner'], [item, item], 'value')
        return 1
      },
      again: item,
    }
    encoder.push(['outer'], value, 'value')
    const entries = readAll(decoder, encoder.take())
    expect(entries[0]).toEqual(['outer', { first: item, sends: 1, again: item }])
    expect(entries.length).toBeGreaterThan(1)
    for (const entry of entries.slice(1)) expect(entry).toEqual(['inner', [item, item]])
    const copy = entries[0]?.[1] as { first: unknown; again: unknown }
    expect(copy.first).toBe(copy.again)
  })

  it('are whole when a getter sends what was collected', () => {
    const { encoder, decoder } = connect(trust)
    const frames: Uint8Array[] = []
    const value = (after: unknown) => ({
      shape: { of: 'its own' },
      get sends(): number {
        encoder.push(['h', 2], { inner: new Date(5) }, 'value')
        frames.push(encoder.take(), encoder.take())
        return 1
      },
      after,
    })
    encoder.push(['h', 1], 'before', 'value')
    encoder.push(['h', 1], value('plain'), 'value')
    encoder.push(['h', 1], { shape: { of: 'another' } }, 'value')
    expect(() =>
      encoder.push(
        ['h', 1],
        value(() => 1),
        'value',
      ),
    ).toThrow(/after/)
    encoder.push(['h', 1], { shape: { of: 'the last' } }, 'value')
    frames.push(encoder.take())
    const inner = ['h', 2, { inner: new Date(5) }]
    expect(frames.flatMap((frame) => readAll(decoder, frame))).toEqual([
      ['h', 1, 'before'],
      ['h', 1, { shape: { of: 'its own' }, sends: 1, after: 'plain' }],
      inner,
      ['h', 1, { shape: { of: 'another' } }],
      inner,
      inner,
      ['h', 1, { shape: { of: 'the last' } }],
    ])
  })

  it('write the keys of 64 shapes once, and those of all others each time', () => {
    const { encoder, decoder } = connect(trust)
    const sent: unknown[] = []
    for (let round = 0; round < 3; round++) {
      for (let shape = 0; shape < 100; shape++) {
        const value = { [`key${shape}`]: round, more: { [`inner${shape}`]: 1, n: 70 } }
        sent.push([shape, value])
        encoder.push([shape], value, 'value')
      }
    }
    expect(readAll(decoder, encoder.take())).toEqual(sent)
  })

  it('deliver the other entries when one payload cannot be built', () => {
    const { encoder, decoder } = connect(trust)
    encoder.push([1], 'before', 'reply')
    encoder.push([2], [new Uint8Array([1]), new Fragile(-1), new Uint8Array([2])], 'reply')
    encoder.push([3], [new Fragile(7), new Uint8Array([3])], 'reply')
    const [first, second, third] = readAll(decoder, encoder.take())
    expect(first).toEqual([1, 'before'])
    expect(second?.[1]).toBeInstanceOf(DecodeFailure)
    expect(second?.[1]).toMatchObject({
      error: { message: 'fromState of Fragile threw RangeError: negative', cause: new RangeError('negative') },
    })
    expect(third).toEqual([3, [new Fragile(7), new Uint8Array([3])]])
  })

  it('are refused whole when they end too early', () => {
    for (const cut of [0, 1, 4, 5, 20, 60]) {
      const { encoder, decoder } = connect(trust)
      encoder.push([1], { text: 'first entry of the frame' }, 'value')
      encoder.push([2], { bytes: new Uint8Array(40) }, 'value')
      const frame = encoder.take()
      let visits = 0
      expect(() => decoder.decode(frame.subarray(0, cut), () => visits++)).toThrow(MalformedBytesError)
      expect(() => decoder.decode(frame.subarray(0, frame.length - 1), () => visits++)).toThrow(MalformedBytesError)
      expect(visits).toBe(0)
    }
  })

  it('carry a large frame of tiny values', () => {
    const { encoder, decoder } = connect(trust)
    const pairs = Array.from({ length: 300_000 }, (_, index) => (index % 3 === 0 ? [] : index % 3 === 1 ? {} : [index & 1]))
    encoder.push([1], pairs, 'value')
    encoder.push([2], 'after', 'value')
    const [first, second] = readAll(decoder, encoder.take())
    expect(first?.[1]).toHaveLength(300_000)
    expect(second).toEqual([2, 'after'])
  })
})
