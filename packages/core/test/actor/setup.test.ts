/**
 * Setup: sync and async, ready, and every way in which it can fail.
 */
import { describe, expect, it } from 'vitest'
import { ActorStoppedError, StartFailedError } from '../../src/errors/actor-errors.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Dynamic } from '../../src/model/protocol.ts'
import type { ActorRef, AnyRef } from '../../src/model/ref.ts'
import { Idle, inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

describe('async setup', () => {
  it('keeps messages until it is done', async () => {
    await using system = testSystem()
    const opened = gate()
    const ref = system.spawn(
      inline(async () => {
        await opened.promise
        return { get: () => 'here' }
      }),
    )
    const answer = ref.ask('get')
    expect(await stateOf(ref.ready)).toBe('pending')
    expect(system.inspect().children[0]).toMatchObject({ state: 'starting', mailbox: 1 })
    opened.open()
    await ref.ready
    expect(await answer).toBe('here')
  })

  it('may spawn, set timers, watch and hook before and after its awaits', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const ended = gate()
    const ref = system.spawn(
      inline(async (self) => {
        const child = self.spawn(Idle)
        self.watch(child, () => heard.push('watch'))
        self.onStop(() => heard.push('first hook'))
        await Promise.resolve()
        self.onStop(() => heard.push('second hook'))
        self.after(0, 'tick')
        child.stop()
        return {
          tick: () => {
            heard.push('tick')
            ended.open()
          },
        }
      }),
    )
    await ended.promise
    ref.stop()
    await ref.exited
    expect(heard.slice(-2)).toEqual(['second hook', 'first hook'])
    expect(heard.slice(0, 2).sort()).toEqual(['tick', 'watch'])
  })

  it('ends the actor after it, when it told itself to stop', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(async (self) => {
        self.stop({ kind: 'shutdown', detail: 'nothing to do' })
        await Promise.resolve()
        return {}
      }),
    )
    await ref.ready
    expect(await ref.exited).toEqual({ kind: 'shutdown', detail: 'nothing to do' })
  })

  it('handles the stop sentinel after it is done, and what came before', async () => {
    await using system = testSystem()
    const opened = gate()
    const seen: number[] = []
    const ref = system.spawn(
      inline(async () => {
        await opened.promise
        return { see: (n: number) => void seen.push(n) }
      }),
    )
    ref.tell('see', 1)
    ref.stop()
    ref.tell('see', 2)
    opened.open()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(seen).toEqual([1])
  })

  it('is forgotten when the actor is killed meanwhile, whatever becomes of it', async () => {
    await using system = testSystem()
    for (const settle of ['open', 'fail'] as const) {
      const opened = gate()
      let hooks = 0
      const ref = system.spawn(
        inline(async (self) => {
          self.onStop(() => hooks++)
          await opened.promise
          return {}
        }),
      )
      const ready = rejection(ref.ready)
      await turns()
      ref.kill()
      expect(await ref.exited).toEqual({ kind: 'killed' })
      expect(await ready).toBeInstanceOf(StartFailedError)
      if (settle === 'fail') opened.fail(new Error('too late'))
      else opened.open()
      await turns()
      expect(hooks).toBe(0)
    }
  })
})

/** A ref on which any message may be tried. */
function dynamic(ref: AnyRef): ActorRef<Dynamic> {
  return ref
}

/** Every way in which setup can fail, and the error that it ends with. */
const failures: readonly [string, () => object | Promise<object>, string][] = [
  [
    'throws',
    () => {
      throw new TypeError('boom')
    },
    'boom',
  ],
  [
    'rejects',
    async () => {
      throw new TypeError('boom')
    },
    'boom',
  ],
  [
    'rejects after an await',
    async () => {
      await Promise.resolve()
      throw new TypeError('boom')
    },
    'boom',
  ],
  [
    'throws null',
    () => {
      throw null
    },
    'something was thrown that is no Error: null',
  ],
  [
    'throws undefined',
    () => {
      throw undefined
    },
    'something was thrown that is no Error: undefined',
  ],
  [
    'throws text',
    () => {
      throw 'text'
    },
    'something was thrown that is no Error: text',
  ],
  [
    'throws an object',
    () => {
      throw { code: 7 }
    },
    'something was thrown that is no Error: {"code":7}',
  ],
  [
    'throws a bigint',
    () => {
      throw 7n
    },
    'something was thrown that is no Error: 7',
  ],
  ['rejects with null', () => Promise.reject(null), 'something was thrown that is no Error: null'],
  ['returns nothing', () => undefined as never, 'setup of Inline must return an object of handlers, not undefined'],
  ['returns a number', () => 7 as never, 'setup of Inline must return an object of handlers, not 7'],
  ['returns null', () => null as never, 'setup of Inline must return an object of handlers, not null'],
  ['returns a function', () => () => 1, 'setup of Inline must return an object of handlers, not function'],
  ['resolves to nothing', async () => undefined as never, 'setup of Inline must return an object of handlers, not undefined'],
  ['returns a list', () => [() => 1], 'setup of Inline must return an object of handlers, not an array of 1'],
]

describe.each(failures)('setup that %s', (_how, setup, message) => {
  it('rejects ready with a StartFailedError that carries the cause', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(setup))
    const error = await rejection(ref.ready)
    expect(error).toBeInstanceOf(StartFailedError)
    expect(error).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' })
    expect((error as Error).message).toContain(ref.path)
    expect(((error as Error).cause as Error).message).toContain(message)
    // Who asks later hears the same.
    expect(await rejection(ref.ready)).toMatchObject({ code: 'TROUPE_START_FAILED' })
  })

  it('ends the actor with that error, rejects what was asked, and frees the name', async () => {
    await using system = testSystem()
    const { events, letters } = record(system)
    const ref = system.spawn(inline(setup), [], { name: 'a' })
    const asked = rejection(dynamic(ref).ask('get'))
    dynamic(ref).tell('get')
    const reason = await ref.exited
    expect(reason).toMatchObject({ kind: 'error' })
    expect(reason.kind === 'error' && reason.error.message).toContain(message)
    expect(await asked).toBeInstanceOf(ActorStoppedError)
    expect(((await asked) as ActorStoppedError).reason).toEqual(reason)
    expect(letters).toMatchObject([{ target: ref.path, method: 'get', why: 'stopped' }])
    expect(events.map((event) => event.kind)).toEqual(['actor-stopped'])
    system.spawn(Idle, [], { name: 'a' })
  })
})

describe('a failed start', () => {
  it('keeps what was thrown as the cause of its error', async () => {
    await using system = testSystem()
    for (const thrown of [null, undefined, 'text', 7n]) {
      const reason = await system.spawn(
        inline(() => {
          throw thrown
        }),
      ).exited
      expect(reason.kind === 'error' && reason.error).toBeInstanceOf(Error)
      expect(reason.kind === 'error' && reason.error.cause).toBe(thrown)
    }
  })

  it('runs the stop hooks that were registered, and stops the children that were spawned', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const Child = inline((self) => (self.onStop((reason) => heard.push(`child: ${reason.kind}`)), {}), 'Child')
    const ref = system.spawn(
      inline(async (self) => {
        self.onStop((reason) => heard.push(`hook: ${reason.kind}`))
        await self.spawn(Child).ready
        throw new Error('boom')
      }),
    )
    await ref.exited
    expect(heard).toEqual(['child: shutdown', 'hook: error'])
  })

  it('is logged when nobody was told', async () => {
    const lines: unknown[][] = []
    const log = (path: string) => ({
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (...line: unknown[]) => void lines.push([path, ...line]),
    })
    await using system = testSystem({ log })
    const boom = new Error('boom')
    system.spawn(
      inline(() => {
        throw boom
      }),
      [],
      { name: 'alone' },
    )
    await turns()
    expect(lines).toEqual([['troupe://test/alone', 'ended with an error that nobody was told', boom]])
    const awaited = system.spawn(
      inline(() => {
        throw boom
      }),
    )
    await rejection(awaited.ready)
    const watched = system.spawn(
      inline(() => {
        throw boom
      }),
    )
    await watched.exited
    expect(lines).toHaveLength(1)
  })
})

describe('ready', () => {
  it('resolves at once for an actor that is up, also while a handler holds it', async () => {
    await using system = testSystem()
    const hold = gate()
    const ref = system.spawn(inline(() => ({ hold: () => hold.promise })))
    await ref.ready
    ref.tell('hold')
    await turns()
    await ref.ready
    hold.open()
  })

  it.each<[string, ExitReason]>([
    ['stopped', { kind: 'normal' }],
    ['failed', { kind: 'error', error: new Error('boom') }],
  ])('rejects with ActorStoppedError for an actor that was up and has %s', async (_how, reason) => {
    await using system = testSystem()
    const ref = system.spawn(inline((self) => ({ end: () => self.stop(reason) })))
    await ref.ready
    ref.tell('end')
    await ref.exited
    const error = await rejection(ref.ready)
    expect(error).toBeInstanceOf(ActorStoppedError)
    expect(error).toMatchObject({ reason })
  })

  it('rejects with StartFailedError when the actor is stopped before its setup began', async () => {
    await using system = testSystem()
    const ref = system.spawn(Idle)
    ref.kill()
    const error = await rejection(ref.ready)
    expect(error).toMatchObject({
      code: 'TROUPE_START_FAILED',
      cause: { code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } },
    })
  })

  it('makes no unhandled rejection for those who never asked', async () => {
    await using system = testSystem()
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    system.spawn(
      inline(() => {
        throw new Error('boom')
      }),
    )
    system.spawn(
      inline(async () => {
        throw new Error('boom')
      }),
    )
    await turns()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
