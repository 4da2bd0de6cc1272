import { describe, expect, it } from 'vitest'
import { bounded, priority } from '../../src/mailbox/create-mailbox.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

interface Door {
  open(): void
  close(): void
  pass(who: string): string
}

/** Lets people pass while it is open; while it is closed they wait. */
function door(passed: string[]): ReturnType<typeof inline<Door>> {
  return inline((self): Door => {
    const opened: Door = {
      open: () => undefined,
      close: () => self.become(closed),
      pass: (who) => {
        passed.push(who)
        return `${who} passed`
      },
    }
    const closed: Door = {
      open() {
        self.become(opened)
        self.unstash()
      },
      close: () => undefined,
      pass: (who) => {
        self.stash()
        return `${who} was put aside`
      },
    }
    return closed
  })
}

describe('become', () => {
  it('answers with other handlers from the next message on', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        get: () => 1,
        change() {
          self.become({ get: () => 2, extra: () => 'new' })
          return 'old'
        },
      })),
    )
    const asked = [ref.ask('get'), ref.ask('change'), ref.ask('get')]
    expect(await Promise.all(asked)).toEqual([1, 'old', 2])
    expect(await rejection(ref.ask('change'))).toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
  })

  it('leaves the handler alone that runs', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        async change() {
          self.become({ get: () => 2 })
          await Promise.resolve()
          return 'finished'
        },
        get: () => 1,
      })),
    )
    expect(await Promise.all([ref.ask('change'), ref.ask('get')])).toEqual(['finished', 2])
  })
})

describe('stash', () => {
  it('puts messages aside, and unstash brings them back in their order, before what is queued', async () => {
    await using system = testSystem()
    const passed: string[] = []
    const ref = system.spawn(door(passed))
    for (const who of ['a', 'b', 'c']) ref.tell('pass', who)
    await ref.ask('close')
    expect(system.inspect().children[0]).toMatchObject({ stashed: 3, mailbox: 0 })
    ref.tell('open')
    ref.tell('pass', 'd')
    await ref.ask('open')
    expect(passed).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    ['unbounded', undefined],
    ['bounded', bounded(2, 'refuse')],
    ['priority', priority((method) => (method === 'pass' ? 0 : 1))],
  ])('keeps that order in a mailbox that is %s', async (_what, mailbox) => {
    await using system = testSystem()
    const passed: string[] = []
    const ref = system.spawn(door(passed), [], mailbox === undefined ? {} : { mailbox })
    for (const who of ['a', 'b', 'c']) {
      ref.tell('pass', who)
      await turns(1)
    }
    ref.tell('open')
    ref.tell('pass', 'd')
    await turns()
    await ref.ask('pass', 'e')
    expect(passed.filter((who) => who !== 'd')).toEqual(['a', 'b', 'c', 'e'])
    expect(passed).toHaveLength(5)
  })

  it('keeps the ask open until the message is handled', async () => {
    await using system = testSystem()
    const ref = system.spawn(door([]))
    const answers = [ref.ask('pass', 'a'), ref.ask('pass', 'b')]
    await turns()
    ref.tell('open')
    expect(await Promise.all(answers)).toEqual(['a passed', 'b passed'])
  })

  it('works after an await of the handler', async () => {
    await using system = testSystem()
    let isOpen = false
    const ref = system.spawn(
      inline((self) => ({
        async pass() {
          await Promise.resolve()
          if (!isOpen) self.stash()
          return isOpen
        },
        open() {
          isOpen = true
          self.unstash()
        },
      })),
    )
    const answer = ref.ask('pass')
    ref.tell('open')
    expect(await answer).toBe(true)
  })

  it('keeps a stream open, and a notice', async () => {
    await using system = testSystem()
    const heard: unknown[] = []
    let isOpen = false
    const target = system.spawn(door([]))
    const ref = system.spawn(
      inline((self) => {
        self.watch(target, (reason) => {
          if (isOpen) heard.push(reason)
          else self.stash()
        })
        return {
          numbers(): readonly number[] {
            if (!isOpen) self.stash()
            return isOpen ? [1, 2] : []
          },
          open() {
            isOpen = true
            self.unstash()
          },
        }
      }),
    )
    const read = (async () => {
      const values: number[] = []
      for await (const value of ref.stream('numbers')) values.push(value)
      return values
    })()
    await ref.ready
    target.kill()
    await turns()
    ref.tell('open')
    expect(await read).toEqual([1, 2])
    await turns()
    expect(heard).toEqual([{ kind: 'killed' }])
  })

  it('counts once per message, and may be called again when that message comes back', async () => {
    await using system = testSystem()
    let times = 0
    const ref = system.spawn(
      inline((self) => ({
        later() {
          times++
          self.stash()
          self.stash()
        },
        retry: () => self.unstash(),
        get: () => times,
      })),
    )
    ref.tell('later')
    ref.tell('retry')
    ref.tell('retry')
    expect(await ref.ask('get')).toBe(3)
    expect(system.inspect().children[0]).toMatchObject({ stashed: 1 })
  })

  it('refuses to work outside of a message', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => {
        self.unstash()
        self.stash()
        return {}
      }),
    )
    expect(await ref.exited).toMatchObject({
      kind: 'error',
      error: { message: `${ref.path}: stash is for the message being handled, and there is none` },
    })
  })

  it.each([
    ['stops', (ref: ActorRef<Door>) => ref.stop(), 'normal'],
    ['is killed', (ref: ActorRef<Door>) => ref.kill(), 'killed'],
  ])('rejects the asks that are aside when the actor %s, and tells become dead letters', async (_how, end, kind) => {
    await using system = testSystem()
    const { letters } = record(system)
    const ref = system.spawn(door([]))
    const [one, other] = [rejection(ref.ask('pass', 'a')), rejection(ref.ask('pass', 'b'))]
    ref.tell('pass', 'c')
    await ref.ask('close')
    end(ref)
    expect(await one).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind } })
    expect(await other).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind } })
    expect(letters).toMatchObject([{ method: 'pass', args: ['c'], why: 'stopped' }])
  })

  it('drops the message whose handler puts it aside and then fails, as any failing message', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        fail() {
          self.stash()
          throw new Error('boom')
        },
      })),
    )
    expect(await rejection(ref.ask('fail'))).toMatchObject({ message: 'boom' })
    expect(await ref.exited).toMatchObject({ kind: 'error' })
  })

  it('leaves asks that were given up meanwhile alone', async () => {
    await using system = testSystem()
    const passed: string[] = []
    const ref = system.spawn(door(passed))
    const given = rejection(ref.with({ timeout: 0 }).ask('pass', 'a'))
    expect(await given).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    await ref.ask('open')
    await ref.ask('pass', 'b')
    expect(passed).toEqual(['b'])
  })
})

describe('a flood of stashed messages', () => {
  it('comes back in little time', async () => {
    await using system = testSystem()
    const passed: string[] = []
    const ref = system.spawn(door(passed))
    const opened = gate()
    for (let n = 0; n < 20_000; n++) ref.tell('pass', `${n}`)
    await ref.ask('close')
    ref.tell('open')
    void ref.ask('open').then(() => opened.open())
    await opened.promise
    expect(passed).toHaveLength(20_000)
    expect(passed.at(-1)).toBe('19999')
  })
})
