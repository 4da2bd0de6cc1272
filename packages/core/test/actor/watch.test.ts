import { describe, expect, it } from 'vitest'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { Counter, Idle, inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { Tally, gate, turns } from '../support/waiting.ts'

interface Ending {
  fail(): never
  quit(reason: ExitReason): void
}

const Mortal = inline((self): Ending => ({
  fail() {
    throw new Error('boom')
  },
  quit: (reason) => self.stop(reason),
}))

/** Watches what it is told to, and notes every notice. */
function watcher(
  heard: Tally<ExitReason>,
): ReturnType<typeof inline<{ watch(ref: ActorRef<Ending>): void; unwatch(): void; ping(): string }>> {
  return inline((self) => {
    let unwatch: () => void = () => undefined
    return {
      watch(ref: ActorRef<Ending>) {
        unwatch = self.watch(ref, heard.add)
      },
      unwatch: () => unwatch(),
      ping: () => 'pong',
    }
  }, 'Watcher')
}

/** Every end that a watcher can hear of. */
const ends: readonly [string, (ref: ActorRef<Ending>) => void, Partial<ExitReason> & object][] = [
  ['stop', (ref) => ref.stop(), { kind: 'normal' }],
  ['stop with a reason', (ref) => ref.stop({ kind: 'shutdown', detail: 1 }), { kind: 'shutdown', detail: 1 }],
  ['kill', (ref) => ref.kill(), { kind: 'killed' }],
  ['error', (ref) => void ref.tell('fail'), { kind: 'error' }],
  ['own stop', (ref) => void ref.tell('quit', { kind: 'exit', code: 3 }), { kind: 'exit', code: 3 }],
]

describe('watch', () => {
  it.each(ends)('hears of a %s exactly once', async (_how, end, reason) => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    await watching.ask('watch', mortal)
    end(mortal)
    end(mortal)
    await heard.reaches(1)
    await turns()
    expect(heard.items).toHaveLength(1)
    expect(heard.items[0]).toMatchObject(reason)
  })

  it('of a dead actor hears not-found, once', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    mortal.kill()
    await mortal.exited
    watching.tell('watch', mortal)
    await heard.reaches(1)
    await turns()
    expect(heard.items).toEqual([{ kind: 'not-found' }])
  })

  it('of an actor that is stopping hears its reason', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const hook = gate()
    const slow = system.spawn(
      inline(
        (self): Ending => (
          self.onStop(() => hook.promise),
          {
            fail() {
              throw new Error('')
            },
            quit: (reason) => self.stop(reason),
          }
        ),
      ),
    )
    await slow.ready
    slow.tell('quit', { kind: 'shutdown' })
    await turns()
    await watching.ask('watch', slow)
    hook.open()
    expect(await heard.reaches(1)).toEqual([{ kind: 'shutdown' }])
  })

  it('called twice hears twice', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    watching.tell('watch', mortal)
    await watching.ask('watch', mortal)
    mortal.kill()
    await heard.reaches(2)
    await turns()
    expect(heard.items).toHaveLength(2)
  })

  it('hears nothing after it was taken back', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    await watching.ask('watch', mortal)
    await watching.ask('unwatch')
    mortal.kill()
    await mortal.exited
    await watching.ask('unwatch')
    await turns()
    expect(heard.items).toEqual([])
  })

  it('hears nothing when it is taken back while the notice waits', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const held = gate()
    const mortal = system.spawn(Mortal)
    const watching = system.spawn(
      inline((self) => {
        const unwatch = self.watch(mortal, heard.add)
        return { hold: () => held.promise, unwatch: () => unwatch() }
      }),
    )
    watching.tell('hold')
    watching.tell('unwatch')
    await turns()
    mortal.kill()
    await mortal.exited
    held.open()
    await turns()
    expect(heard.items).toEqual([])
  })

  it('is a message of its own: it never interrupts another one', async () => {
    await using system = testSystem()
    const steps: string[] = []
    const held = gate()
    const mortal = system.spawn(Mortal)
    const watching = system.spawn(
      inline((self) => {
        self.watch(mortal, async () => {
          steps.push('notice begins')
          await Promise.resolve()
          steps.push('notice ends')
        })
        return {
          async hold() {
            steps.push('hold begins')
            await held.promise
            steps.push('hold ends')
          },
          next: () => void steps.push('next'),
        }
      }),
    )
    watching.tell('hold')
    await turns()
    mortal.kill()
    await mortal.exited
    watching.tell('next')
    expect(steps).toEqual(['hold begins'])
    held.open()
    await watching.ask('next')
    expect(steps).toEqual(['hold begins', 'hold ends', 'notice begins', 'notice ends', 'next', 'next'])
  })

  it('comes after the last message that the dying actor sent', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const done = gate()
    const Dying = inline((self) => {
      const parent = self.parent as typeof self.ref
      self.onStop(() => parent.tell('note', 'from its hook'))
      return {
        last() {
          for (let n = 0; n < 100; n++) parent.tell('note', `${n}`)
          throw new Error('boom')
        },
      }
    })
    const Parent = inline((self) => ({
      begin() {
        const child = self.spawn(Dying)
        self.watch(child, () => (heard.push('notice'), done.open()))
        child.tell('last')
      },
      note: (what: string) => void heard.push(what),
    }))
    system.spawn(Parent).tell('begin')
    await done.promise
    expect(heard).toHaveLength(102)
    expect(heard.slice(-3)).toEqual(['99', 'from its hook', 'notice'])
  })

  it('may spawn, and asks as the watching actor', async () => {
    await using system = testSystem()
    const answer = gate<number>()
    const counter = system.spawn(Counter, [3])
    const Parent = inline((self) => ({
      begin() {
        const child = self.spawn(Idle)
        self.watch(child, async () => {
          self.spawn(Idle)
          answer.open(await counter.ask('get'))
        })
        child.stop()
      },
    }))
    system.spawn(Parent).tell('begin')
    expect(await answer.promise).toBe(3)
  })

  it('fails its actor when the callback throws', async () => {
    await using system = testSystem()
    const mortal = system.spawn(Mortal)
    const watching = system.spawn(
      inline(
        (self) => (
          self.watch(mortal, () => {
            throw new Error('callback')
          }),
          {}
        ),
      ),
    )
    await watching.ready
    mortal.kill()
    expect(await watching.exited).toMatchObject({ kind: 'error', error: { message: 'callback' } })
  })

  it('ends with the watching actor', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    await watching.ask('watch', mortal)
    watching.kill()
    mortal.kill()
    await mortal.exited
    await turns()
    expect(heard.items).toEqual([])
  })

  it('makes an error that was told to a watcher no orphan', async () => {
    const lines: unknown[] = []
    await using system = testSystem({
      log: () => ({
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (...line) => void lines.push(line),
      }),
    })
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    await watching.ask('watch', mortal)
    mortal.tell('fail')
    await heard.reaches(1)
    expect(lines).toEqual([])
  })

  it('of a registered name hears of the actor that had it', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const watching = system.spawn(watcher(heard))
    const mortal = system.spawn(Mortal)
    system.register('mortal', mortal)
    await watching.ask('watch', system.lookup<Ending>('mortal'))
    await watching.ask('watch', system.lookup<Ending>('nobody'))
    expect(await heard.reaches(1)).toEqual([{ kind: 'not-found' }])
    mortal.stop()
    expect(await heard.reaches(2)).toEqual([{ kind: 'not-found' }, { kind: 'normal' }])
  })

  it('of a thousand actors hears a thousand times', async () => {
    await using system = testSystem()
    const heard = new Tally<ExitReason>()
    const Parent = inline((self) => ({
      begin() {
        for (let n = 0; n < 1_000; n++) {
          const child = self.spawn(Idle)
          self.watch(child, heard.add)
          if (n % 2 === 0) child.stop()
          else child.kill()
        }
      },
    }))
    system.spawn(Parent).tell('begin')
    await heard.reaches(1_000)
    await turns()
    expect(heard.items).toHaveLength(1_000)
  })
})

describe('the end of an actor', () => {
  it('is one event, after the watchers heard', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const ref = system.spawn(Idle, [], { name: 'a' })
    ref.stop()
    await ref.exited
    expect(events).toEqual([
      { kind: 'actor-started', path: 'troupe://test/a', restarts: 0 },
      { kind: 'actor-stopped', path: 'troupe://test/a', reason: { kind: 'normal' } },
    ])
  })
})
