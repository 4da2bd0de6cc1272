import { describe, expect, it } from 'vitest'
import { MalformedBytesError, NotSerializableError } from '../../src/errors/serialization-errors.ts'
import type { RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { pack, unpack } from '../../src/serialization/pack.ts'
import { difference } from './same.ts'

const noRefs: RefCodec = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('no refs here')
  },
}

function throughFrames(trust: Trust, value: unknown): unknown {
  const encoder = msgpackCodec.createEncoder(noRefs, trust)
  const decoder = msgpackCodec.createDecoder(noRefs, trust)
  encoder.push([1, 'a'], value, 'reply')
  let arrived: unknown
  decoder.decode(encoder.take(), (entry) => {
    expect(entry.slice(0, 2)).toEqual([1, 'a'])
    expect(entry.length).toBe(3)
    arrived = entry[2]
  })
  return arrived
}

function expectExact(value: unknown): void {
  expect(difference(value, unpack(pack(value)))).toBeUndefined()
  expect(difference(value, throughFrames('trusted', value))).toBeUndefined()
  expect(difference(value, throughFrames('untrusted', value))).toBeUndefined()
}

const shared = { n: 1 }
const cyclic: Record<string, unknown> = { name: 'loop' }
cyclic['self'] = cyclic
cyclic['list'] = [cyclic]
const cyclicMap = new Map<unknown, unknown>()
cyclicMap.set(cyclicMap, [cyclicMap])
const cyclicSet = new Set<unknown>()
cyclicSet.add(cyclicSet)
const buffer = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]).buffer
const regExpWithIndex = /a+/dgimsuy
regExpWithIndex.lastIndex = 3
const named = Object.assign([1, 2], { extra: 'kept', '-1': 0 })
const causeless = Object.assign(new TypeError('no'), { code: 'E_NO', details: { at: new Date(5) } })
const withUndefinedCause = new Error('undefined cause', { cause: undefined })
const deep: unknown[] = []
for (let level = 0, at = deep; level < 50_000; level++) {
  const next: unknown[] = []
  at.push(next)
  at = next
}

const values: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['booleans', [true, false]],
  ['small integers', [0, 1, 31, 32, 63, 64, 127, 128, 255, 256, 65_535, 65_536, -1, -32, -33, -128, -129, -32_768, -32_769]],
  ['large numbers', [2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, Number.MIN_VALUE, 1e21]],
  ['fractions', [0.1, -0.5, Math.PI, Math.fround(0.1), Number.EPSILON]],
  ['NaN and infinities', [NaN, Infinity, -Infinity]],
  ['minus zero alone', -0],
  ['minus zero', { a: -0, b: [-0, 0] }],
  ['64-bit bigints', [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]],
  ['large bigints', [2n ** 64n, -(2n ** 63n) - 1n, 2n ** 4000n, -(2n ** 4000n) + 1n, 2n ** 80_000n]],
  [
    'strings',
    ['', 'a', 'x'.repeat(40), 'y'.repeat(300), 'z'.repeat(70_000), 'äöü', '漢字'.repeat(50), '😀'.repeat(30), 'a\u2028b\0c'],
  ],
  ['lone surrogates', ['\ud800', 'a\udc00b', { '\ud800': '\udfff', ok: '\ud800' }, '\ud800']],
  ['an object with undefined', { a: undefined, b: 1 }],
  ['odd keys', { '': 1, '0': 2, '-1': 3, constructor: 4, toString: 5, hasOwnProperty: 6, toJSON: 7, 'a b': 8, __keys__: 9 }],
  ['an own __proto__', JSON.parse('{"__proto__":{"polluted":1},"a":[{"__proto__":null}]}')],
  ['an own __keys__ after a shape', [{ a: 1 }, { a: 1, __keys__: 2 }, { a: 1 }]],
  ['a null-prototype object', Object.assign(Object.create(null), { a: 1, toString: 2 })],
  [
    'a null-prototype object with __proto__',
    Object.defineProperty(Object.create(null), '__proto__', { value: 1, enumerable: true, writable: true, configurable: true }),
  ],
  ['many keys', Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`key${index}`, index]))],
  ['101 keys', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`key${index}`, index]))],
  ['a date', new Date('2024-02-29T12:00:00.123Z')],
  ['dates', [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15)]],
  ['an invalid date', new Date(NaN)],
  ['regular expressions', [/a/, /[/\]]\//g, regExpWithIndex, new RegExp(''), /\p{L}/u, /(a+)+$/]],
  [
    'maps',
    new Map<unknown, unknown>([
      ['a', 1],
      [NaN, -0],
      [{ k: 1 }, new Map()],
      [undefined, undefined],
    ]),
  ],
  ['sets', new Set<unknown>([1, 'a', new Set(), NaN, null, undefined])],
  ['an array buffer', buffer.slice(3, 9)],
  ['an empty array buffer', new ArrayBuffer(0)],
  [
    'typed arrays',
    [
      new Uint8Array([1, 2]),
      new Int8Array([-1]),
      new Uint8ClampedArray([255]),
      new Int16Array([-300]),
      new Uint16Array([60_000]),
      new Int32Array([-1e9]),
      new Uint32Array([4e9]),
      new Float32Array([0.5]),
      new Float64Array([Math.PI, NaN]),
      new BigInt64Array([-5n]),
      new BigUint64Array([2n ** 64n - 1n]),
      new Uint8Array(0),
    ],
  ],
  ['a data view', new DataView(buffer, 2, 5)],
  ['views into the same buffer', [new Uint8Array(buffer, 4, 4), new Uint16Array(buffer, 4, 2)]],
  ['a large binary', new Uint8Array(300_000).fill(7)],
  ['a node buffer', Buffer.from('pooled text')],
  // oxlint-disable-next-line no-sparse-arrays
  ['holes', [, 1, , undefined, ,]],
  ['holes only', new Array(5)],
  ['a long sparse array', Object.assign([], { 7: 'x', length: 4_000_000_000 })],
  ['an array with named properties', named],
  ['a match', /(?<first>a)b/.exec('xab')],
  ['a hole and a named property', Object.assign([1, undefined].slice(0, 1), { length: 2, extra: 1 })],
  ['an object twice', [shared, shared, { shared }]],
  ['a cycle', cyclic],
  ['a map in itself', cyclicMap],
  ['a set in itself', cyclicSet],
  ['boxed primitives', [Object(1), Object(-0), Object('text'), Object('\ud800'), Object(false), Object(5n), Object(2n ** 70n)]],
  ['a boxed string that occurs outside too', ['\ud800', Object('\ud800')]],
  ['a URL', new URL('https://user:pw@example.org:8080/a?b=c#d')],
  ['search parameters', new URLSearchParams('a=1&a=2&b=%20x')],
  ['an error', causeless],
  [
    'errors of every built-in class',
    [
      new Error('e'),
      new TypeError('t'),
      new RangeError('r'),
      new SyntaxError('s'),
      new ReferenceError('f'),
      new EvalError('v'),
      new URIError('u'),
    ],
  ],
  ['an error without message', new Error()],
  ['a cause', new Error('outer', { cause: new RangeError('inner', { cause: 5 }) })],
  ['a cause that is undefined', withUndefinedCause],
  ['an aggregate', new AggregateError([new TypeError('one'), 'two'], 'both')],
  [
    'an error with its own name',
    Object.defineProperty(new Error('n'), 'name', { value: 'Custom', configurable: true, writable: true }),
  ],
  ['an error that is its own cause', ((error) => Object.assign(error, { again: error }))(new Error('me'))],
  ['a DOM exception', new DOMException('gone', 'AbortError')],
  ['a Troupe error', new NotSerializableError('args[0]', 'no', new MalformedBytesError('why'))],
  ['registered symbols', [Symbol.for('a'), { s: Symbol.for('') }, Symbol.for('\ud800')]],
  ['an object nested 31 deep', Array.from({ length: 31 }).reduce((inner: unknown) => ({ inner }), 1)],
  ['an object nested 33 deep', Array.from({ length: 33 }).reduce((inner: unknown) => ({ inner }), 1)],
  ['mixed rows', Array.from({ length: 200 }, (_, id) => ({ id, name: `row ${id}`, at: new Date(id), tags: new Set([id]) }))],
]

describe('pickling', () => {
  it.each(values)('keeps %s', (_name, value) => {
    expectExact(value)
  })

  it('keeps Float16Array where the engine has it', ({ skip }) => {
    const Float16: unknown = Reflect.get(globalThis, 'Float16Array')
    if (typeof Float16 !== 'function') skip('no Float16Array here')
    expectExact(Reflect.construct(Float16 as new (values: number[]) => object, [[1.5]]))
  })

  it('keeps lists nested 50,000 deep without recursion', () => {
    let at: unknown = unpack(pack(deep))
    let depth = 0
    while (Array.isArray(at) && at.length > 0) {
      at = at[0]
      depth++
    }
    expect(depth).toBe(50_000)
  })

  it('keeps a linked list of 50,000 objects', () => {
    let list: unknown = null
    for (let index = 0; index < 50_000; index++) list = { index, next: list }
    const copy = throughFrames('untrusted', list) as { index: number }
    expect(copy.index).toBe(49_999)
  })

  it('takes only the viewed bytes of a buffer', () => {
    const copy = unpack(pack(new Uint8Array(buffer, 4, 2))) as Uint8Array
    expect(copy.buffer.byteLength).toBe(2)
    expect([...copy]).toEqual([4, 5])
  })

  it('takes a copy at once', () => {
    const encoder = msgpackCodec.createEncoder(noRefs, 'trusted')
    const bytes = new Uint8Array([1])
    const args = [{ n: 1 }, bytes]
    encoder.push([], args, 'args')
    bytes[0] = 9
    args.length = 0
    msgpackCodec.createDecoder(noRefs, 'trusted').decode(encoder.take(), (entry) => {
      expect(entry).toEqual([[{ n: 1 }, new Uint8Array([1])]])
    })
  })

  it('reads a getter of a plain object as its value', () => {
    expect(
      unpack(
        pack({
          get now() {
            return 5
          },
        }),
      ),
    ).toEqual({ now: 5 })
    expect(
      unpack(
        pack({
          get now() {
            return new Date(5)
          },
        }),
      ),
    ).toEqual({ now: new Date(5) })
  })
})
