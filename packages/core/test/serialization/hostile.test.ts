/**
 * Bytes that nobody's encoder wrote. LONG_FUZZ=1 runs a million mutated frames instead of twenty thousand.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { MalformedBytesError } from '../../src/errors/serialization-errors.ts'
import type { RefCodec } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { pack, unpack } from '../../src/serialization/pack.ts'
import { sentinel } from '../../src/serialization/sentinel.ts'

const MAX_MILLISECONDS = 50

const noRefs: RefCodec = {
  toWire: () => [],
  fromWire: () => ({}) as never,
}

/** A frame with this body, and these bytes behind it. */
function frame(body: readonly number[] | Uint8Array, tail: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(4 + body.length + tail.length)
  new DataView(bytes.buffer).setUint32(0, body.length, true)
  bytes.set(body, 4)
  bytes.set(tail, 4 + body.length)
  return bytes
}

function decode(bytes: Uint8Array): (readonly unknown[])[] {
  const entries: (readonly unknown[])[] = []
  msgpackCodec.createDecoder(noRefs, 'untrusted').decode(bytes, (entry) => entries.push(entry))
  return entries
}

function firstPayload(bytes: Uint8Array): unknown {
  return decode(bytes)[0]?.[0]
}

function expectRefused(bytes: Uint8Array, problem?: string | RegExp): void {
  expectQuick(() => expect(() => decode(bytes)).toThrow(MalformedBytesError))
  if (problem !== undefined) expect(() => decode(bytes)).toThrow(problem)
}

/** Processor time, and the best of some runs: the code is cold at first, and the machine may be slow or busy with something else. */
function expectQuick(work: () => void): void {
  let best = Infinity
  for (let run = 0; run < 20 && best >= MAX_MILLISECONDS; run++) {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  expect(best).toBeLessThan(MAX_MILLISECONDS)
}

/** A frame with one rich payload: the table as JSON-like data, written by the encoder's own hand. */
function tableFrame(table: unknown, tail: readonly number[] = []): Uint8Array {
  const encoder = msgpackCodec.createEncoder(noRefs, 'untrusted')
  encoder.push([], table, 'table')
  const body = encoder.take().subarray(4)
  // [[table]] becomes [[table, marker]]: one more element in the entry, and the marker behind it.
  const marked = new Uint8Array(body.length + 1)
  marked.set(body)
  marked[1] = 0x92
  marked[body.length] = 0xc1
  return frame(marked, tail)
}

const text = (value: string): number[] => [0xa0 | value.length, ...new TextEncoder().encode(value)]
const repeat = (count: number, ...bytes: readonly number[]): number[] =>
  Array.from({ length: count * bytes.length }, (_, index) => bytes[index % bytes.length] ?? 0)

describe('hostile frames', () => {
  it('nested 100,000 deep are refused', () => {
    expectRefused(frame([0x91, ...repeat(100_000, 0x91), 0x90]), 'nested deeper than 66')
    expectRefused(frame([0x91, 0x91, ...repeat(100_000, 0x81, 0xa1, 0x61), 0x80]), 'nested deeper than 66')
  })

  it.each([
    ['an array of 32 million', [0x91, 0x91, 0xdd, 0x02, 0x00, 0x00, 0x00, 0x01]],
    ['an array of 4 billion', [0xdd, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a map of 4 billion', [0x91, 0x91, 0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['a map of 65,535', [0x91, 0x91, 0xde, 0xff, 0xff, 0xa1, 0x61, 0x01]],
    ['a string of 4 GiB', [0x91, 0x91, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ['a short string', [0x91, 0x91, 0xa5, 0x61]],
    ['a byte that no character starts with', [0x91, 0x91, 0xa1, 0x80]],
    ['an overlong character', [0x91, 0x91, 0xa2, 0xc0, 0x80]],
    ['a surrogate in UTF-8', [0x91, 0x91, 0xa3, 0xed, 0xa0, 0x80]],
    ['a character cut off', [0x91, 0x91, 0xa2, 0xe2, 0x82]],
    ['a character beyond Unicode', [0x91, 0x91, 0xa4, 0xf5, 0x80, 0x80, 0x80]],
    ['a number cut off', [0x91, 0x91, 0xcb, 0x00]],
    ['nothing at all', []],
    ['no list', [0x01]],
    ['a map of entries', [0x80]],
    ['an entry that is no list', [0x91, 0x01]],
    ['an entry that is a map', [0x91, 0x81, 0xa1, 0x61, 0x01]],
    ['a binary', [0x91, 0x91, 0xc4, 0x01, 0x00]],
    ['a record definition', [0x91, 0x91, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]],
    ['a timestamp', [0x91, 0x91, 0xd6, 0xff, 0, 0, 0, 0]],
    ['a typed array', [0x91, 0x91, 0xc7, 0x02, 0x74, 0x01, 0x01]],
    ['a reference', [0x91, 0x91, 0xd6, 0x70, 0, 0, 0, 1]],
    ['a bundle of strings', [0x91, 0x91, 0xd6, 0x62, 0, 0, 0, 1]],
    ['an extension of type 1', [0x91, 0x91, 0xd4, 0x01, 0x00]],
    ['a marker as the payload of a payload', [0x91, 0x91, 0x91, 0xc1]],
    ['a marker before the end', [0x91, 0x92, 0xc1, 0x01]],
    ['a number as a key', [0x91, 0x91, 0x81, 0x01, 0x01]],
    ['a list as a key', [0x91, 0x91, 0x81, 0x91, 0x01, 0x01]],
    ['__proto__ as a key', [0x91, 0x91, 0x81, ...text('__proto__'), 0x81, ...text('polluted'), 0x01]],
    ['__proto__ as a key in a longer string', [0x91, 0x91, 0x81, 0xd9, 9, ...text('__proto__').slice(1), 0x80]],
    ['two values', [0x90, 0x90]],
  ])('with %s are refused', (_name, body) => {
    expectRefused(frame(body))
  })

  it('with bytes behind them are refused', () => {
    expectRefused(frame([0x90], [0]), 'bytes follow')
    expectRefused(frame([0x90], [1, 2]), 'bytes follow')
    expect(decode(frame([0x90]))).toEqual([])
  })

  it('with a megabyte of empty maps are refused', () => {
    const body = new Uint8Array(1_048_576).fill(0x80)
    body.set([0x91, 0x91, 0xdd, 0x00, 0x0f, 0xff, 0xf9])
    expectRefused(frame(body), 'far more memory')
  })

  it('with keys of the prototype chain change no prototype', () => {
    const body = [
      0x91,
      0x91,
      0x82,
      ...text('constructor'),
      0x81,
      ...text('prototype'),
      0x81,
      ...text('polluted'),
      0x01,
      ...text('toString'),
      0x01,
    ]
    const [entry] = decode(frame(body))
    expect(entry?.[0]).toEqual({ constructor: { prototype: { polluted: 1 } }, toString: 1 })
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('hostile node tables', () => {
  it.each([
    ['nothing', null],
    ['no shapes', [1, [], null]],
    ['no nodes', [[], 1, null]],
    ['a node that is no list', [[], [1], null]],
    ['a node without tag', [[], [[]], null]],
    ['a tag that does not exist', [[], [[99]], [0]]],
    ['a root that is not there', [[], [], [0]]],
    ['a fractional reference', [[], [[2]], [0.5]]],
    ['a negative reference', [[], [[2]], [-3]]],
    ['a reference to itself as a key', [[[[0]]], [[0, 0, 1]], [0]]],
    ['a shape that is not there', [[], [[0, 3]], [0]]],
    ['fewer values than keys', [[['a', 'b']], [[0, 0, 1]], [0]]],
    ['a key that is a number', [[[1]], [[0, 0, 1]], [0]]],
    ['a date that is a string', [[], [[6, 'x']], [0]]],
    ['a bigint that is none', [[], [[10, '12g']], [0]]],
    ['a bigint without digits', [[], [[10, '-']], [0]]],
    ['a bigint of two megabytes', [[], [[10, 'f'.repeat(2_097_152)]], [0]]],
    ['a long regular expression', [[], [[7, 'a'.repeat(100_000), 'g', 0]], [0]]],
    ['a binary that is not there', [[], [[8, 5]], [0]]],
    ['a binary of a negative length', [[], [[8, -1]], [0]]],
    ['a binary of no length', [[], [[8, 'x']], [0]]],
    ['a view of an unknown kind', [[], [[9, 77, 0]], [0]]],
    ['a boxed object', [[], [[14, [1]], [2]], [0]]],
    ['a sentinel without name', [[], [[13, '']], [0]]],
    ['an array with a key of length', [[['length']], [[3, 1, 0, 5]], [0]]],
    ['an array of negative length', [[[]], [[3, -1, 0]], [0]]],
    ['an array that is too long', [[[]], [[3, 2 ** 33, 0]], [0]]],
    ['a state that is its own instance', [[], [[20, 'x', [0]]], [0]]],
    [
      'states in a circle',
      [
        [],
        [
          [20, 'x', [1]],
          [20, 'y', [0]],
        ],
        [0],
      ],
    ],
  ])('with %s are refused', (_name, table) => {
    expectRefused(tableFrame(table))
  })

  it('cannot change a prototype', () => {
    const [entry] = decode(
      tableFrame([
        [['__proto__', 'constructor']],
        [
          [0, 0, [1], 5],
          [0, 0, 1, 2],
        ],
        [0],
      ]),
    )
    const value = entry?.[0] as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    const errorTable = [[[], ['__proto__', 'toString']], [[17, 'TypeError', 0, 1, [1], 1], [2]], [0]]
    const [errorEntry] = decode(tableFrame(errorTable))
    expect(Object.getPrototypeOf(errorEntry?.[0])).toBe(TypeError.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('cannot name a class that is no error as one', () => {
    const [entry] = decode(tableFrame([[[]], [[17, 'Object', 0, 0]], [0]]))
    expect(entry?.[0]).toBeInstanceOf(Error)
    const [other] = decode(tableFrame([[[]], [[19, 'constructor', 0]], [0]]))
    expect(Reflect.get(other?.[0] as object, 'className')).toBe('constructor')
  })

  it('do not expand what they refer to again and again', () => {
    const levels = 60
    const nodes: unknown[] = Array.from({ length: levels }, (_, index) =>
      index === levels - 1 ? [2, 1] : [2, [index + 1], [index + 1]],
    )
    const hostile = tableFrame([[], nodes, [0]])
    expectQuick(() => decode(hostile))
    const [left, right] = firstPayload(hostile) as [unknown, unknown]
    expect(left).toBe(right)
  })

  it('do not get room for an array because they claim its length', () => {
    const before = process.memoryUsage().heapUsed
    const nodes: unknown[] = Array.from({ length: 100 }, () => [3, 33_000_000, 0])
    const arrays = firstPayload(tableFrame([[[]], [[2, ...nodes.map((_, index) => [index + 1])], ...nodes], [0]])) as unknown[][]
    expect(arrays[99]?.length).toBe(33_000_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })

  it('may hold an evil regular expression, which is never run', () => {
    const [entry] = decode(tableFrame([[], [[7, '(a+)+$', 'g', 0]], [0]]))
    expect(entry?.[0]).toEqual(/(a+)+$/g)
    const deep = `${'('.repeat(30_000)}${')'.repeat(30_000)}`
    expectQuick(() => decode(tableFrame([[], [[7, deep, '', 0]], [0]])))
  })

  it('may hold a bigint of 200 KB, which is built at once', () => {
    const hostile = tableFrame([[], [[10, 'f'.repeat(400_000)]], [0]])
    expectQuick(() => expect(typeof decode(hostile)[0]?.[0]).toBe('bigint'))
  })

  it('cannot fill the register of sentinels', () => {
    const nodes = Array.from({ length: 5000 }, (_, index) => [13, `hostile.${index}`])
    expectRefused(tableFrame([[], nodes, [0]]), 'too many')
    expect(unpack(pack(sentinel('hostile.fresh')))).toBe(sentinel('hostile.fresh'))
  })
})

describe('memory', () => {
  it('stays within a few times the bytes of a frame', () => {
    // The most that a frame of a megabyte may hold: as many empty lists as its length allows for.
    const size = 1_048_576
    const lists = 103_000
    const body = new Uint8Array(size).fill(0x61)
    body.set([0x91, 0x92, 0xdd, 0x00, lists >> 16, (lists >> 8) & 0xff, lists & 0xff])
    body.fill(0x90, 7, 7 + lists)
    const rest = size - 7 - lists - 5
    body.set([0xdb, rest >> 24, (rest >> 16) & 0xff, (rest >> 8) & 0xff, rest & 0xff], 7 + lists)
    const before = process.memoryUsage().heapUsed
    const values = firstPayload(frame(body)) as unknown[]
    const used = process.memoryUsage().heapUsed - before
    expect(values.length).toBe(lists)
    expect(used).toBeLessThan(16 * size)
  })
})

describe('hostile pickles', () => {
  it.each([
    ['no bytes', new Uint8Array(0)],
    ['another version', new Uint8Array([0x54, 0x02, 1, 0, 0, 0, 0x90])],
    ['another format', new TextEncoder().encode('{"a":1}')],
    ['no value', Uint8Array.of(0x54, 0x01, ...frame([0x90]))],
    ['two values', Uint8Array.of(0x54, 0x01, ...frame([0x92, 0x91, 0x01, 0x91, 0x02]))],
    ['an entry with a header', Uint8Array.of(0x54, 0x01, ...frame([0x91, 0x92, 0x01, 0x02]))],
    ['trailing bytes', Uint8Array.of(...pack(new Date()), 0)],
  ])('with %s are refused', (_name, bytes) => {
    expect(() => unpack(bytes)).toThrow(MalformedBytesError)
  })

  it('pass no limit of the reader', () => {
    const nested = Array.from({ length: 20 }).reduce((inner: unknown) => [inner], 1)
    expect(unpack(pack(nested), { maxDepth: 20 })).toEqual(nested)
    expect(() => unpack(pack(nested), { maxDepth: 19 })).toThrow('nested deeper than')
    expect(() => unpack(pack('x'.repeat(1000)), { maxBytes: 1000 })).toThrow('at most 1000 are read')
  })
})

describe('mutated frames', () => {
  const rounds = process.env['LONG_FUZZ'] === undefined ? 20_000 : 1_000_000
  const seeds: Uint8Array[] = [
    [{ id: 5, name: 'plain', tags: ['a', 'b', null, true], at: { x: 1.5, y: -3 } }],
    [new Date(5), new Map<unknown, unknown>([['a', new Set([1n, 2n ** 70n])]]), /a+/g, new URL('https://a.b/c')],
    [new TypeError('t', { cause: new Error('c') }), new AggregateError([1], 'm'), new DOMException('m', 'AbortError')],
    [
      new Uint8Array(20),
      new DataView(new ArrayBuffer(7)),
      '\ud800',
      Object('box'),
      sentinel('fuzz.S'),
      Symbol.for('s'),
      Object.assign([1], { 2: 2 }),
    ],
    [Object.assign([], { 5: 1, extra: [-0, NaN] }), JSON.parse('{"__proto__":1}'), Object.create(null)],
  ].map((value) => {
    const encoder = msgpackCodec.createEncoder(noRefs, 'untrusted')
    encoder.push([1, 'header'], value, 'value')
    encoder.push([2], { more: value[0] }, 'value')
    return encoder.take()
  })
  let seed = 20_261_121
  const random = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit
  const decoder = msgpackCodec.createDecoder(noRefs, 'untrusted')

  it(`decode or are malformed, ${rounds} times`, { timeout: 60_000 + rounds }, () => {
    let refused = 0
    const start = process.cpuUsage()
    for (let round = 0; round < rounds; round++) {
      let bytes = (seeds[round % seeds.length] ?? new Uint8Array(0)).slice()
      for (let change = random(4); change >= 0; change--) bytes = mutate(bytes, random)
      try {
        decoder.decode(bytes, () => undefined)
      } catch (error) {
        if (!(error instanceof MalformedBytesError)) throw new Error(`round ${round}: ${String(error)}`, { cause: error })
        refused++
      }
    }
    expect(refused).toBeGreaterThan(rounds / 4)
    expect(process.cpuUsage(start).user / 1000 / rounds).toBeLessThan(1)
  })

  afterAll(() => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

const INTERESTING = [
  0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc7, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xd6, 0xd9, 0xdb, 0xdc,
  0xdd, 0xde, 0xdf, 0xff,
]

function mutate(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const at = random(bytes.length)
  switch (random(6)) {
    case 0:
      bytes[at] = random(256)
      return bytes
    case 1:
      bytes[at] = INTERESTING[random(INTERESTING.length)] ?? 0
      return bytes
    case 2:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      return bytes
    case 3:
      return bytes.slice(0, at + 1)
    case 4:
      return Uint8Array.of(...bytes.subarray(0, at), random(256), ...bytes.subarray(at))
    default: {
      const to = random(bytes.length)
      bytes.copyWithin(to, at, at + random(12))
      return bytes
    }
  }
}
