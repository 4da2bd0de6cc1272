/**
 * Which function answers a message, and what becomes of what it returns or throws.
 */
import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { NotAStreamError, UnknownMethodError } from '../../src/errors/actor-errors.ts'
import type { Dynamic } from '../../src/model/protocol.ts'
import type { ActorRef, AnyRef } from '../../src/model/ref.ts'
import { serializable } from '../../src/serialization/serializable.ts'
import { inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

/** A ref on which any message may be tried. */
function dynamic(ref: AnyRef): ActorRef<Dynamic> {
  return ref
}

/** Names that objects have without anybody having written them. */
const INHERITED = [
  'constructor',
  '__proto__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]

class Account {
  #balance = 0
  static created = 0

  constructor() {
    Account.created++
  }

  deposit(amount: number): number {
    this.#balance += amount
    return this.#balance
  }

  get balance(): number {
    return this.#balance
  }
}

class Savings extends Account {
  override deposit(amount: number): number {
    return super.deposit(amount * 2)
  }

  override toString(): string {
    return 'savings'
  }
}

describe('a message', () => {
  it.each([...INHERITED, 'nothing', '', ' ', '0', 'then'])('finds no handler "%s" that nobody wrote', async (method) => {
    await using system = testSystem()
    const { letters } = record(system)
    for (const handlers of [{ get: () => 1 }, new Account(), Object.create(null) as object]) {
      const ref = dynamic(system.spawn(inline(() => handlers)))
      const error = await rejection(ref.ask(method))
      expect(error).toBeInstanceOf(UnknownMethodError)
      expect(error).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
      letters.length = 0
      ref.tell(method, 1, 2)
      await turns()
      expect(letters).toEqual([{ target: ref.path, method, args: [1, 2], sender: null, why: 'unknown-method' }])
      // The actor goes on.
      expect(system.inspect().children.at(-1)?.state).toBe('running')
    }
  })

  it('finds handlers that were written under such a name', async () => {
    await using system = testSystem()
    const own = dynamic(system.spawn(inline(() => ({ toString: () => 'own', constructor: () => 'built' }))))
    expect([await own.ask('toString'), await own.ask('constructor')]).toEqual(['own', 'built'])
    const savings = dynamic(system.spawn(inline(() => new Savings())))
    expect(await savings.ask('toString')).toBe('savings')
    expect(await rejection(savings.ask('constructor'))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
  })

  it('finds the methods of a class and its parents, with their private state', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => new Savings()))
    expect([await ref.ask('deposit', 1), await ref.ask('deposit', 2)]).toEqual([2, 6])
  })

  it('finds no field that is no function, getters included', async () => {
    await using system = testSystem()
    const ref = dynamic(system.spawn(inline(() => Object.assign(new Account(), { limit: 7 }))))
    for (const method of ['balance', 'limit'])
      expect(await rejection(ref.ask(method))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
  })

  it('finds handlers of an object without a prototype', async () => {
    await using system = testSystem()
    const handlers = Object.assign(Object.create(null) as object, { get: () => 'bare' })
    expect(await system.spawn(inline(() => handlers)).ask('get')).toBe('bare')
  })

  it.each([0, 1, 2, 3, 7])('brings %i arguments, and the object as this', async (count) => {
    await using system = testSystem()
    const handlers = {
      seen: (...args: unknown[]) => args,
      me(this: unknown) {
        return this === handlers
      },
    }
    const ref = dynamic(system.spawn(inline<object>(() => handlers)))
    const args = Array.from({ length: count }, (_, n) => n)
    expect(await ref.ask('seen', ...args)).toEqual(args)
    expect(await ref.ask('me')).toBe(true)
  })

  it('fails its actor, not the system, when looking up its handler throws', async () => {
    await using system = testSystem()
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no entry')
        },
      },
    )
    const ref = dynamic(system.spawn(inline(() => hostile)))
    await ref.ready
    expect(await rejection(ref.ask('anything'))).toMatchObject({ message: 'no entry' })
    expect(await ref.exited).toMatchObject({ kind: 'error', error: { message: 'no entry' } })
  })

  it('reaches one handler at a time: an async one holds the queue until it settles', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const gates = [gate(), gate()]
    const ref = system.spawn(
      inline(() => ({
        async slow(n: number) {
          steps.push(`begin ${n}`)
          await gates[n]?.promise
          steps.push(`end ${n}`)
        },
        fast: () => void steps.push('fast'),
      })),
    )
    ref.tell('slow', 0)
    ref.tell('fast')
    ref.tell('slow', 1)
    ref.tell('fast')
    await turns()
    expect(steps).toEqual(['begin 0'])
    gates[0]?.open()
    await turns()
    expect(steps).toEqual(['begin 0', 'end 0', 'fast', 'begin 1'])
    gates[1]?.open()
    await turns()
    expect(steps.slice(4)).toEqual(['end 1', 'fast'])
  })

  it('is answered with what its handler returns or resolves to, also for foreign promises', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({
        value: () => 1,
        promise: async () => 2,
        // oxlint-disable-next-line unicorn/no-thenable -- what this test is about
        foreign: () => ({ then: (done: (value: number) => void) => done(3) }) as PromiseLike<number>,
        nothing: () => undefined,
        nul: () => null,
        nested: async () => Promise.resolve(Promise.resolve(4)),
        list: () => [1, 2],
        map: () => new Map([[1, 2]]),
      })),
    )
    expect(await ref.ask('value')).toBe(1)
    expect(await ref.ask('promise')).toBe(2)
    expect(await ref.ask('foreign')).toBe(3)
    expect(await ref.ask('nothing')).toBeUndefined()
    expect(await ref.ask('nul')).toBeNull()
    expect(await ref.ask('nested')).toBe(4)
    expect(await ref.ask('list')).toEqual([1, 2])
    expect(await ref.ask('map')).toEqual(new Map([[1, 2]]))
  })

  it('survives a foreign promise that misbehaves', async () => {
    await using system = testSystem()
    let calls = 0
    const ref = system.spawn(
      inline(() => ({
        // oxlint-disable-next-line unicorn/no-thenable -- what this test is about
        twice: () => ({ then: (done: (value: number) => void) => (done(1), done(2)) }),
        throws: () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- what this test is about
          then: () => {
            throw new Error('broken promise')
          },
        }),
        get: () => ++calls,
      })),
    )
    expect(await ref.ask('twice')).toBe(1)
    expect(await ref.ask('get')).toBe(1)
    expect(await rejection(ref.ask('throws'))).toMatchObject({ message: 'broken promise' })
    expect(await ref.exited).toMatchObject({ kind: 'error', error: { message: 'broken promise' } })
  })

  it.each([
    ['an Observable', () => of(1)],
    [
      'an async iterable',
      async function* () {
        yield 1
      },
    ],
  ])('that is asked rejects with NotAStreamError for %s, and the actor goes on', async (_what, source) => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ source, get: () => 1 })))
    const error = await rejection(ref.ask('source'))
    expect(error).toBeInstanceOf(NotAStreamError)
    expect((error as Error).message).toBe(`${ref.path}: "source" answers with a stream: use stream, not ask`)
    expect(await ref.ask('get')).toBe(1)
  })

  it('may answer with what can be iterated when its class can be pickled', async () => {
    class Pages {
      async *[Symbol.asyncIterator]() {
        yield 1
      }
    }
    serializable(Pages, { name: 'test.Pages' })
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ pages: () => new Pages() })))
    expect(await dynamic(ref).ask('pages')).toBeInstanceOf(Pages)
  })
})

/** Every way in which a handler can fail, and what an asker gets. */
const boom = new RangeError('boom')
const failures: readonly [string, () => unknown, unknown][] = [
  [
    'throws',
    () => {
      throw boom
    },
    boom,
  ],
  [
    'rejects',
    async () => {
      throw boom
    },
    boom,
  ],
  [
    'rejects after an await',
    async () => {
      await Promise.resolve()
      throw boom
    },
    boom,
  ],
  [
    'throws null',
    () => {
      throw null
    },
    null,
  ],
  [
    'throws undefined',
    () => {
      throw undefined
    },
    undefined,
  ],
  [
    'throws text',
    () => {
      throw 'text'
    },
    'text',
  ],
  ['rejects with null', () => Promise.reject(null), null],
]

describe.each(failures)('a handler that %s', (_how, fail, thrown) => {
  it('rejects the ask with just that, and ends its actor with an Error', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ fail })))
    const answer = rejection(ref.ask('fail'))
    const next = rejection(ref.ask('fail'))
    const reason = await ref.exited
    expect(await answer).toBe(thrown)
    expect(
      reason.kind === 'error' && reason.error instanceof Error && (reason.error === thrown || reason.error.cause === thrown),
    ).toBe(true)
    expect(await next).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason })
  })

  it('ends its actor when nobody asked', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ fail })))
    ref.tell('fail')
    expect(await ref.exited).toMatchObject({ kind: 'error' })
  })

  it('errors a stream', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ fail: fail as () => Iterable<number> })))
    const read = rejection(
      (async () => {
        for await (const _ of ref.stream('fail')) expect.unreachable()
      })(),
    )
    expect(await read).toBe(thrown)
    expect(await ref.exited).toMatchObject({ kind: 'error' })
  })
})

describe('an error of an actor', () => {
  it('is logged when nobody was told of it, and only then', async () => {
    const lines: unknown[][] = []
    const log = (path: string) => ({
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (...line: unknown[]) => void lines.push([path, ...line]),
    })
    await using system = testSystem({ log })
    const Failing = inline(() => ({
      fail: () => {
        throw boom
      },
    }))
    await rejection(system.spawn(Failing).ask('fail'))
    await turns()
    const watched = system.spawn(Failing)
    watched.tell('fail')
    await watched.exited
    expect(lines).toEqual([])
    const alone = system.spawn(Failing)
    alone.tell('fail')
    await turns()
    expect(lines).toEqual([[alone.path, 'ended with an error that nobody was told', boom]])
  })

  it('makes no unhandled rejection when the actor is gone before its handler fails', async () => {
    await using system = testSystem()
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const held = gate()
    const Hasty = inline((self) => ({
      async killsItself() {
        self.ref.kill()
        throw boom
      },
      async outlived() {
        await held.promise
      },
    }))
    const one = system.spawn(Hasty)
    one.tell('killsItself')
    const other = system.spawn(Hasty)
    other.tell('outlived')
    await turns()
    other.kill()
    await Promise.all([one.exited, other.exited])
    held.fail(boom)
    await turns()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
