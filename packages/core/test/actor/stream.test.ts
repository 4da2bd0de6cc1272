/**
 * Streams: what a handler may return, what a reader may do, and how each end hears of the other.
 */
import { getEventListeners } from 'node:events'
import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  config,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  of,
  range,
  take,
  throwError,
  toArray,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ActorStoppedError, NotAStreamError, StreamOverflowError } from '../../src/errors/actor-errors.ts'
import { bounded } from '../../src/mailbox/create-mailbox.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

/** All values of a stream, by `for await`. */
async function readAll<Value>(stream: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = []
  for await (const value of stream) values.push(value)
  return values
}

/** Counts up for ever, and notes how far it was pulled and whether its finally ran. */
function counting(): {
  source: () => AsyncGenerator<number>
  pulled: () => number
  ended: Promise<void>
  isEnded: () => boolean
} {
  let pulled = 0
  let isEnded = false
  const ended = gate()
  async function* source(): AsyncGenerator<number> {
    try {
      for (;;) yield pulled++
    } finally {
      isEnded = true
      ended.open()
    }
  }
  return { source, pulled: () => pulled, ended: ended.promise, isEnded: () => isEnded }
}

const sources: readonly [string, () => unknown, readonly unknown[]][] = [
  ['an Observable', () => of(1, 2, 3), [1, 2, 3]],
  ['an Observable that takes its time', () => from(Promise.resolve(1)), [1]],
  ['an empty Observable', () => EMPTY, []],
  ['a list', () => [1, 2, 3], [1, 2, 3]],
  ['an empty list', () => [], []],
  ['a Set', () => new Set(['a', 'b']), ['a', 'b']],
  ['a Map', () => new Map([[1, 'a']]), [[1, 'a']]],
  ['a typed array', () => new Uint8Array([7, 8]), [7, 8]],
  [
    'a generator',
    function* () {
      yield 1
      yield 2
    },
    [1, 2],
  ],
  [
    'an async generator',
    async function* () {
      yield 1
      await Promise.resolve()
      yield 2
    },
    [1, 2],
  ],
  ['a list of promises', () => [Promise.resolve(1), 2], [1, 2]],
  ['a promise of a list', async () => [1, 2], [1, 2]],
  ['a promise of an Observable', async () => of(1), [1]],
  ['undefined and null as values', () => [undefined, null], [undefined, null]],
]

describe('a stream', () => {
  it.each(sources)('carries %s', async (_what, items, expected) => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: items as () => Iterable<unknown> })))
    expect(await readAll(ref.stream('items'))).toEqual(expected)
    expect(await lastValueFrom(ref.stream('items').pipe(toArray()))).toEqual(expected)
  })

  it.each([
    ['a number', () => 1],
    ['text', () => 'abc'],
    ['nothing', () => undefined],
    ['null', () => null],
    ['a plain object', () => ({ a: 1 })],
    ['a function', () => () => 1],
    ['a promise of a number', async () => 1],
  ])('of a handler that returns %s is an error, and the actor goes on', async (_what, items) => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: items as () => Iterable<unknown>, get: () => 1 })))
    const error = await rejection(readAll(ref.stream('items')))
    expect(error).toBeInstanceOf(NotAStreamError)
    expect((error as Error).message).toBe(`${ref.path}: "items" answers with a value: use ask, not stream`)
    expect(await ref.ask('get')).toBe(1)
  })

  it('of an unknown method is an error', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({}))) as ActorRef<unknown> as ActorRef<{ items(): Iterable<number> }>
    expect(await rejection(readAll(ref.stream('items')))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
  })

  it('asks anew for each reader, and only when there is one', async () => {
    await using system = testSystem()
    let calls = 0
    const ref = system.spawn(inline(() => ({ items: (n: number) => (calls++, [n, calls]) })))
    const stream = ref.stream('items', 7)
    await turns()
    expect(calls).toBe(0)
    expect(await readAll(stream)).toEqual([7, 1])
    expect(await readAll(stream)).toEqual([7, 2])
    expect(await firstValueFrom(stream)).toBe(7)
    expect(calls).toBe(3)
  })

  it('does not hold the queue while it runs', async () => {
    await using system = testSystem()
    const { source } = counting()
    const ref = system.spawn(inline(() => ({ items: source, get: () => 'answer' })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await reader.next()
    expect(await ref.ask('get')).toBe('answer')
    await reader.return?.()
  })

  it('passes an error of its source on, after the values before it', async () => {
    await using system = testSystem()
    const boom = new Error('boom')
    const ref = system.spawn(
      inline(() => ({
        async *generated() {
          yield 1
          throw boom
        },
        observed: () =>
          new Observable<number>((reader) => {
            reader.next(1)
            reader.error(boom)
          }),
        early: () => throwError(() => boom),
        hostile: (): Iterable<number> => ({
          [Symbol.iterator]() {
            throw boom
          },
        }),
        get: () => 1,
      })),
    )
    for (const method of ['generated', 'observed'] as const) {
      const values: number[] = []
      const error = await rejection(
        (async () => {
          for await (const value of ref.stream(method)) values.push(value)
        })(),
      )
      expect([values, error]).toEqual([[1], boom])
    }
    expect(await rejection(readAll(ref.stream('early')))).toBe(boom)
    expect(await rejection(readAll(ref.stream('hostile')))).toBe(boom)
    // The source failed, not the actor.
    expect(await ref.ask('get')).toBe(1)
  })

  it('works with operators', async () => {
    await using system = testSystem()
    const { source, ended } = counting()
    const ref = system.spawn(inline(() => ({ items: source })))
    expect(
      await lastValueFrom(
        ref.stream('items').pipe(
          map((n) => n * 2),
          take(4),
          toArray(),
        ),
      ),
    ).toEqual([0, 2, 4, 6])
    await ended
  })

  it('keeps its order over a hundred thousand values', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({ items: () => range(0, 50_000), list: () => Array.from({ length: 50_000 }, (_, n) => n) })),
    )
    for (const method of ['items', 'list'] as const) {
      const values = await readAll(ref.stream(method))
      expect(values).toHaveLength(50_000)
      expect(values.every((value, index) => value === index)).toBe(true)
    }
  })

  it('is refused by a full mailbox', async () => {
    await using system = testSystem()
    const held = gate()
    const ref = system.spawn(
      inline(() => ({ hold: () => held.promise, items: () => [1] })),
      [],
      { mailbox: bounded(1, 'refuse') },
    )
    ref.tell('hold')
    await turns()
    ref.tell('hold')
    expect(await rejection(readAll(ref.stream('items')))).toMatchObject({ code: 'TROUPE_MAILBOX_FULL' })
    held.open()
  })
})

describe('for await', () => {
  it('pulls its source only as far as it reads, and a window ahead', async () => {
    await using system = testSystem()
    const { source, pulled, ended } = counting()
    const ref = system.spawn(inline(() => ({ items: source })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await turns()
    expect(pulled()).toBeLessThanOrEqual(17)
    for (let n = 0; n < 100; n++) {
      expect((await reader.next()).value).toBe(n)
      await Promise.resolve()
      expect(pulled()).toBeLessThanOrEqual(n + 18)
    }
    await turns()
    const reached = pulled()
    await turns()
    expect(pulled()).toBe(reached)
    await reader.return?.()
    await ended
  })

  it.each([
    ['a generator', true],
    ['an async generator', false],
  ])('ends %s when it is left: its finally runs', async (_what, isSync) => {
    await using system = testSystem()
    let ended = false
    const ref = system.spawn(
      inline(() => ({
        items: isSync
          ? function* () {
              try {
                for (let n = 0; ; n++) yield n
              } finally {
                ended = true
              }
            }
          : async function* () {
              try {
                for (let n = 0; ; n++) yield n
              } finally {
                ended = true
              }
            },
      })),
    )
    const seen: number[] = []
    for await (const value of ref.stream('items') as AsyncIterable<number>) {
      seen.push(value)
      if (value === 20) break
    }
    await turns()
    expect(seen).toHaveLength(21)
    expect(ended).toBe(true)
  })

  it('ends a source at once that waits for a value which may never come', async () => {
    await using system = testSystem()
    let returned = 0
    const ref = system.spawn(
      inline(() => ({
        items: (): AsyncIterable<number> => ({
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise(() => undefined),
            return: async () => (returned++, { done: true, value: undefined }),
          }),
        }),
      })),
    )
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    const waiting = reader.next()
    await turns()
    await reader.return?.()
    expect(returned).toBe(1)
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  it('may read ahead of what it awaits', async () => {
    await using system = testSystem()
    const { source, ended } = counting()
    const ref = system.spawn(inline(() => ({ items: source })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: 50 }, () => reader.next()))
    expect(results.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, n) => n))
    await reader.return?.()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
    await ended
  })

  it('gets what was there before the end, then the end, for ever', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: () => [1, 2] })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await turns()
    expect(await reader.next()).toEqual({ done: false, value: 1 })
    expect(await reader.next()).toEqual({ done: false, value: 2 })
    for (let n = 0; n < 3; n++) expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('makes no unhandled rejection when it is left before an error', async () => {
    await using system = testSystem()
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const subject = new Subject<number>()
    const ref = system.spawn(inline(() => ({ items: () => subject })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await turns()
    subject.next(1)
    await reader.next()
    await reader.return?.()
    subject.error(new Error('late'))
    ref.kill()
    await turns()
    process.off('unhandledRejection', note)
    expect([unhandled, subject.observed]).toEqual([[], false])
  })
})

describe('an Observable that is faster than its reader', () => {
  it('is kept for a while', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: () => range(0, 1_000) })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await turns()
    const values: unknown[] = []
    for (let result = await reader.next(); result.done !== true; result = await reader.next()) values.push(result.value)
    expect(values).toHaveLength(1_000)
  })

  it('overflows: the reader gets an error, the source ends, the actor goes on', async () => {
    await using system = testSystem()
    const subject = new Subject<number>()
    const ref = system.spawn(inline(() => ({ items: () => subject, get: () => 1 })))
    const reader = ref.stream('items')[Symbol.asyncIterator]()
    await turns()
    for (let n = 0; n < 65_536 + 17; n++) subject.next(n)
    expect(subject.observed).toBe(false)
    const values: unknown[] = []
    const error = await rejection(
      (async () => {
        for (let result = await reader.next(); result.done !== true; result = await reader.next()) values.push(result.value)
      })(),
    )
    expect(error).toBeInstanceOf(StreamOverflowError)
    expect(values).toEqual(Array.from({ length: 16 }, (_, n) => n))
    expect(await ref.ask('get')).toBe(1)
  })

  it('never overflows a subscriber, who takes whatever comes', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: () => range(0, 100_000) })))
    let count = 0
    await new Promise<void>((resolve, reject) =>
      ref.stream('items').subscribe({ next: () => count++, error: reject, complete: resolve }),
    )
    expect(count).toBe(100_000)
  })
})

describe('unsubscribing', () => {
  it('ends an Observable, and a generator', async () => {
    await using system = testSystem()
    let tornDown = 0
    const { source, ended } = counting()
    const ref = system.spawn(
      inline(() => ({ observed: () => new Observable<number>(() => () => tornDown++), generated: source })),
    )
    const one = ref.stream('observed').subscribe()
    const other = ref.stream('generated').subscribe()
    await turns()
    one.unsubscribe()
    other.unsubscribe()
    await ended
    expect(tornDown).toBe(1)
  })

  it('in the middle of values stops them', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({ items: () => range(0, 1_000), list: () => Array.from({ length: 1_000 }, (_, n) => n) })),
    )
    for (const method of ['items', 'list'] as const) {
      const seen: number[] = []
      const subscription = ref.stream(method).subscribe((value) => {
        seen.push(value)
        if (value === 3) subscription.unsubscribe()
      })
      await turns()
      expect(seen).toEqual([0, 1, 2, 3])
    }
  })

  it('before the actor took the request up keeps it from being handled', async () => {
    await using system = testSystem()
    let calls = 0
    const ref = system.spawn(inline(() => ({ items: () => (calls++, [1]) })))
    ref.stream('items').subscribe().unsubscribe()
    await ref.ready
    await turns()
    expect(calls).toBe(0)
  })

  it('before an async handler has its source discards it', async () => {
    await using system = testSystem()
    const held = gate()
    let returned = 0
    const source: AsyncIterableIterator<number> = {
      next: async () => ({ done: false, value: 1 }),
      return: async () => (returned++, { done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this
      },
    }
    const ref = system.spawn(
      inline(() => ({
        async items() {
          await held.promise
          return source
        },
      })),
    )
    const subscription = ref.stream('items').subscribe()
    await turns()
    subscription.unsubscribe()
    held.open()
    await turns()
    expect(returned).toBe(1)
  })

  it('reports a source that fails while it is ended, and nobody is harmed', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const ref = system.spawn(
      inline(() => ({
        observed: () =>
          new Observable<number>(() => () => {
            throw new Error('torn down badly')
          }),
        generated: (): AsyncIterable<number> => ({
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise(() => undefined),
            return: async () => Promise.reject(new Error('returned badly')),
          }),
        }),
        get: () => 1,
      })),
    )
    for (const method of ['observed', 'generated'] as const) {
      const subscription = ref.stream(method).subscribe({ error: () => undefined })
      await turns()
      subscription.unsubscribe()
    }
    expect(await ref.ask('get')).toBe(1)
    await turns()
    const errors = events.flatMap((event) => (event.kind === 'unhandled-error' ? [event] : []))
    expect(errors).toHaveLength(2)
    for (const error of errors) expect(error).toMatchObject({ path: ref.path, during: 'a stream' })
  })
})

describe('the end of an actor', () => {
  it.each([
    ['stop', { kind: 'normal' }],
    ['kill', { kind: 'killed' }],
  ] as const)('by %s errors its streams with the reason, and ends their sources', async (how, reason) => {
    await using system = testSystem()
    const { source, ended } = counting()
    let tornDown = 0
    const ref = system.spawn(
      inline(() => ({ generated: source, observed: () => new Observable<number>(() => () => tornDown++), never: () => NEVER })),
    )
    const reader = ref.stream('generated')[Symbol.asyncIterator]()
    await reader.next()
    const observed = rejection(readAll(ref.stream('observed')))
    const never = rejection(lastValueFrom(ref.stream('never')))
    await turns()
    ref[how]()
    for (const error of [await observed, await never]) {
      expect(error).toBeInstanceOf(ActorStoppedError)
      expect(error).toMatchObject({ reason })
    }
    const rest = await rejection(
      (async () => {
        for (;;) if ((await reader.next()).done === true) return
      })(),
    )
    expect(rest).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason })
    await ended
    expect(tornDown).toBe(1)
  })

  it('errors streams whose request is still queued, and later ones at once', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ hang: () => new Promise<never>(() => undefined), items: () => [1] })))
    ref.tell('hang')
    const queued = rejection(readAll(ref.stream('items')))
    await turns()
    ref.kill()
    expect(await queued).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await rejection(readAll(ref.stream('items')))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('is not held up by a source that fails while it is ended', async () => {
    await using system = testSystem()
    const { events } = record(system)
    let hooks = 0
    const ref = system.spawn(
      inline((self) => {
        self.onStop(() => hooks++)
        return {
          items: () =>
            new Observable<number>(() => () => {
              throw new Error('torn down badly')
            }),
        }
      }),
    )
    const reading = rejection(readAll(ref.stream('items')))
    await turns()
    ref.stop()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(await reading).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(hooks).toBe(1)
    expect(events.some((event) => event.kind === 'unhandled-error' && event.during === 'a stream')).toBe(true)
  })

  it('in order does not throw at a program whose reader has no error handler', async () => {
    const thrown: unknown[] = []
    config.onUnhandledError = (error) => void thrown.push(error)
    try {
      const system = testSystem()
      const Ticking = inline(() => ({ items: () => NEVER, boom: () => throwError(() => new Error('boom')) }))
      const one = system.spawn(Ticking)
      one.stream('items').subscribe()
      one.stream('items').subscribe(() => undefined)
      one.stream('items').subscribe({ next: () => undefined })
      await turns()
      await system.shutdown()
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(thrown).toEqual([])
      // A failure goes where rxjs takes the errors that nobody handles.
      const second = testSystem()
      const failing = second.spawn(Ticking)
      failing.stream('boom').subscribe(() => undefined)
      await expect.poll(() => thrown.length, { interval: 1 }).toBe(1)
      failing.stream('items').subscribe(() => undefined)
      await turns()
      failing.kill()
      await expect.poll(() => thrown.length, { interval: 1 }).toBe(2)
      expect(thrown[1]).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
      await second.shutdown()
    } finally {
      config.onUnhandledError = null
    }
  })
})

describe('the signal of a stream', () => {
  it('ends it for both ends: the reader gets the reason, the source ends', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: counting().source, never: () => subject })))
    const subject = new Subject<number>()
    const controller = new AbortController()
    const { signal } = controller
    const iterated = rejection(readAll(ref.with({ signal }).stream('never')))
    const observed = rejection(lastValueFrom(ref.with({ signal }).stream('never')))
    await turns()
    expect(subject.observed).toBe(true)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    controller.abort('enough')
    expect([await iterated, await observed]).toEqual(['enough', 'enough'])
    expect(subject.observed).toBe(false)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('that is aborted already asks for nothing', async () => {
    await using system = testSystem()
    let calls = 0
    const ref = system.spawn(inline(() => ({ items: () => (calls++, [1]) })))
    const stream = ref.with({ signal: AbortSignal.abort('no') }).stream('items')
    expect(await rejection(readAll(stream))).toBe('no')
    expect(await rejection(lastValueFrom(stream))).toBe('no')
    await turns()
    expect(calls).toBe(0)
  })

  it('is left alone once the stream is over', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ items: () => [1, 2] })))
    const { signal } = new AbortController()
    await readAll(ref.with({ signal }).stream('items'))
    await lastValueFrom(ref.with({ signal }).stream('items'))
    for await (const _ of ref.with({ signal }).stream('items')) break
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('a source that never waits', () => {
  it.each([
    ['a generator', true],
    ['an async generator', false],
  ])('lets timers fire: %s', async (_what, isSync) => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({
        items: isSync
          ? function* () {
              for (let n = 0; ; n++) yield n
            }
          : async function* () {
              for (let n = 0; ; n++) yield n
            },
      })),
    )
    let fired = false
    const subscription = (ref.stream('items') as Observable<number>).subscribe()
    await new Promise<void>((resolve) => setTimeout(() => ((fired = true), resolve()), 2))
    subscription.unsubscribe()
    expect(fired).toBe(true)
  })
})
