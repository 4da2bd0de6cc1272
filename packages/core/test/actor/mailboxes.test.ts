/**
 * Mailboxes as senders see them: 4 policies × tell, ask and stream; priority; pressure; and what always fits.
 */
import { describe, expect, it } from 'vitest'
import { MailboxFullError } from '../../src/errors/actor-errors.ts'
import { bounded, priority } from '../../src/mailbox/create-mailbox.ts'
import type { MailboxSpec, OverflowPolicy } from '../../src/model/definition.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { Idle, inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { type Gate, gate, rejection, stateOf, turns } from '../support/waiting.ts'

interface Worker {
  hold(): Promise<void>
  work(name: string): string
  items(name: string): readonly string[]
}

/** An actor that is held up until the gate opens, with a mailbox of its own. */
async function held(
  system: ReturnType<typeof testSystem>,
  mailbox: MailboxSpec,
): Promise<{ ref: ActorRef<Worker>; opened: Gate; done: string[] }> {
  const opened = gate()
  const done: string[] = []
  const ref = system.spawn(
    inline((): Worker => ({
      hold: () => opened.promise,
      work(name) {
        done.push(name)
        return `${name} done`
      },
      items(name) {
        done.push(name)
        return [`${name} done`]
      },
    })),
    [],
    { mailbox },
  )
  ref.tell('hold')
  await turns()
  return { ref, opened, done }
}

const first = async (stream: AsyncIterable<string>): Promise<string> => {
  for await (const value of stream) return value
  throw new Error('an empty stream')
}

type Outcome = 'handled' | 'mailbox-full' | 'dropped'

/** What becomes of three messages that meet a mailbox of two. */
const outcomes: readonly [OverflowPolicy, readonly [Outcome, Outcome, Outcome]][] = [
  ['backpressure', ['handled', 'handled', 'handled']],
  ['refuse', ['handled', 'handled', 'mailbox-full']],
  ['drop-newest', ['handled', 'handled', 'dropped']],
  ['drop-oldest', ['dropped', 'handled', 'handled']],
]

describe.each(outcomes)('a mailbox that is full, under %s', (overflow, expected) => {
  it('treats tells so: never an error for the sender, a dead letter with the reason', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const { ref, opened, done } = await held(system, bounded(2, overflow))
    for (const name of ['a', 'b', 'c']) expect(() => void ref.tell('work', name)).not.toThrow()
    const lost = ['a', 'b', 'c'].flatMap((name, at) =>
      expected[at] === 'handled' ? [] : [{ target: ref.path, method: 'work', args: [name], sender: null, why: expected[at] }],
    )
    expect(letters).toEqual(lost)
    opened.open()
    await turns()
    expect(done).toEqual(['a', 'b', 'c'].filter((_, at) => expected[at] === 'handled'))
  })

  it('treats asks so: those given up reject MailboxFullError at once', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const { ref, opened, done } = await held(system, bounded(2, overflow))
    const answers = ['a', 'b', 'c'].map((name) => ref.ask('work', name).catch((error: unknown) => error))
    expect(await Promise.all(answers.map((answer) => stateOf(answer)))).toEqual(
      expected.map((outcome) => (outcome === 'handled' ? 'pending' : 'resolved')),
    )
    opened.open()
    for (const [at, answer] of (await Promise.all(answers)).entries()) {
      if (expected[at] === 'handled') expect(answer).toBe(`${['a', 'b', 'c'][at]} done`)
      else {
        expect(answer).toBeInstanceOf(MailboxFullError)
        expect(answer).toMatchObject({
          code: 'TROUPE_MAILBOX_FULL',
          message: `${ref.path} refused a message: its mailbox holds 2 and is full`,
        })
      }
    }
    expect(done).toHaveLength(expected.filter((outcome) => outcome === 'handled').length)
    expect(letters).toEqual([])
  })

  it('treats streams so', async () => {
    await using system = testSystem()
    const { ref, opened } = await held(system, bounded(2, overflow))
    const answers = ['a', 'b', 'c'].map((name) => first(ref.stream('items', name)).catch((error: unknown) => error))
    await turns()
    opened.open()
    const results = await Promise.all(answers)
    expect(results.map((result) => (result instanceof MailboxFullError ? 'refused' : 'handled'))).toEqual(
      expected.map((outcome) => (outcome === 'handled' ? 'handled' : 'refused')),
    )
  })

  it('takes the stop sentinel, in its place', async () => {
    await using system = testSystem()
    const { ref, opened, done } = await held(system, bounded(2, overflow))
    ref.tell('work', 'a')
    ref.tell('work', 'b')
    ref.stop()
    opened.open()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(done).toEqual(['a', 'b'])
  })

  it('takes notices and timers, in their place', async () => {
    await using system = testSystem()
    const opened = gate()
    const done: string[] = []
    const mortal = system.spawn(Idle)
    const ref = system.spawn(
      inline((self) => {
        self.watch(mortal, () => done.push('notice'))
        return { hold: () => (self.after(0, 'work', 'timer'), opened.promise), work: (name: string) => void done.push(name) }
      }),
      [],
      { mailbox: bounded(1, overflow) },
    )
    ref.tell('hold')
    await turns()
    ref.tell('work', 'a')
    mortal.kill()
    await mortal.exited
    await new Promise((resolve) => setTimeout(resolve, 2))
    opened.open()
    await turns()
    expect([...done].sort()).toEqual(['a', 'notice', 'timer'])
    expect(done.indexOf('a')).toBeLessThan(done.indexOf('notice'))
  })

  it('does not keep a kill from working', async () => {
    await using system = testSystem()
    const { ref } = await held(system, bounded(1, overflow))
    ref.tell('work', 'a')
    ref.kill()
    expect(await ref.exited).toEqual({ kind: 'killed' })
  })
})

describe('backpressure', () => {
  it('lets a sender await that there is room for what it sent', async () => {
    await using system = testSystem()
    const { ref, opened, done } = await held(system, bounded(2, 'backpressure'))
    expect(ref.tell('work', 'a')).toBeUndefined()
    expect(ref.tell('work', 'b')).toBeUndefined()
    const third = ref.tell('work', 'c')
    expect(await stateOf(Promise.resolve(third))).toBe('pending')
    opened.open()
    await third
    await turns()
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('slows a sender that awaits to the pace of the receiver', async () => {
    await using system = testSystem()
    let waiting = 0
    let most = 0
    const ref = system.spawn(
      inline(() => ({
        async work() {
          await Promise.resolve()
          waiting--
        },
      })),
      [],
      { mailbox: bounded(5, 'backpressure') },
    )
    for (let n = 0; n < 200; n++) {
      waiting++
      most = Math.max(most, waiting)
      await ref.tell('work')
    }
    expect(most).toBeLessThanOrEqual(8)
  })

  it('lets nobody wait for an actor that is gone', async () => {
    await using system = testSystem()
    const { ref } = await held(system, bounded(1, 'backpressure'))
    ref.tell('work', 'a')
    const second = Promise.resolve(ref.tell('work', 'b'))
    expect(await stateOf(second)).toBe('pending')
    ref.kill()
    expect(await stateOf(second)).toBe('resolved')
    expect(ref.tell('work', 'c')).toBeUndefined()
  })
})

describe('a priority mailbox', () => {
  const byName = priority((method, args) => (method === 'work' ? Number(args[0]) : 0))

  it('hands out lower numbers first, equal ones in the order sent', async () => {
    await using system = testSystem()
    const { ref, opened, done } = await held(system, byName)
    for (const name of ['3', '1', '2', '1.0', '3.0']) ref.tell('work', name)
    opened.open()
    await turns()
    expect(done).toEqual(['1', '1.0', '2', '3', '3.0'])
  })

  it('handles all that came before a stop, and nothing that came after it', async () => {
    await using system = testSystem()
    const { ref, opened, done } = await held(system, byName)
    ref.tell('work', '9')
    ref.tell('work', '5')
    ref.stop()
    ref.tell('work', '1')
    opened.open()
    expect(await ref.exited).toEqual({ kind: 'normal' })
    expect(done).toEqual(['5', '9'])
  })

  it('brings a notice after the last message of the one that died', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const opened = gate()
    const Dying = inline((self) => ({ last: () => ((self.parent ?? self.ref).tell('work', '9'), self.stop()) }))
    const ref = system.spawn(
      inline((self) => ({
        async hold() {
          const child = self.spawn(Dying)
          self.watch(child, () => heard.push('notice'))
          child.tell('last')
          await opened.promise
        },
        work: (name: string) => void heard.push(name),
      })),
      [],
      { mailbox: byName },
    )
    ref.tell('hold')
    await turns()
    ref.tell('work', '1')
    opened.open()
    await turns()
    expect(heard).toEqual(['1', '9', 'notice'])
  })
})

describe('mailbox pressure', () => {
  it('is an event when ten thousand wait, and at each multiple', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const opened = gate()
    const ref = system.spawn(inline(() => ({ hold: () => opened.promise, work: () => undefined })))
    ref.tell('hold')
    await turns()
    const pressures = (): unknown[] => events.filter((event) => event.kind === 'mailbox-pressure')
    for (let n = 0; n < 9_999; n++) ref.tell('work')
    expect(pressures()).toEqual([])
    ref.tell('work')
    expect(pressures()).toEqual([{ kind: 'mailbox-pressure', path: ref.path, size: 10_000 }])
    for (let n = 0; n < 10_000; n++) ref.tell('work')
    expect(pressures()).toHaveLength(2)
    opened.open()
    await turns()
  })

  it('is none for a mailbox that refuses', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const { ref, opened } = await held(system, bounded(10_000, 'refuse'))
    for (let n = 0; n < 10_050; n++) ref.tell('work', `${n}`)
    expect(events.filter((event) => event.kind === 'mailbox-pressure').length).toBeLessThanOrEqual(1)
    opened.open()
  })
})

describe('a late answer to a full mailbox', () => {
  it('is one rejection, also when the ask is given up and dropped', async () => {
    await using system = testSystem()
    const { ref, opened, done } = await held(system, bounded(1, 'drop-oldest'))
    const controller = new AbortController()
    const given = rejection(ref.with({ signal: controller.signal }).ask('work', 'a'))
    controller.abort('given up')
    ref.tell('work', 'b')
    expect(await given).toBe('given up')
    opened.open()
    await turns()
    expect(done).toEqual(['b'])
  })
})
