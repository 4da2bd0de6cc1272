import { describe, expect, it } from 'vitest'
import { AskTimeoutError } from '../../src/errors/actor-errors.ts'
import { MalformedBytesError, RemoteError } from '../../src/errors/serialization-errors.ts'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import type { Courier } from '../../src/model/ref.ts'
import { ActorRef } from '../../src/model/ref.ts'
import type { Target } from '../../src/model/target.ts'
import { DecodeFailure, UnknownInstance } from '../../src/serialization/arrivals.ts'
import { copyByPickling, pack, unpack } from '../../src/serialization/pack.ts'
import { portableError } from '../../src/serialization/portable-error.ts'
import { classNamed, registerClass } from '../../src/serialization/registry.ts'
import { STOP, sentinel } from '../../src/serialization/sentinel.ts'
import { registerErrorClass, serializable } from '../../src/serialization/serializable.ts'
import { difference } from './same.ts'

class Point {
  static made = 0
  readonly x: number
  readonly y: number

  constructor(x: number, y: number) {
    Point.made++
    this.x = x
    this.y = y
  }

  get sum(): number {
    return this.x + this.y
  }
}
serializable(Point)

class Money {
  readonly #cents: bigint

  constructor(cents: bigint) {
    this.#cents = cents
  }

  static write({ cents }: Money): { cents: bigint } {
    return { cents }
  }

  get cents(): bigint {
    return this.#cents
  }
}
serializable(Money, { name: 'shop.Money', toState: Money.write, fromState: ({ cents }) => new Money(cents) })

class Wallet {
  readonly main: Money
  readonly all: Money[]

  constructor(main: Money) {
    this.main = main
    this.all = [main]
  }
}
serializable(Wallet, { toState: ({ main, all }) => ({ main, all }), fromState: ({ main }) => new Wallet(main) })

class Tagged {
  tag = 'a'
  ignored = 'b'
}
serializable(Tagged, { toState: ({ tag }) => ({ tag }) })

class DatabaseError extends Error {
  readonly code: string
  readonly query: Map<string, number>

  constructor(message: string, code: string) {
    super(message, { cause: new TypeError('below') })
    this.code = code
    this.query = new Map([['n', 1]])
  }
}

class KnownError extends Error {
  override readonly name = 'KnownError'
  readonly extra = 5
}
registerErrorClass(KnownError)

const nameless = [
  class {
    readonly n = 1
  },
][0] as abstract new () => object

const OtherPoint = {
  Point: class {
    readonly n = 1
  },
}.Point

/** What another node would send that knows `class Name` by that name; it is unknown here afterwards. */
function packAsIfElsewhere(Class: abstract new (...args: never[]) => object, name: string, value: unknown): Uint8Array {
  serializable(Class, { name })
  const bytes = pack(value)
  const entry = classNamed(name)
  if (entry !== undefined) registerClass({ ...entry, name: `${name} moved` })
  return bytes
}

describe('registered classes', () => {
  it('arrive as instances, and no constructor is called', () => {
    const point = new Point(1, 2)
    const before = Point.made
    const copy = unpack(pack({ point })) as { point: Point }
    expect(copy.point).toBeInstanceOf(Point)
    expect(copy.point.sum).toBe(3)
    expect(Point.made).toBe(before)
    expect(difference({ point }, copy)).toBeUndefined()
  })

  it('keep cycles through their fields', () => {
    const point = new Point(1, 2)
    const holder = { point, list: [point] }
    Object.assign(point, { holder })
    expect(difference(holder, unpack(pack(holder)))).toBeUndefined()
  })

  it('are written with toState and read with fromState, also inside each other', () => {
    const wallet = unpack(pack([new Wallet(new Money(5n))])) as [Wallet]
    expect(wallet[0]).toBeInstanceOf(Wallet)
    expect(wallet[0].main.cents).toBe(5n)
    expect(wallet[0].all[0]).toBe(wallet[0].main)
  })

  it('keep one instance one', () => {
    const money = new Money(7n)
    const [first, second] = unpack(pack([money, { money }])) as [Money, { money: Money }]
    expect(second.money).toBe(first)
  })

  it('get the fields of their state when there is no fromState', () => {
    const copy = unpack(pack(new Tagged())) as Tagged
    expect(copy).toBeInstanceOf(Tagged)
    expect(Object.entries(copy)).toEqual([['tag', 'a']])
  })

  it('may be registered twice, but not two of them under one name', () => {
    expect(serializable(Point)).toBe(Point)
    expect(() => serializable(OtherPoint)).toThrow(
      'serializable: the name "Point" belongs to class Point already, class Point needs another one: serializable(Class, { name })',
    )
  })

  it('need a name', () => {
    expect(() => serializable(nameless)).toThrow('the class has no name')
  })

  it('that are more than fields need toState and fromState', () => {
    class Bag extends Map<string, number> {}
    expect(() => serializable(Bag)).toThrow('class Bag extends Map, which is more than fields')
    serializable(Bag, { toState: (bag) => [...bag], fromState: (entries) => new Bag(entries) })
    const copy = unpack(pack(new Bag([['a', 1]]))) as Bag
    expect(copy).toBeInstanceOf(Bag)
    expect(copy.get('a')).toBe(1)
  })

  it('do not speak for their subclasses', () => {
    class Point3 extends Point {}
    expect(() => pack(new Point3(1, 2))).toThrow('value: class Point3 is not registered')
  })

  it('that are unknown where they arrive pass through unharmed', () => {
    class Elsewhere {
      readonly a = 1
      readonly list = [new Date(5)]
    }
    const bytes = packAsIfElsewhere(Elsewhere, 'far.Elsewhere', [new Elsewhere()])
    const [holder] = unpack(bytes) as [UnknownInstance]
    expect(holder).toBeInstanceOf(UnknownInstance)
    expect(holder.className).toBe('far.Elsewhere')
    expect({ ...(holder.state as object) }).toEqual({ a: 1, list: [new Date(5)] })
    expect(pack([holder])).toEqual(bytes)
    serializable(Elsewhere, { name: 'far.Elsewhere' })
    expect((unpack(pack([holder])) as [Elsewhere])[0]).toBeInstanceOf(Elsewhere)
  })

  it('that are unknown and were written with toState pass through as well', () => {
    class Stateful {
      readonly n = 1
    }
    serializable(Stateful, { name: 'far.Stateful', toState: () => [1, new Map()], fromState: () => new Stateful() })
    const bytes = pack(new Stateful())
    registerClass({ name: 'moved', prototype: Stateful.prototype, toState: undefined, fromState: undefined })
    const holder = unpack(bytes) as UnknownInstance
    expect(holder.form).toBe('state')
    expect(pack(holder)).toEqual(bytes)
  })

  it('whose fromState throws are a malformed pickle with the reason', () => {
    class Picky {
      readonly n = 1
    }
    serializable(Picky, {
      toState: () => null,
      fromState: () => {
        throw new RangeError('no')
      },
    })
    expect(() => unpack(pack(new Picky()))).toThrow(MalformedBytesError)
    expect(() => copyByPickling(new Picky(), 'reply', refs)).toThrow('fromState of Picky threw RangeError: no')
  })
})

describe('errors', () => {
  it('of registered classes keep class, fields and stack', () => {
    const error = new KnownError('known')
    const copy = unpack(pack(error)) as KnownError
    expect(copy).toBeInstanceOf(KnownError)
    expect(copy.stack).toBe(error.stack)
    expect(difference(error, copy)).toBeUndefined()
  })

  it('of Troupe keep class and code', () => {
    const error = unpack(pack(new AskTimeoutError('troupe://a', 'm', 5)))
    expect(error).toBeInstanceOf(AskTimeoutError)
    expect(isTroupeError(error, 'TROUPE_ASK_TIMEOUT')).toBe(true)
  })

  it('of unknown classes arrive as RemoteError with everything', () => {
    const error = new DatabaseError('lost', 'E_DB')
    const copy = unpack(pack(error)) as RemoteError & { code: string; query: unknown }
    expect(copy).toBeInstanceOf(RemoteError)
    expect(copy.name).toBe('RemoteError')
    expect(copy.className).toBe('DatabaseError')
    expect(copy.message).toBe('lost')
    expect(copy.stack).toBe(error.stack)
    expect(copy.cause).toBeInstanceOf(TypeError)
    expect(copy.code).toBe('E_DB')
    expect(copy.query).toEqual(new Map([['n', 1]]))
  })

  it('of unknown classes without a code have that of RemoteError', () => {
    class Plain extends Error {}
    expect(isTroupeError(unpack(pack(new Plain('x'))), 'TROUPE_REMOTE')).toBe(true)
  })

  it('become themselves again on a node that knows them', () => {
    const twice = unpack(pack(unpack(pack(new DatabaseError('lost', 'E_DB')))))
    expect((twice as RemoteError).className).toBe('DatabaseError')
    serializable(DatabaseError)
    const back = unpack(pack(twice)) as DatabaseError
    expect(back).toBeInstanceOf(DatabaseError)
    expect(back.code).toBe('E_DB')
    expect(Object.hasOwn(back, 'className')).toBe(false)
    expect(Object.hasOwn(back, 'name')).toBe(false)
  })

  it('are real errors to the engine', () => {
    expect(Object.prototype.toString.call(unpack(pack(new KnownError('x'))))).toBe('[object Error]')
  })
})

describe('a portable error', () => {
  it('travels where the error itself cannot, as one of its class', () => {
    const error = new RangeError('with a socket', { cause: { socket: () => 1 } })
    expect(() => pack(error)).toThrow('value.cause.socket')
    const copy = unpack(pack(portableError(error))) as RangeError
    expect(copy).toBeInstanceOf(RangeError)
    expect([copy.message, copy.stack, copy.cause]).toEqual([error.message, error.stack, undefined])
  })

  it('describes whatever was thrown', () => {
    const nasty = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no')
      },
    })
    expect(portableError('text').message).toBe('text')
    expect(portableError(Object.create(null)).message).toBe('an error that cannot even be described')
    expect(portableError(nasty).message).toBe('an error that cannot even be described')
  })
})

describe('sentinels', () => {
  const DONE = sentinel('app.DONE')

  it('are one object per name, here and after pickling', () => {
    expect(sentinel('app.DONE')).toBe(DONE)
    expect(unpack(pack([DONE, { end: STOP }]))).toEqual([DONE, { end: STOP }])
    expect((unpack(pack([DONE])) as unknown[])[0]).toBe(DONE)
  })

  it('that arrive before they are made here are the same later', () => {
    const name = 'app.LATER'
    const [arrived] = unpack(pack([sentinel(name)])) as [unknown]
    expect(sentinel(name)).toBe(arrived)
  })

  it('are frozen, and print as what they are', () => {
    expect(Object.isFrozen(DONE)).toBe(true)
    expect(String(DONE)).toBe('sentinel(app.DONE)')
  })

  it('refuse a name that is none', () => {
    expect(() => sentinel('')).toThrow('sentinel: name is "", expected a string of 1 to 256 characters')
  })
})

const courier = {} as Courier
const refs = {
  toWire: (ref: ActorRef<never>) => [Reflect.get(ref, 'label') as string, 5],
  fromWire: (wire: readonly (number | string)[]) => Object.assign(new ActorRef<never>(courier, {} as Target), { label: wire[0] }),
}

describe('actor refs', () => {
  const ref = Object.assign(new ActorRef<never>(courier, {} as Target), { label: 'n1/7' })

  it('travel through the RefCodec, one object staying one', () => {
    const copy = copyByPickling([ref, { replyTo: ref }], 'args', refs) as [ActorRef<never>, { replyTo: ActorRef<never> }]
    expect(copy[0]).toBeInstanceOf(ActorRef)
    expect(Reflect.get(copy[0], 'label')).toBe('n1/7')
    expect(copy[1].replyTo).toBe(copy[0])
  })

  it('cannot be packed without one', () => {
    expect(() => pack([ref])).toThrow('value[0]: an ActorRef can only be pickled for a message: it needs a system')
    expect(() => unpack(pack([ref], { refs }))).toThrow('it needs a system')
  })
})

describe('checkMessages', () => {
  it('copies what is sent, and refuses what could not be sent', () => {
    const args = [{ n: 1, at: new Date(0) }]
    const copy = copyByPickling(args, 'args', refs)
    expect(copy).toEqual(args)
    expect(copy).not.toBe(args)
    expect(() => copyByPickling([() => 1], 'args', refs)).toThrow('args[0]: function (anonymous) cannot be pickled')
  })

  it('never hands out a DecodeFailure', () => {
    expect(copyByPickling(undefined, 'reply', refs)).not.toBeInstanceOf(DecodeFailure)
  })
})
