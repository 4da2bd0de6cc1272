/**
 * Asks that wait for each other in a circle are ended by an error that names it; everything else is left alone. Time stands
 * still in these tests: what settles did so without a timeout.
 */
import { describe, expect, it } from 'vitest'
import { DeadlockError } from '../../src/errors/actor-errors.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import { inline } from '../support/actors.ts'
import { timedSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

interface Member {
  /** Asks the next one in line, and so on; the last one answers. */
  pass(line: readonly ActorRef<Member>[]): Promise<string> | string
  /** The same, but first awaits something, and says who it is. */
  passLater(line: readonly ActorRef<Member>[]): Promise<string>
  /** Waits for the gate, then asks. */
  passWhen(opened: Promise<void>, line: readonly ActorRef<Member>[]): Promise<string>
  answer(): string
}

function member(self: Self): Member {
  return {
    pass([next, ...rest]) {
      return next === undefined ? 'end of the line' : next.ask('pass', rest)
    },
    async passLater([next, ...rest]) {
      await Promise.resolve()
      return next === undefined ? 'end of the line' : next.with({ by: self }).ask('passLater', rest)
    },
    async passWhen(opened, [next, ...rest]) {
      await opened
      return next === undefined ? 'end of the line' : next.with({ by: self }).ask('pass', rest)
    },
    answer: () => 'answer',
  }
}

const Member = inline(member, 'Member')

async function crew(
  names: readonly string[],
): Promise<
  { system: ReturnType<typeof timedSystem>['system']; refs: Record<string, ActorRef<Member>> } & ReturnType<typeof timedSystem>
> {
  const timed = timedSystem()
  const refs = Object.fromEntries(names.map((name) => [name, timed.system.spawn(Member, [], { name })]))
  await Promise.all(Object.values(refs).map((ref) => ref.ready))
  return { ...timed, refs }
}

function expectCycle(error: unknown, names: readonly string[]): void {
  expect(error).toBeInstanceOf(DeadlockError)
  const { cycle, message } = error as DeadlockError
  const found = cycle.map((path) => path.split('/').at(-1))
  // A circle begins anywhere.
  const from = found.indexOf(names[0] ?? '')
  expect([...found.slice(from), ...found.slice(0, from)]).toEqual(names)
  expect(message).toContain(`${cycle.join(' -> ')} -> ${cycle[0]}`)
}

describe('a circle of asks', () => {
  it.each(['pass', 'passLater'] as const)('of one actor that asks itself is rejected (%s)', async (method) => {
    const {
      system,
      refs: { a },
    } = await crew(['a'])
    if (a === undefined) throw new Error('no crew')
    expectCycle(await rejection(a.ask(method, [a])), ['a'])
    await system.shutdown()
  })

  it.each(['pass', 'passLater'] as const)('of two is rejected (%s)', async (method) => {
    const {
      system,
      refs: { a, b },
    } = await crew(['a', 'b'])
    if (a === undefined || b === undefined) throw new Error('no crew')
    expectCycle(await rejection(a.ask(method, [b, a])), ['a', 'b'])
    await system.shutdown()
  })

  it.each(['pass', 'passLater'] as const)('of three is rejected, also when it is entered from outside (%s)', async (method) => {
    const {
      system,
      refs: { a, b, c, d },
    } = await crew(['a', 'b', 'c', 'd'])
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('no crew')
    expectCycle(await rejection(a.ask(method, [b, c, a])), ['a', 'b', 'c'])
    await Promise.all([a.exited, b.exited, c.exited])
    const refs = await crew(['a', 'b', 'c', 'd'])
    const [first, second, third, entry] = ['a', 'b', 'c', 'd'].map((name) => refs.refs[name])
    if (first === undefined || second === undefined || third === undefined || entry === undefined) throw new Error('no crew')
    expectCycle(await rejection(entry.ask(method, [first, second, third, first])), ['a', 'b', 'c'])
    await Promise.all([system.shutdown(), refs.system.shutdown()])
  })

  it('that two close by asking each other at the same time is rejected', async () => {
    const {
      system,
      clock,
      refs: { a, b },
    } = await crew(['a', 'b'])
    if (a === undefined || b === undefined) throw new Error('no crew')
    const [one, other] = [a.ask('pass', [b]), b.ask('pass', [a])].map((asked) => asked.catch((error: unknown) => error))
    const results = [await one, await other]
    expect(results.filter((result) => result instanceof DeadlockError).length).toBeGreaterThan(0)
    expect(clock.now()).toBe(0)
    await system.shutdown()
  })

  it('that three close at the same time is rejected', async () => {
    const {
      system,
      refs: { a, b, c },
    } = await crew(['a', 'b', 'c'])
    if (a === undefined || b === undefined || c === undefined) throw new Error('no crew')
    const opened = gate()
    const asked = [
      a.ask('passWhen', opened.promise, [b]),
      b.ask('passWhen', opened.promise, [c]),
      c.ask('passWhen', opened.promise, [a]),
    ]
    const results = asked.map((ask) => ask.catch((error: unknown) => error))
    await turns()
    opened.open()
    expect((await Promise.all(results)).some((result) => result instanceof DeadlockError)).toBe(true)
    await system.shutdown()
  })

  it('that is reached after an await is rejected, when the actor says who asks', async () => {
    const {
      system,
      refs: { a, b },
    } = await crew(['a', 'b'])
    if (a === undefined || b === undefined) throw new Error('no crew')
    const opened = gate()
    const asked = rejection(a.ask('passWhen', opened.promise, [b, a]))
    await turns()
    opened.open()
    expectCycle(await asked, ['a', 'b'])
    await system.shutdown()
  })

  it('is rejected where it closes: the last one to ask may handle it, and all go on', async () => {
    const { system } = timedSystem()
    const Careful = inline(() => ({
      pass: async ([next, ...rest]: readonly ActorRef<Member>[]): Promise<string> =>
        next === undefined
          ? 'end'
          : next.ask('pass', rest).catch((error: unknown) => `refused: ${error instanceof DeadlockError}`),
      answer: () => 'answer',
    }))
    const a = system.spawn(Member, [], { name: 'a' })
    const careful = system.spawn(Careful, [], { name: 'b' }) as ActorRef<unknown> as ActorRef<Member>
    expect(await a.ask('pass', [careful, a])).toBe('refused: true')
    expect([await a.ask('answer'), await careful.ask('answer')]).toEqual(['answer', 'answer'])
    await system.shutdown()
  })

  it('through registered names is rejected', async () => {
    const {
      system,
      refs: { a, b },
    } = await crew(['a', 'b'])
    if (a === undefined || b === undefined) throw new Error('no crew')
    system.register('a', a)
    system.register('b', b)
    const [lateA, lateB] = [system.lookup<Member>('a'), system.lookup<Member>('b')]
    const results = [a.ask('pass', [lateB]), b.ask('pass', [lateA])].map((asked) => asked.catch((error: unknown) => error))
    expect((await Promise.all(results)).some((result) => result instanceof DeadlockError)).toBe(true)
    const again = await crew(['a', 'b'])
    await system.shutdown()
    await again.system.shutdown()
  })

  it('between a parent and a child that asks it in its setup is rejected', async () => {
    const { system, clock } = timedSystem()
    for (const isAsync of [true, false]) {
      const failed = gate<unknown>()
      const Child = inline(async (self) => {
        if (isAsync) await Promise.resolve()
        const config = await (self.parent ?? self.ref)
          .with({ by: self })
          .ask('config')
          .catch((error: unknown) => (failed.open(error), 'default'))
        return { get: () => config }
      }, 'Child')
      const Parent = inline((self) => ({
        begin: () => self.spawn(Child, [], { name: 'child' }).ask('get'),
        config: () => 'configured',
      }))
      const parent = system.spawn(Parent, [], { name: `parent-${isAsync}` })
      expect(await parent.ask('begin')).toBe('default')
      expectCycle(await failed.promise, [`parent-${isAsync}`, 'child'])
    }
    expect(clock.now()).toBe(0)
    await system.shutdown()
  })
})

describe('asks that are no circle', () => {
  it('pass along a line, a diamond, and to the same actor again', async () => {
    const {
      system,
      refs: { a, b, c },
    } = await crew(['a', 'b', 'c'])
    if (a === undefined || b === undefined || c === undefined) throw new Error('no crew')
    expect(await a.ask('pass', [b, c])).toBe('end of the line')
    const Diamond = inline(() => ({ begin: async () => Promise.all([b.ask('pass', [c]), c.ask('answer'), b.ask('answer')]) }))
    expect(await system.spawn(Diamond).ask('begin')).toEqual(['end of the line', 'answer', 'answer'])
    await system.shutdown()
  })

  it('of a handler that does not wait are no circle, though the asked one asks back', async () => {
    const { system } = timedSystem()
    const result = gate<unknown>()
    const Back = inline(() => ({ back: (to: ActorRef<{ answer(): string }>) => to.ask('answer') }))
    const back = system.spawn(Back)
    const Asking = inline((self) => ({
      begin() {
        void back.ask('back', self.ref as ActorRef<{ answer(): string }>).then(result.open, result.open)
      },
      answer: () => 'answer',
    }))
    system.spawn(Asking).tell('begin')
    expect(await result.promise).toBe('answer')
    await system.shutdown()
  })

  it('of itself without waiting are answered next', async () => {
    const { system } = timedSystem()
    const result = gate<unknown>()
    const Asking = inline((self) => ({
      begin: () => void self.ref.ask('answer').then(result.open, result.open),
      answer: () => 'answer',
    }))
    system.spawn(Asking).tell('begin')
    expect(await result.promise).toBe('answer')
    await system.shutdown()
  })

  it('of an earlier message do not count when a later one waits', async () => {
    const { system } = timedSystem()
    const held = gate<string>()
    const results: unknown[] = []
    const done = gate()
    const Slow = inline(() => ({
      async take(from: ActorRef<{ answer(): string }>) {
        await held.promise
        return from.ask('answer')
      },
      quick: () => 'quick',
    }))
    const slow = system.spawn(Slow)
    const other = system.spawn(inline(() => ({ wait: async () => held.promise })))
    const Asking = inline((self) => ({
      early() {
        // Not waited for: this message is done at once.
        void slow.ask('take', self.ref as ActorRef<{ answer(): string }>).then(
          (value) => (results.push(value), done.open()),
          (error: unknown) => (results.push(error), done.open()),
        )
      },
      late: () => other.ask('wait'),
      answer: () => 'answer',
    }))
    const asking = system.spawn(Asking)
    asking.tell('early')
    const late = asking.ask('late')
    await turns()
    held.open('opened')
    expect(await late).toBe('opened')
    await done.promise
    expect(results).toEqual(['answer'])
    await system.shutdown()
  })

  it('that are answered later hold nobody up', async () => {
    const { system } = timedSystem()
    const Broker = inline((self) => {
      let settle: (value: string) => void = () => undefined
      return {
        take() {
          const deferred = self.defer<string>()
          settle = deferred.resolve.bind(deferred)
          return deferred
        },
        async giveFrom(from: ActorRef<{ answer(): string }>) {
          settle(await from.ask('answer'))
        },
      }
    })
    const broker = system.spawn(Broker)
    const source = system.spawn(inline(() => ({ answer: () => 'given' })))
    const taker = system.spawn(inline(() => ({ begin: () => broker.ask('take') })))
    const taken = taker.ask('begin')
    await turns()
    broker.tell('giveFrom', source)
    expect(await taken).toBe('given')
    await system.shutdown()
  })

  it('in setup of one that nobody waits for are answered', async () => {
    const { system } = timedSystem()
    const Child = inline(async (self) => {
      const config = await (self.parent ?? self.ref).ask('config')
      return { get: () => config }
    })
    const Parent = inline((self) => ({
      begin: () => void self.spawn(Child, [], { name: 'child' }),
      config: () => 'configured',
      child: () => self.children[0] as ActorRef<{ get(): unknown }>,
    }))
    const parent = system.spawn(Parent)
    parent.tell('begin')
    const child = await parent.ask('child')
    expect(await child.ask('get')).toBe('configured')
    await system.shutdown()
  })

  it('without by: self after an await are not known to belong to anybody, and time out', async () => {
    const { system, clock } = timedSystem()
    const Forgetful = inline((self) => ({
      async begin() {
        await Promise.resolve()
        return (self.ref as ActorRef<Member>).with({ timeout: 10 }).ask('answer')
      },
      answer: () => 'answer',
    }))
    const asked = rejection(system.spawn(Forgetful).ask('begin'))
    await turns()
    await clock.advance(10)
    expect(await asked).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    await system.shutdown()
  })

  it('by many through one are none, however many wait', async () => {
    const { system } = timedSystem()
    const held = gate()
    const hub = system.spawn(inline(() => ({ wait: async () => held.promise })))
    const spokes = Array.from({ length: 200 }, () => system.spawn(inline(() => ({ begin: () => hub.ask('wait') }))))
    const asked = spokes.map((spoke) => spoke.ask('begin'))
    await turns()
    held.open()
    await Promise.all(asked)
    await system.shutdown()
  })
})
