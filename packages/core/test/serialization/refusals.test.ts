import { describe, expect, it } from 'vitest'
import { NotSerializableError } from '../../src/errors/serialization-errors.ts'
import type { RefCodec, Trust } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { pack } from '../../src/serialization/pack.ts'
import { serializable } from '../../src/serialization/serializable.ts'

const noRefs: RefCodec = {
  toWire: () => [],
  fromWire: () => {
    throw new Error('no refs here')
  },
}

class Customer {
  readonly name = 'x'
}

class Stateful {
  toState(): unknown {
    throw new RangeError('state is broken')
  }
}
serializable(Stateful, { toState: (each) => each.toState() })

class Looping {
  readonly parent: Looping | undefined
  readonly children: Looping[] = []

  constructor(parent?: Looping) {
    this.parent = parent
    parent?.children.push(this)
  }
}
serializable(Looping, { toState: ({ parent, children }) => ({ parent, children }), fromState: () => new Looping() })

function refusalOf(value: unknown, root = 'args'): NotSerializableError {
  try {
    pack(value, { root })
  } catch (error) {
    if (error instanceof NotSerializableError) return error
    throw error
  }
  throw new Error('it was packed')
}

const withHidden = Object.defineProperty({ a: 1 }, 'secret', { value: 1, enumerable: false })
const withBadGetter = {
  deep: {
    get it(): unknown {
      throw new TypeError('getter broke')
    },
  },
}

const refusals: readonly (readonly [unknown, string])[] = [
  [
    [{ order: { customer: new Customer() } }],
    'args[0].order.customer: class Customer is not registered: call serializable(Customer) in the module that defines it',
  ],
  [[() => 1], 'args[0]: function (anonymous) cannot be pickled: code does not travel'],
  [{ run: function named() {} }, 'args.run: function named cannot be pickled: code does not travel'],
  [[[Customer]], 'args[0][0]: function Customer cannot be pickled: code does not travel'],
  [{ 'not a name': Symbol('s') }, 'args["not a name"]: Symbol(s) exists only here: use Symbol.for, or a sentinel'],
  [[Symbol.iterator], 'args[0]: Symbol(Symbol.iterator) exists only here: use Symbol.for, or a sentinel'],
  [new Map([['key', { f: () => 1 }]]), 'args.get("key").f: function f cannot be pickled: code does not travel'],
  [new Map([[{ f: () => 1 }, 1]]), 'args.keys()[0].f: function f cannot be pickled: code does not travel'],
  [
    new Map([[{}, new Customer()]]),
    'args.values()[0]: class Customer is not registered: call serializable(Customer) in the module that defines it',
  ],
  [new Set([1, Promise.resolve()]), 'args.values()[1]: a Promise cannot be pickled'],
  [[new WeakMap()], 'args[0]: a WeakMap cannot be pickled'],
  [[new WeakSet()], 'args[0]: a WeakSet cannot be pickled'],
  [[new WeakRef({})], 'args[0]: a WeakRef cannot be pickled'],
  [[(function* () {})()], 'args[0]: a Generator cannot be pickled'],
  [
    [new SharedArrayBuffer(8)],
    'args[0]: a SharedArrayBuffer can be sent to a thread of this process only: a copy would not be shared',
  ],
  [
    [new Uint8Array(new SharedArrayBuffer(8))],
    'args[0]: a view of a SharedArrayBuffer cannot be pickled: a copy would not be shared',
  ],
  [{ a: { [Symbol('hidden')]: 1 } }, 'args.a: a property named by Symbol(hidden) cannot be pickled: use a string'],
  [{ a: withHidden }, 'args.a.secret: a property that is not enumerable cannot be pickled'],
  [Object.assign(new Date(0), { note: 1 }), 'args.note: a property on a built-in object cannot be pickled'],
  [Object.assign(new Map(), { note: 1 }), 'args.note: a property on a built-in object cannot be pickled'],
  [
    [new (class Tags extends Set {})()],
    'args[0]: class Tags is not registered: call serializable(Tags) in the module that defines it',
  ],
  [
    [new (class extends Array {})()],
    'args[0]: class (anonymous) is not registered: call serializable((anonymous)) in the module that defines it',
  ],
  [new Error('x', { cause: { f: () => 1 } }), 'args.cause.f: function f cannot be pickled: code does not travel'],
  [withBadGetter, 'args.deep: reading it threw TypeError: getter broke'],
  [[new Stateful()], 'args[0]: reading it threw RangeError: state is broken'],
  [[new Looping(new Looping())], 'args[0]: its toState leads back to itself, so that fromState could not be called'],
  [Object.create(Date.prototype), 'args: reading it threw TypeError: this is not a Date object.'],
  [2n ** 5_000_000n, 'args: a bigint of 1250001 hexadecimal digits is too long, at most 1048576 can be pickled'],
  [new RegExp('a'.repeat(70_000)), 'args: a regular expression of 70000 characters is too long, at most 65536 can be pickled'],
]

describe('what cannot be pickled', () => {
  it.each(refusals)('is refused with its path: %#', (value, message) => {
    const error = refusalOf(value)
    expect(error.message).toBe(message)
    expect(error.code).toBe('TROUPE_NOT_SERIALIZABLE')
  })

  it('keeps what a getter threw as the cause', () => {
    expect(refusalOf(withBadGetter).cause).toBeInstanceOf(TypeError)
  })

  it('has the path as a field', () => {
    expect(refusalOf([{ order: { customer: new Customer() } }]).path).toBe('args[0].order.customer')
  })

  it.each(['trusted', 'untrusted'] satisfies Trust[])('leaves a %s frame as it was', (trust) => {
    const encoder = msgpackCodec.createEncoder(noRefs, trust)
    const decoder = msgpackCodec.createDecoder(noRefs, trust)
    const arrived: unknown[] = []
    for (let round = 0; round < 50; round++) {
      encoder.push([round], { kind: `shape${round % 7}`, [`f${round % 7}`]: 1, bytes: new Uint8Array(3) }, 'value')
      const { size, count } = encoder
      expect(() => encoder.push([round], { [`new${round}`]: { f: () => 1 }, bytes: new Uint8Array(3) }, 'value')).toThrow(
        NotSerializableError,
      )
      expect([encoder.size, encoder.count]).toEqual([size, count])
      encoder.push([round], { plain: round, [`f${round}`]: 2 }, 'value')
      decoder.decode(encoder.take(), (entry) => arrived.push(entry))
    }
    expect(arrived.length).toBe(100)
    expect(arrived[99]).toEqual([{ plain: 49, f49: 2 }]) // its header is that of the entry before
    expect(arrived[98]).toEqual([49, { kind: 'shape0', f0: 1, bytes: new Uint8Array(3) }])
  })
})
