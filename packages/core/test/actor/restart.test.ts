/**
 * What an actor's next life has of the last one: its queue in order, its address, its watchers. And what it has not.
 */
import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { ActorDefinition, MailboxSpec } from '../../src/model/definition.ts'
import { bounded, priority } from '../../src/mailbox/create-mailbox.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Deferred, Self } from '../../src/model/self.ts'
import type { System } from '../../src/model/system.ts'
import { inline } from '../support/actors.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

/** A ref to an actor that is restarted whenever it fails. */
async function permanent<Protocol>(
  system: System,
  definition: ActorDefinition<Protocol, readonly []>,
  mailbox?: MailboxSpec,
): Promise<ActorRef<Protocol>> {
  const child = {
    id: 'child',
    actor: definition as ActorDefinition<unknown, never>,
    restart: 'permanent' as const,
    ...(mailbox === undefined ? {} : { mailbox }),
  }
  const tree = system.spawn(supervisor({ name: 'Tree', maxRestarts: 100, within: 1_000, children: [child] }))
  await tree.ready
  return (await tree.ask('child', 'child')) as ActorRef<Protocol>
}

interface Worker {
  work(name: string): string
  later(name: string): Promise<string>
  fail(): never
  failLater(): Promise<never>
}

function worker(done: string[]): ActorDefinition<Worker, readonly []> {
  return inline(() => ({
    work(name: string) {
      done.push(name)
      return name
    },
    async later(name: string) {
      await Promise.resolve()
      done.push(name)
      return name
    },
    fail(): never {
      throw new Error('boom')
    },
    async failLater(): Promise<never> {
      await Promise.resolve()
      throw new Error('boom')
    },
  }))
}

describe('a restart', () => {
  it.each<[string, MailboxSpec | undefined]>([
    ['unbounded', undefined],
    ['bounded', bounded(50, 'refuse')],
    ['priority', priority(() => 1)],
  ])('keeps the queue in its order, without the message that failed: %s', async (_what, mailbox) => {
    await using system = testSystem()
    const done: string[] = []
    const ref = await permanent(system, worker(done), mailbox)
    const failures = [rejection(ref.ask('fail')), rejection(ref.ask('failLater'))]
    ref.tell('work', 'a')
    const answers = [ref.ask('later', 'b'), ref.ask('work', 'c')]
    failures.push(rejection(ref.ask('fail')))
    answers.push(ref.ask('work', 'd'))
    expect(await Promise.all(answers)).toEqual(['b', 'c', 'd'])
    for (const failure of await Promise.all(failures)) expect(failure).toMatchObject({ message: 'boom' })
    expect(done).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keeps order while messages come in during an async setup', async () => {
    await using system = testSystem()
    const done: string[] = []
    let lives = 0
    const opened = gate()
    const ref = await permanent(
      system,
      inline(async () => {
        if (++lives === 2) await opened.promise
        return {
          work: (name: string) => void done.push(name),
          fail() {
            throw new Error('boom')
          },
        }
      }),
    )
    ref.tell('fail')
    ref.tell('work', 'a')
    await turns()
    expect(lives).toBe(2)
    ref.tell('work', 'b')
    expect(await stateOf(ref.ready)).toBe('pending')
    opened.open()
    await ref.ready
    await turns()
    expect(done).toEqual(['a', 'b'])
  })

  it('brings back what was put aside, before what is queued', async () => {
    await using system = testSystem()
    const done: string[] = []
    let lives = 0
    const ref = await permanent(
      system,
      inline((self) => {
        const life = ++lives
        return {
          work(name: string) {
            if (life === 1) self.stash()
            else done.push(name)
            return name
          },
          fail() {
            throw new Error('boom')
          },
        }
      }),
    )
    const aside = [ref.ask('work', 'a'), ref.ask('work', 'b')]
    ref.tell('fail')
    aside.push(ref.ask('work', 'c'))
    expect(await Promise.all(aside)).toEqual(['a', 'b', 'c'])
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('rejects asks that the last life was to answer later', async () => {
    await using system = testSystem()
    const waiting: Deferred<string>[] = []
    const ref = await permanent(
      system,
      inline((self) => ({
        take: () => {
          const deferred = self.defer<string>()
          waiting.push(deferred)
          return deferred
        },
        fail() {
          throw new Error('boom')
        },
        give: () => waiting.forEach((deferred) => deferred.resolve('late')),
      })),
    )
    const taken = rejection(ref.ask('take'))
    ref.tell('fail')
    ref.tell('give')
    expect(await taken).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'error', error: { message: 'boom' } } })
    expect(await ref.ask('give')).toBeUndefined()
  })

  it('leaves timers, watches, streams and signals of the last life behind', async () => {
    const { clock, system } = timedSystem()
    const heard: string[] = []
    const signals: AbortSignal[] = []
    let lives = 0
    const mortal = system.spawn(inline(() => ({})))
    const ref = await permanent(
      system,
      inline((self) => {
        const life = ++lives
        signals.push(self.signal)
        self.after(10, 'tick', life)
        self.every(7, 'tick', life)
        self.watch(mortal, () => heard.push(`notice ${life}`))
        return {
          tick: (from: number) => void heard.push(`tick ${from}`),
          items: () => [1, 2].map((n) => n * life).values(),
          async *endless() {
            for (;;) {
              yield life
              await new Promise(() => undefined)
            }
          },
          fail() {
            throw new Error('boom')
          },
        }
      }),
    )
    const stream = ref.stream('endless')[Symbol.asyncIterator]()
    expect((await stream.next()).value).toBe(1)
    const rest = rejection(stream.next())
    await rejection(ref.ask('fail'))
    await ref.ready
    expect(await rest).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'error' } })
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
    await clock.advance(10)
    expect(heard).toEqual(['tick 2', 'tick 2'])
    mortal.kill()
    await turns()
    expect(heard.slice(2)).toEqual(['notice 2'])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('leaves a notice of the last life behind that was queued', async () => {
    await using system = testSystem()
    const heard: string[] = []
    let lives = 0
    const mortal = system.spawn(inline(() => ({})))
    const ref = await permanent(
      system,
      inline((self) => {
        const life = ++lives
        if (life === 1) self.watch(mortal, () => heard.push(`notice ${life}`))
        return {
          async fail() {
            mortal.kill()
            await mortal.exited
            throw new Error('boom')
          },
          get: () => life,
        }
      }),
    )
    ref.tell('fail')
    expect(await ref.ask('get')).toBe(2)
    expect(heard).toEqual([])
  })

  it('takes away the self of the last life', async () => {
    await using system = testSystem()
    const selves: Self[] = []
    const ref = await permanent(
      system,
      inline((self) => {
        selves.push(self)
        return {
          fail() {
            throw new Error('boom')
          },
          get: () => selves.length,
        }
      }),
    )
    ref.tell('fail')
    expect(await ref.ask('get')).toBe(2)
    const [old, young] = selves
    expect(() => old?.after(1, 'get')).toThrow(/is not running/)
    old?.stop()
    expect(await ref.ask('get')).toBe(2)
    expect([old?.signal.aborted, young?.signal.aborted]).toEqual([true, false])
  })

  it('drops what an async handler of the last life does afterwards', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const held = gate<string>()
    let lives = 0
    const other = system.spawn(
      inline(() => ({
        fail() {
          throw new Error('other')
        },
      })),
    )
    const ref = await permanent(
      system,
      inline((self) => {
        const life = ++lives
        if (life === 1) self.link(other)
        return { wait: () => held.promise, get: () => life }
      }),
    )
    const waited = rejection(ref.ask('wait'))
    await turns()
    other.tell('fail')
    expect(await waited).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await ref.ask('get')).toBe(2)
    held.fail(new Error('late'))
    expect(await ref.ask('get')).toBe(2)
    expect(events.filter((event) => event.kind === 'unhandled-error')).toEqual([])
  })

  it('keeps refs, address and path, and tells no watcher', async () => {
    await using system = testSystem()
    const ref = await permanent(system, worker([]))
    const { address, path } = ref
    const ended = ref.exited
    for (let n = 0; n < 3; n++) await rejection(ref.ask('fail'))
    expect(await ref.ask('work', 'on')).toBe('on')
    expect([ref.address, ref.path, await stateOf(ended)]).toEqual([address, path, 'pending'])
    expect(system.inspect().children[0]?.children[0]).toMatchObject({ path, restarts: 3 })
  })

  it('starts over with the handlers of its setup', async () => {
    await using system = testSystem()
    const ref = await permanent(
      system,
      inline((self) => ({
        get: () => 'first',
        change() {
          self.become({
            get: () => 'changed',
            fail() {
              throw new Error('boom')
            },
          })
        },
        fail() {
          throw new Error('boom')
        },
      })),
    )
    await ref.ask('change')
    expect(await ref.ask('get')).toBe('changed')
    ref.tell('fail')
    expect(await ref.ask('get')).toBe('first')
  })

  it('ends children of the last life before the next one begins', async () => {
    await using system = testSystem()
    const steps: string[] = []
    let lives = 0
    const ref = await permanent(
      system,
      inline((self) => {
        const life = ++lives
        steps.push(`life ${life}`)
        self.spawn(
          inline((child) => {
            child.onStop(async () => {
              await turns(1)
              steps.push(`child ${life} ended`)
            })
            return {}
          }),
          [],
          { name: 'child' },
        )
        return {
          fail() {
            throw new Error('boom')
          },
          get: () => life,
        }
      }),
    )
    ref.tell('fail')
    expect(await ref.ask('get')).toBe(2)
    expect(steps).toEqual(['life 1', 'child 1 ended', 'life 2'])
  })
})
