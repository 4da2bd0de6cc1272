/**
 * State machines: what OTP's gen_statem promises, in Troupe's words.
 */
import { describe, expect, it } from 'vitest'
import { type MachineSelf, machine } from '../../src/actor/machine.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

/** A door with a code, as in OTP's documentation. */
function codeLock(steps: string[], timeout: number = 10_000) {
  return machine({
    name: 'CodeLock',
    initial: 'locked',
    setup(self: MachineSelf, code: string) {
      let typed = ''
      return {
        locked: {
          onEnter: (from: string | null) => void steps.push(`locked from ${from}`),
          press(digit: string) {
            typed += digit
            if (typed.length < code.length) return 'more'
            const isRight = typed === code
            typed = ''
            if (isRight) self.goto('open')
            return isRight ? 'open' : 'wrong'
          },
          enter() {
            self.postpone()
          },
        },
        open: {
          timeout,
          onTimeout: () => self.goto('locked'),
          onEnter: (from: string | null) => void steps.push(`open from ${from}`),
          enter: (who: string) => {
            steps.push(`${who} entered`)
            return `hello ${who}`
          },
          close: () => self.goto('locked'),
        },
      }
    },
  })
}

describe('a state machine', () => {
  it('starts in its initial state, and enters it before any message', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const ref = system.spawn(codeLock(steps), ['12'])
    expect(await ref.ask('press', '1')).toBe('more')
    expect(steps).toEqual(['locked from null'])
  })

  it('answers with the handlers of its state', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const ref = system.spawn(codeLock(steps), ['12'])
    await ref.ask('press', '1')
    expect(await ref.ask('press', '2')).toBe('open')
    expect(await ref.ask('enter', 'ann')).toBe('hello ann')
    expect(steps).toEqual(['locked from null', 'open from locked', 'ann entered'])
    expect(await rejection(ref.ask('press', '1'))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
  })

  it('replays what was postponed after a transition, in its order, before what is queued', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const ref = system.spawn(codeLock(steps), ['1'])
    const early = ['ann', 'bob'].map((who) => ref.ask('enter', who))
    ref.tell('press', '1')
    const late = ref.ask('enter', 'cid')
    expect(await Promise.all([...early, late])).toEqual(['hello ann', 'hello bob', 'hello cid'])
    expect(steps).toEqual(['locked from null', 'open from locked', 'ann entered', 'bob entered', 'cid entered'])
  })

  it('leaves a state when its time is over', async () => {
    const { clock, system } = timedSystem()
    const steps: string[] = []
    const ref = system.spawn(codeLock(steps, 100), ['1'])
    await ref.ask('press', '1')
    await clock.advance(99)
    expect(steps.at(-1)).toBe('open from locked')
    await clock.advance(1)
    expect(steps.at(-1)).toBe('locked from open')
    await ref.ask('press', '1')
    await clock.advance(100)
    expect(steps.filter((step) => step === 'locked from open')).toHaveLength(2)
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('forgets the time of a state that it left', async () => {
    const { clock, system } = timedSystem()
    const steps: string[] = []
    const ref = system.spawn(codeLock(steps, 100), ['1'])
    await ref.ask('press', '1')
    await clock.advance(50)
    await ref.ask('close')
    await ref.ask('press', '1')
    await clock.advance(60)
    expect(steps.at(-1)).toBe('open from locked')
    await clock.advance(40)
    expect(steps.at(-1)).toBe('locked from open')
    await system.shutdown()
  })

  it('forgets it also when the time was over while the message that leaves was handled', async () => {
    const { clock, system } = timedSystem()
    const heard: string[] = []
    const held = gate()
    const ref = system.spawn(
      machine({
        name: 'Held',
        initial: 'one',
        setup: (self: MachineSelf) => ({
          one: {
            timeout: 10,
            onTimeout: () => void heard.push('timeout of one'),
            async leave() {
              await held.promise
              self.goto('two')
            },
          },
          two: { state: () => self.state },
        }),
      }),
    )
    ref.tell('leave')
    await clock.advance(20)
    held.open()
    expect(await ref.ask('state')).toBe('two')
    expect(heard).toEqual([])
    await system.shutdown()
  })

  it('sends itself messages that end with the state', async () => {
    const { clock, system } = timedSystem()
    const heard: string[] = []
    const ref = system.spawn(
      machine({
        name: 'Timed',
        initial: 'one',
        setup: (self: MachineSelf) => ({
          one: {
            begin: () => self.stateTimeout(10, 'ring', 'one'),
            ring: (from: string) => void heard.push(from),
            next: () => self.goto('two'),
          },
          two: { begin: () => self.stateTimeout(10, 'ring', 'two'), ring: (from: string) => void heard.push(from) },
        }),
      }),
    )
    await ref.ask('begin')
    await ref.ask('next')
    await ref.ask('begin')
    await clock.advance(100)
    expect(heard).toEqual(['two'])
    await system.shutdown()
  })

  it('goes where the last goto of a message says, once the message is done', async () => {
    await using system = testSystem()
    const entered: string[] = []
    const enter = (name: string) => ({ onEnter: () => void entered.push(name) })
    const ref = system.spawn(
      machine({
        name: 'Undecided',
        initial: 'a',
        setup: (self: MachineSelf) => ({
          a: { ...enter('a'), move: () => (self.goto('b'), self.goto('c'), self.state), where: () => self.state },
          b: { ...enter('b'), where: () => self.state },
          c: { ...enter('c'), where: () => self.state },
        }),
      }),
    )
    expect(await ref.ask('move')).toBe('a')
    expect(await ref.ask('where')).toBe('c')
    expect(entered).toEqual(['a', 'c'])
  })

  it('may go on from onEnter, and back to the same state', async () => {
    await using system = testSystem()
    const entered: string[] = []
    const ref = system.spawn(
      machine({
        name: 'Hasty',
        initial: 'a',
        setup: (self: MachineSelf) => ({
          a: {
            onEnter: () => void entered.push('a'),
            go: () => self.goto('b'),
            again: () => self.goto('a'),
            where: () => self.state,
          },
          b: { onEnter: () => (entered.push('b'), self.goto('a')), where: () => self.state },
        }),
      }),
    )
    await ref.ask('go')
    expect(await ref.ask('where')).toBe('a')
    await ref.ask('again')
    expect(await ref.ask('where')).toBe('a')
    expect(entered).toEqual(['a', 'b', 'a', 'a'])
  })

  it('waits for an async onEnter before the next message', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const opened = gate()
    const ref = system.spawn(
      machine({
        name: 'Slow',
        initial: 'a',
        setup: () => ({
          a: {
            async onEnter() {
              await opened.promise
              steps.push('entered')
            },
            work: () => void steps.push('worked'),
          },
        }),
      }),
    )
    const worked = ref.ask('work')
    await turns()
    expect(steps).toEqual([])
    opened.open()
    await worked
    expect(steps).toEqual(['entered', 'worked'])
  })

  it('fails to start in a state that it does not have, and fails when it goes to one', async () => {
    await using system = testSystem()
    const states = { a: { go: () => undefined as unknown } }
    const wrong = system.spawn(machine({ name: 'Wrong', initial: 'b' as 'a', setup: () => states }))
    expect(await rejection(wrong.ready)).toMatchObject({ cause: { message: 'machine Wrong has no state "b": it has a' } })
    const lost = system.spawn(
      machine({ name: 'Lost', initial: 'a', setup: (self: MachineSelf) => ({ a: { go: () => self.goto('nowhere') } }) }),
    )
    expect(await rejection(lost.ask('go'))).toBeInstanceOf(RangeError)
    expect(await lost.exited).toMatchObject({ kind: 'error' })
  })

  it('finds no hook and no inherited name as a message', async () => {
    await using system = testSystem()
    const ref: AnyRef = system.spawn(codeLock([]), ['1'])
    for (const method of ['onEnter', 'timeout', 'onTimeout', 'constructor', 'toString']) {
      expect(await rejection(ref.ask(method))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
    }
  })

  it('ends as an actor does: postponed asks are rejected, tells are dead letters', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const ref = system.spawn(codeLock([]), ['1'])
    const waiting = rejection(ref.ask('enter', 'ann'))
    ref.tell('enter', 'bob')
    ref.stop()
    expect(await waiting).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(letters).toMatchObject([{ method: 'enter', args: ['bob'], why: 'stopped' }])
  })

  it.each([
    [{}, 'machine: name'],
    [{ name: 'M' }, 'machine: initial'],
    [{ name: 'M', initial: 'a' }, 'machine: setup'],
  ])('refuses options %o', (options, message) => {
    expect(() => machine(options as never)).toThrow(message)
  })
})
