import { describe, expect, it } from 'vitest'
import { machine } from '../../src/actor/machine.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

/** A door that writes down what happens to it. */
function doorOf(lines: string[]) {
  return machine({
    name: 'Door',
    initial: 'closed',
    setup(self) {
      const enter = (state: string) => (from: string | null) => void lines.push(`${from ?? 'start'} -> ${state}`)
      return {
        closed: {
          onEnter: enter('closed'),
          open: () => self.goto('open'),
          walk: (who: string) => {
            lines.push(`${who} waits`)
            self.postpone()
          },
          where: () => self.state,
          crash: () => {
            self.goto('open')
            throw new Error('slammed')
          },
        },
        open: {
          onEnter: enter('open'),
          walk: (who: string) => {
            lines.push(`${who} walks`)
            return `${who} is in`
          },
          close: () => self.goto('closed'),
          where: () => self.state,
        },
      }
    },
  })
}

describe('machine', () => {
  it('starts in its initial state, with onEnter before the first message', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const door = system.spawn(doorOf(lines))
    expect(await door.ask('where')).toBe('closed')
    expect(lines).toEqual(['start -> closed'])
  })

  it('meets messages with the handlers of its state, and goes where it is told', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const lines: string[] = []
    const door = system.spawn(doorOf(lines))
    void door.tell('open')
    expect(await door.ask('where')).toBe('open')
    expect(await rejection(door.ask('open'))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
    void door.tell('open')
    void door.tell('close')
    expect(await door.ask('where')).toBe('closed')
    expect(lines).toEqual(['start -> closed', 'closed -> open', 'open -> closed'])
    expect(letters.map(({ method, why }) => `${method} ${why}`)).toEqual(['open unknown-method'])
  })

  it('goes to a state when the message is done, not before', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const held = gate()
    const Slow = machine({
      name: 'Slow',
      initial: 'a',
      setup: (self) => ({
        a: {
          async leave() {
            self.goto('b')
            lines.push(`in ${self.state}`)
            await held.promise
            lines.push(`still in ${self.state}`)
          },
          which: () => 'a',
        },
        b: { onEnter: () => void lines.push('entered b'), which: () => 'b' },
      }),
    })
    const slow = system.spawn(Slow)
    void slow.tell('leave')
    const which = slow.ask('which')
    expect(await stateOf(which)).toBe('pending')
    held.open()
    expect(await which).toBe('b')
    expect(lines).toEqual(['in a', 'still in a', 'entered b'])
  })

  it('keeps what is postponed for the next state, in order, before the queue; asks stay open', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const door = system.spawn(doorOf(lines))
    const ada = door.ask('walk', 'Ada')
    void door.tell('walk', 'Bob')
    void door.tell('open')
    void door.tell('walk', 'Cyd')
    expect(await ada).toBe('Ada is in')
    await turns()
    expect(lines).toEqual(['start -> closed', 'Ada waits', 'Bob waits', 'closed -> open', 'Ada walks', 'Bob walks', 'Cyd walks'])
  })

  it('postpones again what the next state does not want either, without changing the order', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const Steps = machine({
      name: 'Steps',
      initial: 'one',
      setup: (self) => ({
        one: { next: () => self.goto('two'), work: () => self.postpone() },
        two: {
          next: () => self.goto('three'),
          work: (n: number) => (n % 2 === 0 ? void lines.push(`two ${n}`) : self.postpone()),
        },
        three: { work: (n: number) => void lines.push(`three ${n}`) },
      }),
    })
    const steps = system.spawn(Steps)
    for (let n = 0; n < 4; n++) void steps.tell('work', n)
    void steps.tell('next')
    void steps.tell('work', 4)
    void steps.tell('next')
    void steps.tell('work', 5)
    await turns()
    expect(lines).toEqual(['two 0', 'two 2', 'two 4', 'three 1', 'three 3', 'three 5'])
  })

  it('lets the last goto of a message count', async () => {
    await using system = testSystem()
    const entered: string[] = []
    const Torn = machine({
      name: 'Torn',
      initial: 'a',
      setup: (self) => ({
        a: {
          go: () => {
            self.goto('b')
            self.goto('c')
          },
        },
        b: { onEnter: () => void entered.push('b') },
        c: { onEnter: () => void entered.push('c'), where: () => self.state },
      }),
    })
    const torn = system.spawn(Torn)
    void torn.tell('go')
    expect(await torn.ask('where')).toBe('c')
    expect(entered).toEqual(['c'])
  })

  it('goes on from onEnter, before what was postponed is met', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const Chain = machine({
      name: 'Chain',
      initial: 'a',
      setup: (self) => ({
        a: { go: () => self.goto('b'), work: () => self.postpone() },
        b: { onEnter: () => self.goto('c'), work: () => void lines.push('b works') },
        c: {
          onEnter: (from: string | null) => void lines.push(`c from ${from}`),
          work: () => void lines.push('c works'),
          where: () => self.state,
        },
      }),
    })
    const chain = system.spawn(Chain)
    void chain.tell('work')
    void chain.tell('go')
    expect(await chain.ask('where')).toBe('c')
    expect(lines).toEqual(['c from b', 'c works'])
  })

  it('goes on from onEnter of its initial state', async () => {
    await using system = testSystem()
    const Quick = machine({
      name: 'Quick',
      initial: 'a',
      setup: (self) => ({ a: { onEnter: () => self.goto('b') }, b: { where: () => self.state } }),
    })
    expect(await (system.spawn(Quick) as ActorRef<{ where(): string }>).ask('where')).toBe('b')
  })

  it('waits for an async onEnter before the next message', async () => {
    await using system = testSystem()
    const held = gate()
    const Slow = machine({ name: 'Slow', initial: 'a', setup: () => ({ a: { onEnter: () => held.promise, get: () => 1 } }) })
    const answer = system.spawn(Slow).ask('get')
    expect(await stateOf(answer)).toBe('pending')
    held.open()
    expect(await answer).toBe(1)
  })

  it('enters a state anew when it is told to go where it is', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const lines: string[] = []
    const Patient = machine({
      name: 'Patient',
      initial: 'idle',
      setup: (self) => ({
        idle: {
          onEnter: (from: string | null) => void lines.push(`enter from ${from}`),
          timeout: 100,
          onTimeout: () => void lines.push(`timeout at ${clock.now()}`),
          again: () => self.goto('idle'),
        },
      }),
    })
    const patient = system.spawn(Patient)
    await clock.advance(60)
    void patient.tell('again')
    await clock.advance(60)
    expect(lines).toEqual(['enter from null', 'enter from idle'])
    await clock.advance(40)
    expect(lines.at(-1)).toBe('timeout at 160')
  })

  it('ends with an error that names the states when it is told to go where there is none', async () => {
    await using system = testSystem()
    const Lost = machine({ name: 'Lost', initial: 'a', setup: (self) => ({ a: { go: () => self.goto('nowhere') }, b: {} }) })
    const lost = system.spawn(Lost)
    expect(await rejection(lost.ask('go'))).toMatchObject({
      name: 'RangeError',
      message: 'machine Lost has no state "nowhere": it has a, b',
    })
    expect(await lost.exited).toMatchObject({ kind: 'error' })
  })

  it.each([
    ['an initial state that is missing', { initial: 'x' as never, setup: () => ({ a: {} }) }, /no state "x"/],
    ['no states at all', { initial: 'a' as never, setup: () => null as never }, /must return its states/],
    ['a state that is no object', { initial: 'a' as never, setup: () => ({ a: 1 as never }) }, /state "a" must be an object/],
    ['a negative timeout', { initial: 'a' as never, setup: () => ({ a: { timeout: -1 } }) }, /timeout of state "a"/],
  ])('fails to start with %s', async (_what, options, message) => {
    await using system = testSystem()
    const error = await rejection(system.spawn(machine({ name: 'Wrong', ...options })).ready)
    expect(error).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { message: expect.stringMatching(message) } })
  })

  it('fails to start when setup wants to go elsewhere', async () => {
    await using system = testSystem()
    const Hasty = machine({
      name: 'Hasty',
      initial: 'a',
      setup: (self) => {
        self.goto('b')
        return { a: {}, b: {} }
      },
    })
    expect(await rejection(system.spawn(Hasty).ready)).toMatchObject({
      cause: { message: expect.stringContaining('initial state') },
    })
  })

  it('may be set up asynchronously, with arguments', async () => {
    await using system = testSystem()
    const Async = machine({
      name: 'Async',
      initial: 'a',
      async setup(self, greeting: string) {
        await turns(1)
        return { a: { greet: (name: string) => `${greeting} ${name} from ${self.state}` } }
      },
    })
    expect(await system.spawn(Async, ['hello']).ask('greet', 'Ada')).toBe('hello Ada from a')
  })

  it('takes objects of a class as states; hooks and handlers share them', async () => {
    await using system = testSystem()
    class Counting {
      count = 0
      onEnter(): void {
        this.count = 10
      }
      add(): number {
        return ++this.count
      }
    }
    const counter = system.spawn(machine({ name: 'Counter', initial: 'counting', setup: () => ({ counting: new Counting() }) }))
    expect(await counter.ask('add')).toBe(11)
    expect(await counter.ask('add')).toBe(12)
  })

  it('has no messages named like its hooks', async () => {
    await using system = testSystem()
    const Plain = machine({
      name: 'Plain',
      initial: 'a',
      setup: () => ({ a: { onEnter: () => undefined, onTimeout: () => undefined, timeout: 1e6 } }),
    })
    const plain = system.spawn(Plain) as ActorRef<unknown>
    for (const hook of ['onEnter', 'onTimeout', 'timeout']) {
      expect(await rejection(plain.ask(hook))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
    }
  })
})

describe('state timeouts', () => {
  function lightOf(lines: string[]) {
    return machine({
      name: 'Light',
      initial: 'off',
      setup: (self) => ({
        off: { press: () => self.goto('on') },
        on: {
          timeout: 100,
          onTimeout: () => {
            lines.push('timeout')
            self.goto('off')
          },
          onEnter: () => self.stateTimeout(80, 'dim', 5),
          press: () => self.goto('off'),
          dim: (by: number) => void lines.push(`dim by ${by}`),
        },
      }),
    })
  }

  it('come after so long in the state', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const lines: string[] = []
    const light = system.spawn(lightOf(lines))
    void light.tell('press')
    await clock.advance(79)
    expect(lines).toEqual([])
    await clock.advance(1)
    expect(lines).toEqual(['dim by 5'])
    await clock.advance(20)
    expect(lines).toEqual(['dim by 5', 'timeout'])
    await clock.advance(1_000)
    expect(lines).toHaveLength(2)
  })

  it('do not come once the state has changed', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const lines: string[] = []
    const light = system.spawn(lightOf(lines))
    void light.tell('press')
    await clock.advance(50)
    void light.tell('press')
    await clock.advance(1_000)
    expect(lines).toEqual([])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('do not come when they were in the queue as the state changed', async () => {
    const { system, clock } = timedSystem()
    await using _ = system
    const lines: string[] = []
    const held = gate()
    const Busy = machine({
      name: 'Busy',
      initial: 'a',
      setup: (self) => ({
        a: {
          timeout: 10,
          onTimeout: () => void lines.push('late'),
          onEnter: () => self.stateTimeout(10, 'late'),
          late: () => void lines.push('late'),
          async leave() {
            await held.promise
            self.goto('b')
          },
        },
        b: { get: () => lines, late: () => void lines.push('late in b') },
      }),
    })
    const busy = system.spawn(Busy)
    await turns()
    void busy.tell('leave')
    await clock.advance(20)
    held.open()
    expect(await busy.ask('get')).toEqual([])
  })
})

describe('a machine under a supervisor', () => {
  it('starts in its initial state after a crash; what was postponed and queued is met there', async () => {
    await using system = testSystem()
    const lines: string[] = []
    const shop = system.spawn(supervisor({ name: 'Shop', children: [{ id: 'door', actor: doorOf(lines) }] }))
    const door = (await shop.ask('child', 'door')) as ActorRef<{
      walk(who: string): string
      where(): string
      crash(): void
      open(): void
    }>
    const ada = door.ask('walk', 'Ada')
    void door.tell('crash')
    const where = door.ask('where')
    expect(await where).toBe('closed')
    void door.tell('open')
    expect(await ada).toBe('Ada is in')
    // The crash had told it to go to "open": that was its last life's.
    expect(lines).toEqual(['start -> closed', 'Ada waits', 'start -> closed', 'Ada waits', 'closed -> open', 'Ada walks'])
    expect((await shop.ask('children'))[0]?.restarts).toBe(1)
  })
})
