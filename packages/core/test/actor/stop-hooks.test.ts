/**
 * What runs when an actor ends: hooks, children before parents, one deadline.
 */
import { describe, expect, it } from 'vitest'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import { Idle, inline } from '../support/actors.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, turns } from '../support/waiting.ts'

interface Ending {
  fail(): never
  quit(reason: ExitReason): void
}

/** Every end, and whether hooks run for it. */
const ends: readonly [string, (ref: ActorRef<Ending>) => void, ExitReason['kind'], boolean][] = [
  ['a stop', (ref) => ref.stop(), 'normal', true],
  ['a stop with a reason', (ref) => ref.stop({ kind: 'shutdown' }), 'shutdown', true],
  ['an error', (ref) => void ref.tell('fail'), 'error', true],
  ['its own stop', (ref) => void ref.tell('quit', { kind: 'exit', code: 1 }), 'exit', true],
  ['a kill', (ref) => ref.kill(), 'killed', false],
]

describe('stop hooks', () => {
  it.each(ends)('run for %s: with its reason; the exception is a kill', async (_what, end, kind, runs) => {
    await using system = testSystem()
    const heard: string[] = []
    const ref = system.spawn(
      inline((self): Ending => {
        self.onStop((reason) => heard.push(reason.kind))
        return {
          fail() {
            throw new Error('boom')
          },
          quit: (reason) => self.stop(reason),
        }
      }),
    )
    await ref.ready
    end(ref)
    expect(await ref.exited).toMatchObject({ kind })
    expect(heard).toEqual(runs ? [kind] : [])
  })

  it('run in reverse order, each after the one before it is done', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const second = gate()
    const ref = system.spawn(
      inline((self) => {
        self.onStop(() => steps.push('first'))
        self.onStop(async () => {
          steps.push('second begins')
          await second.promise
          steps.push('second ends')
        })
        self.onStop(() => steps.push('third'))
        return {}
      }),
    )
    await ref.ready
    ref.stop()
    await turns()
    expect(steps).toEqual(['third', 'second begins'])
    second.open()
    await ref.exited
    expect(steps).toEqual(['third', 'second begins', 'second ends', 'first'])
  })

  it('are not in the way of each other when they fail, and the reason stays', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const steps: string[] = []
    const ref = system.spawn(
      inline((self) => {
        self.onStop(() => steps.push('first'))
        self.onStop(() => {
          throw new Error('thrown')
        })
        self.onStop(() => Promise.reject(new Error('rejected')))
        return {}
      }),
    )
    await ref.ready
    ref.stop()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(steps).toEqual(['first'])
    const errors = events.filter((event) => event.kind === 'unhandled-error')
    expect(errors).toMatchObject([
      { path: ref.path, during: 'onStop', error: { message: 'rejected' } },
      { path: ref.path, during: 'onStop', error: { message: 'thrown' } },
    ])
  })

  it('have a deadline each, after which the next one runs', async () => {
    const { system, clock } = timedSystem({ stopTimeout: 100 })
    const { events } = record(system)
    const steps: [string, number][] = []
    const ref = system.spawn(
      inline((self) => {
        self.onStop(() => steps.push(['first', clock.now()]))
        self.onStop(() => new Promise(() => undefined))
        return {}
      }),
    )
    await ref.ready
    ref.stop()
    await clock.advance(99)
    expect(steps).toEqual([])
    await clock.advance(1)
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(steps).toEqual([['first', 100]])
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'unhandled-error',
        during: 'onStop',
        error: new Error('an onStop hook did not finish within 100 ms'),
      }),
    )
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('are left out when a kill comes meanwhile', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const ref = system.spawn(
      inline((self) => {
        self.onStop(() => steps.push('never'))
        self.onStop(() => (steps.push('hangs'), new Promise(() => undefined)))
        return {}
      }),
    )
    await ref.ready
    ref.stop()
    await turns()
    ref.kill()
    expect(await ref.exited).toEqual({ kind: 'killed' })
    expect(steps).toEqual(['hangs'])
  })

  it('can still tell and ask others, and speak for their actor', async () => {
    await using system = testSystem()
    const got = gate<unknown>()
    const Friend = inline((self) => ({ hello: () => self.request.sender, bye: (sender: unknown) => got.open(sender) }))
    const friend = system.spawn(Friend, [], { name: 'friend' })
    const ref = system.spawn(
      inline((self) => (self.onStop(async () => friend.tell('bye', String(await friend.ask('hello')))), {})),
      [],
      { name: 'leaving' },
    )
    await ref.ready
    ref.stop()
    expect(await got.promise).toBe('troupe://test/leaving')
  })

  it('run as their own actor, also when another one ends it', async () => {
    await using system = testSystem()
    const got = gate<unknown>()
    const Friend = inline((self) => ({ hello: () => got.open(self.request.sender?.path) }))
    const friend = system.spawn(Friend)
    const Leaving = inline((self) => (self.onStop(() => friend.tell('hello')), { fail: () => undefined }))
    const Other = inline((self) => ({
      begin: () => (self.link(leaving), undefined),
      fail: () => {
        throw new Error('boom')
      },
    }))
    const leaving = system.spawn(Leaving, [], { name: 'leaving' })
    await leaving.ready
    const other = system.spawn(Other)
    await other.ask('begin')
    other.tell('fail')
    expect(await got.promise).toBe('troupe://test/leaving')
  })
})

describe('the end of a tree', () => {
  /** A tree that notes in which order its parts end. */
  function tree(steps: string[], leaves: readonly string[] = ['a', 'b', 'c']): ReturnType<typeof inline<object>> {
    const Leaf = inline((self) => (self.onStop((reason) => steps.push(`${self.path.split('/').at(-1)}: ${reason.kind}`)), {}))
    return inline((self) => {
      for (const name of leaves) self.spawn(Leaf, [], { name })
      self.onStop((reason) => steps.push(`parent: ${reason.kind}`))
      return {}
    })
  }

  it.each<[string, (ref: ActorRef<object>) => void, string]>([
    ['a stop', (ref) => ref.stop(), 'normal'],
    ['a failure', (ref) => ref.stop({ kind: 'error', error: new Error('boom') }), 'error'],
  ])('comes for children first, in reverse order, as a shutdown, also on %s', async (_what, end, kind) => {
    await using system = testSystem()
    const steps: string[] = []
    const ref = system.spawn(tree(steps))
    await ref.ready
    await turns()
    end(ref)
    await ref.exited
    expect(steps).toEqual(['c: shutdown', 'b: shutdown', 'a: shutdown', `parent: ${kind}`])
  })

  it('comes one child after the other, however long each takes', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const gates = { a: gate(), b: gate() }
    const Slow = inline((self) => {
      const name = self.path.endsWith('a') ? 'a' : 'b'
      self.onStop(async () => {
        steps.push(`${name} begins`)
        await gates[name].promise
        steps.push(`${name} ends`)
      })
      return {}
    })
    const ref = system.spawn(inline((self) => (self.spawn(Slow, [], { name: 'a' }), self.spawn(Slow, [], { name: 'b' }), {})))
    await ref.ready
    await turns()
    ref.stop()
    await turns()
    expect(steps).toEqual(['b begins'])
    gates.b.open()
    await turns()
    expect(steps).toEqual(['b begins', 'b ends', 'a begins'])
    gates.a.open()
    await ref.exited
  })

  it('lets a child handle what it was sent before', async () => {
    await using system = testSystem()
    const seen: number[] = []
    const Child = inline(() => ({ see: (n: number) => void seen.push(n) }))
    const ref = system.spawn(
      inline((self) => ({
        end() {
          const child = self.spawn(Child)
          for (let n = 0; n < 200; n++) child.tell('see', n)
          self.stop()
        },
      })),
    )
    ref.tell('end')
    await ref.exited
    expect(seen).toHaveLength(200)
  })

  it('has one deadline for all children: what is left then is killed, hooks of the parent run', async () => {
    const { system, clock } = timedSystem({ stopTimeout: 100, shutdownTimeout: 10_000 })
    const steps: string[] = []
    const Stuck = inline((self) => (self.onStop(() => steps.push('never')), { hang: () => new Promise(() => undefined) }))
    const refs: ActorRef<{ hang(): unknown }>[] = []
    const parent = system.spawn(
      inline((self) => {
        for (const name of ['a', 'b']) refs.push(self.spawn(Stuck, [], { name }))
        self.onStop(() => steps.push('parent'))
        return {}
      }),
    )
    await parent.ready
    for (const ref of refs) ref.tell('hang')
    await turns()
    parent.stop()
    await clock.advance(99)
    expect(steps).toEqual([])
    await clock.advance(1)
    expect(await parent.exited).toEqual({ kind: 'normal' })
    expect(await Promise.all(refs.map((ref) => ref.exited))).toEqual([{ kind: 'killed' }, { kind: 'killed' }])
    expect(steps).toEqual(['parent'])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('refuses messages at once, so that nobody waits for an actor that waits for them', async () => {
    const { system, clock } = timedSystem({ stopTimeout: 1_000 })
    const { letters } = record(system)
    const opened = gate<unknown>()
    const Child = inline(
      (self) => (
        self.onStop(async () => opened.open(await (self.parent ?? self.ref).ask('get').catch((error: unknown) => error))),
        {}
      ),
    )
    const parent = system.spawn(inline((self) => (self.spawn(Child), { get: () => 1 })))
    await parent.ready
    await turns()
    parent.stop()
    parent.tell('get')
    expect(await opened.promise).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'normal' } })
    expect(await parent.exited).toEqual({ kind: 'normal' })
    expect(clock.now()).toBe(0)
    expect(letters).toMatchObject([{ method: 'get', why: 'stopped' }])
    await system.shutdown()
  })

  it('cannot grow: an actor that ends spawns nothing', async () => {
    await using system = testSystem()
    const errors: unknown[] = []
    const ref = system.spawn(
      inline((self: Self) => {
        self.onStop(() => {
          try {
            self.spawn(Idle)
          } catch (error) {
            errors.push(error)
          }
        })
        return {}
      }),
    )
    await ref.ready
    ref.stop()
    await ref.exited
    expect(errors).toMatchObject([{ code: 'TROUPE_ACTOR_STOPPED' }])
  })
})
