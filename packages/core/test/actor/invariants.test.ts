/**
 * What holds whatever actors do: random programs of actors that ask, watch, link, spawn, stash, fail, stop and kill each
 * other. Every ask settles once, every watch hears once, every actor ends once, and nothing is left.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounded, priority } from '../../src/mailbox/create-mailbox.ts'
import type { MailboxSpec } from '../../src/model/definition.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Deferred, Self } from '../../src/model/self.ts'
import { inline } from '../support/actors.ts'
import { record, timedSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

/** One step of a program: who does what, to whom. */
interface Step {
  readonly by: number
  readonly to: number
  readonly what: (typeof ACTIONS)[number]
  /** From outside, or as a message of the actor. */
  readonly from: 'program' | 'actor'
  /** Turns of the event loop before the next step. */
  readonly pause: number
}

const ACTIONS = [
  'echo',
  'wait',
  'fail',
  'failLater',
  'defer',
  'settle',
  'stash',
  'unstash',
  'ask',
  'askLater',
  'watch',
  'link',
  'spawn',
  'stopSelf',
  'killSelf',
  'stop',
  'kill',
  'after',
  'every',
  'read',
  'nothing',
] as const

const steps = fc.array(
  fc.record<Step>({
    by: fc.nat(4),
    to: fc.nat(4),
    what: fc.constantFrom(...ACTIONS),
    from: fc.constantFrom('program', 'actor'),
    pause: fc.constantFrom(0, 0, 0, 1),
  }),
  { maxLength: 40 },
)

const mailboxes: readonly (MailboxSpec | undefined)[] = [
  undefined,
  bounded(2, 'refuse'),
  bounded(2, 'drop-oldest'),
  bounded(2, 'backpressure'),
  priority((method) => method.length),
]

/** What a run found out. */
class Ledger {
  readonly asks: { settled: number }[] = []
  readonly watches: { heard: number; by: string }[] = []

  ask(asked: Promise<unknown>): void {
    const entry = { settled: 0 }
    this.asks.push(entry)
    const settle = (): void => void entry.settled++
    asked.then(settle, settle)
  }
}

interface Member {
  act(what: Step['what'], to: ActorRef<Member>): unknown
}

function member(ledger: Ledger): ReturnType<typeof inline<Member>> {
  const Member: ReturnType<typeof inline<Member>> = inline((self: Self): Member | Promise<Member> => {
    const waiting: Deferred<string>[] = []
    const acts: Record<string, (to: ActorRef<Member>) => unknown> = {
      wait: () => new Promise<never>(() => undefined),
      fail() {
        throw new Error('boom')
      },
      async failLater() {
        await Promise.resolve()
        throw new Error('boom')
      },
      defer: () => waiting.push(self.defer<string>()),
      settle: () => waiting.shift()?.resolve('settled'),
      stash: () => self.stash(),
      unstash: () => self.unstash(),
      ask: (to) => {
        const asked = to.ask('act', 'echo', to)
        ledger.ask(asked)
        return asked
      },
      async askLater(to) {
        await Promise.resolve()
        const asked = to.with({ by: self, timeout: 50 }).ask('act', 'ask', self.ref as ActorRef<Member>)
        ledger.ask(asked)
        return asked.catch(() => 'failed')
      },
      watch(to) {
        const entry = { heard: 0, by: self.path }
        ledger.watches.push(entry)
        self.watch(to, () => entry.heard++)
      },
      link: (to) => self.link(to),
      spawn: (to) => self.spawn(Member, [], { link: true }).tell('act', 'watch', to),
      stopSelf: () => self.stop({ kind: 'shutdown' }),
      killSelf: () => self.ref.kill(),
      after: () => self.after(5, 'act', 'echo', self.ref),
      every: () => self.every(9, 'act', 'echo', self.ref),
      stop: (to) => to.stop(),
      kill: (to) => to.kill(),
      async read(to) {
        for await (const _ of to.with({ by: self }).stream('act', 'values' as never, to)) break
      },
      values: () => [1, 2, 3],
    }
    const handlers: Member = { act: (what, to) => acts[what]?.(to) }
    self.onStop(() => (self.path.endsWith('1') ? turns(1) : undefined))
    return self.path.endsWith('2') ? turns(1).then(() => handlers) : handlers
  })
  return Member
}

async function run(program: readonly Step[], mailbox: MailboxSpec | undefined): Promise<void> {
  const { clock, system } = timedSystem({ stopTimeout: 100, shutdownTimeout: 200, askTimeout: 500 })
  const { events } = record(system)
  const ledger = new Ledger()
  const refs = Array.from({ length: 5 }, (_, n) =>
    system.spawn(member(ledger), [], { name: `a${n}`, ...(mailbox === undefined ? {} : { mailbox }) }),
  )
  const ends = refs.map((ref) => ref.exited)
  for (const { by, to, what, from, pause } of program) {
    const [actor, other] = [refs[by], refs[to]]
    if (actor === undefined || other === undefined) continue
    if (from === 'actor') ledger.ask(actor.ask('act', what, other))
    else if (what === 'kill') actor.kill()
    else if (what === 'stop') actor.stop()
    else void actor.tell('act', what, other)
    await turns(pause)
  }
  await turns()
  await clock.advance(30)
  const down = system.shutdown()
  await clock.advance(1_000)
  await down
  await turns()
  expect(ledger.asks.filter(({ settled }) => settled !== 1)).toEqual([])
  expect(ledger.watches.filter(({ heard }) => heard > 1)).toEqual([])
  expect(await Promise.all(ends)).toHaveLength(5)
  const count = (kind: string): Map<string, number> => {
    const byPath = new Map<string, number>()
    for (const event of events)
      if (event.kind === kind && 'path' in event && event.path !== null) byPath.set(event.path, (byPath.get(event.path) ?? 0) + 1)
    return byPath
  }
  const stopped = count('actor-stopped')
  for (const [path, times] of count('actor-started')) expect([path, times, stopped.get(path)]).toEqual([path, 1, 1])
  for (const [path, times] of stopped) expect([path, times]).toEqual([path, 1])
  expect(events.filter((event) => event.kind === 'unhandled-error')).toEqual([])
  expect(system.inspect().children).toEqual([])
  expect(clock.pending).toBe(0)
}

describe('whatever actors do', () => {
  it.each(
    mailboxes.map(
      (mailbox) => [mailbox?.kind === 'bounded' ? mailbox.overflow : (mailbox?.kind ?? 'unbounded'), mailbox] as const,
    ),
  )('each ask settles once, each watch hears once, each actor ends once, nothing is left: %s', async (_name, mailbox) => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    try {
      await fc.assert(
        fc.asyncProperty(steps, (program) => run(program, mailbox)),
        { numRuns: 25 },
      )
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(unhandled).toEqual([])
  })
})
