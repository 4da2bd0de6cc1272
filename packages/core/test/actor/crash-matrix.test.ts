/**
 * Ways to fail × places to fail: each actor has one defined reason, its watcher one notice, its siblings go on.
 */
import { describe, expect, it } from 'vitest'
import { machine } from '../../src/actor/machine.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import { Counter, Idle, inline } from '../support/actors.ts'
import { record, timedSystem } from '../support/test-system.ts'
import { Tally, turns } from '../support/waiting.ts'

type Fail = () => unknown

function overflow(): number {
  return overflow() + 1
}

/** How code can fail, and what the error of the exit reason says. */
const ways: readonly [string, Fail, RegExp][] = [
  [
    'throw',
    () => {
      throw new TypeError('boom')
    },
    /^boom$/,
  ],
  [
    'reject',
    async () => {
      throw new TypeError('boom')
    },
    /^boom$/,
  ],
  [
    'reject later',
    async () => {
      await turns(1)
      throw new TypeError('boom')
    },
    /^boom$/,
  ],
  [
    'throw null',
    () => {
      throw null
    },
    /no Error: null$/,
  ],
  ['reject with nothing', () => Promise.reject(), /no Error: undefined$/],
  ['stack overflow', overflow, /call stack/],
  [
    'throw an error of another realm',
    () => {
      throw Object.assign(Object.create({ name: 'Foreign' }) as object, { message: 'far' })
    },
    /far/,
  ],
]

/** Where code runs in an actor. Each definition fails there, once it gets a `go` where it needs one. */
const places: readonly [string, (fail: Fail) => ActorDefinition<{ go(): unknown }, readonly []>][] = [
  ['setup', (fail) => inline(() => fail() as { go(): unknown })],
  ['a handler', (fail) => inline(() => ({ go: fail }))],
  [
    'a method of a class',
    (fail) =>
      inline(
        () =>
          new (class {
            go(): unknown {
              return fail()
            }
          })(),
      ),
  ],
  [
    'handlers of become',
    (fail) =>
      inline(
        (self) => (
          self.after(0, 'change'),
          { go: () => undefined, change: () => (self.become({ go: fail }), self.ref.tell('go')) }
        ),
      ),
  ],
  ['after', (fail) => inline((self) => ({ go: () => self.after(1, 'fail'), fail }))],
  ['every', (fail) => inline((self) => ({ go: () => self.every(1, 'fail'), fail }))],
  ['idle', (fail) => inline((self) => ({ go: () => self.idle(1, 'fail'), fail }))],
  [
    'a watch notice',
    (fail) =>
      inline((self) => ({
        go() {
          const child = self.spawn(Idle)
          self.watch(child, fail)
          child.stop()
        },
      })),
  ],
  [
    'a trapped exit',
    (fail) =>
      inline((self) => ({
        go() {
          self.trapExit(fail)
          self.spawn(Idle, [], { link: true }).kill()
        },
      })),
  ],
  ['a replayed message', (fail) => inline((self) => ({ go: () => (self.stash(), self.become({ go: fail }), self.unstash()) }))],
  [
    'onEnter of a machine',
    (fail) =>
      machine({
        name: 'M',
        initial: 'a',
        setup: (self) => ({ a: { go: () => self.goto('b') }, b: { onEnter: fail, go: () => undefined } }),
      }) as ActorDefinition<{ go(): unknown }, readonly []>,
  ],
  [
    'a state timeout',
    (fail) =>
      machine({
        name: 'M',
        initial: 'a',
        setup: () => ({ a: { timeout: 1, onTimeout: fail, go: () => undefined } }),
      }) as ActorDefinition<{ go(): unknown }, readonly []>,
  ],
]

describe.each(places)('a failure in %s', (_place, make) => {
  it.each(ways)('ends the actor alone: %s', async (_way, fail, message) => {
    const { clock, system } = timedSystem()
    const { events } = record(system)
    const heard = new Tally<ExitReason>()
    const sibling = system.spawn(Counter, [1])
    const failing = system.spawn(make(fail))
    const Watcher = inline((self) => (self.watch(failing, heard.add), {}))
    await system.spawn(Watcher).ready
    failing.tell('go')
    failing.tell('go')
    await clock.advance(5)
    await turns()
    await heard.reaches(1)
    expect(heard.items).toHaveLength(1)
    const ended = await failing.exited
    expect(ended.kind).toBe('error')
    expect(ended.kind === 'error' && ended.error instanceof Error && ended.error.message).toMatch(message)
    expect(events.filter((event) => event.kind === 'actor-stopped' && event.path === failing.path)).toHaveLength(1)
    expect(events.filter((event) => event.kind === 'unhandled-error')).toEqual([])
    expect(await sibling.ask('get')).toBe(1)
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })
})

/** What does not end the actor, wherever it fails. */
describe('a failure in a stop hook', () => {
  it.each(ways)('changes neither the reason nor the notice: %s', async (_way, fail) => {
    const { clock, system } = timedSystem()
    const { events } = record(system)
    const heard = new Tally<ExitReason>()
    const failing = system.spawn(inline((self) => (self.onStop(fail), {})))
    const Watcher = inline((self) => (self.watch(failing, heard.add), {}))
    await system.spawn(Watcher).ready
    failing.stop({ kind: 'shutdown', detail: 'done' })
    expect(await heard.reaches(1)).toEqual([{ kind: 'shutdown', detail: 'done' }])
    expect(events.filter((event) => event.kind === 'unhandled-error')).toMatchObject([{ path: failing.path, during: 'onStop' }])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })
})
