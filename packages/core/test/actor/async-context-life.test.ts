/**
 * With `asyncContext: true`: who asks in setups, stop hooks, timers, and in work that outlives its message.
 */
import { describe, expect, it } from 'vitest'
import type { AnyRef } from '../../src/model/ref.ts'
import { inline } from '../support/actors.ts'
import { testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

const Whoami = inline((self) => ({ who: () => self.request.sender?.path ?? null }), 'Whoami')

describe('the asker after an await', () => {
  it('is the actor whose setup goes on, not the one that spawned it', async () => {
    await using system = testSystem({ asyncContext: true })
    const whoami = system.spawn(Whoami)
    const Child = inline(async () => {
      await turns(1)
      const seen = await whoami.ask('who')
      return { seen: () => seen }
    })
    const Parent = inline((self) => ({
      async begin() {
        const child = self.spawn(Child, [], { name: 'child' })
        await turns(2)
        return child
      },
    }))
    const child = await system.spawn(Parent, [], { name: 'parent' }).ask('begin')
    expect(await child.ask('seen')).toBe('troupe://test/parent/child')
  })

  it('closes no circle unseen: a setup that asks its waiting parent', async () => {
    await using system = testSystem({ asyncContext: true })
    const Child = inline(async (self) => {
      await turns(1)
      const config = await (self.parent as AnyRef).ask('config')
      return { get: () => config }
    })
    const Parent = inline((self) => ({ begin: () => self.spawn(Child).ask('get'), config: () => 1 }))
    expect(await rejection(system.spawn(Parent).ask('begin'))).toMatchObject({
      code: 'TROUPE_ACTOR_STOPPED',
      reason: { error: { code: 'TROUPE_DEADLOCK' } },
    })
  })

  it('is nobody in a stop hook, rather than the one that set it off', async () => {
    await using system = testSystem({ asyncContext: true })
    const whoami = system.spawn(Whoami)
    const seen = gate<unknown>()
    const Leaving = inline((self) => {
      self.onStop(async () => {
        await turns(1)
        seen.open(await whoami.ask('who'))
      })
      return {}
    })
    const leaving = system.spawn(Leaving)
    await leaving.ready
    const Other = inline(() => ({
      async end() {
        leaving.stop()
        await leaving.exited
      },
    }))
    await system.spawn(Other).ask('end')
    expect(await seen.promise).toBeNull()
  })

  it('is nobody in work that outlives its message', async () => {
    await using system = testSystem({ asyncContext: true })
    const whoami = system.spawn(Whoami)
    const seen = gate<unknown>()
    const Detached = inline(() => ({
      begin() {
        void turns(2).then(async () => seen.open(await whoami.ask('who')))
      },
    }))
    system.spawn(Detached).tell('begin')
    expect(await seen.promise).toBeNull()
  })

  it('is the actor in a timer, a notice and an idle message', async () => {
    await using system = testSystem({ asyncContext: true })
    const whoami = system.spawn(Whoami)
    const seen = gate<unknown>()
    const Timed = inline((self) => {
      self.after(1, 'tick')
      return {
        async tick() {
          await turns(1)
          seen.open(await whoami.ask('who'))
        },
      }
    })
    const timed = system.spawn(Timed)
    expect(await seen.promise).toBe(timed.path)
  })
})

describe.each([false, true])('code of the program that runs in the middle of a turn (async context: %s)', (asyncContext) => {
  it('asks in the name of nobody: readers of streams', async () => {
    await using system = testSystem({ asyncContext })
    const whoami = system.spawn(Whoami)
    const seen: unknown[] = []
    const done = gate()
    const Producer = inline(() => ({ items: () => [1, 2] }))
    system
      .spawn(Producer)
      .stream('items')
      .subscribe({
        next: () => void whoami.ask('who').then((who) => seen.push(who)),
        complete: () => void whoami.ask('who').then((who) => (seen.push(who), done.open())),
      })
    await done.promise
    expect(seen).toEqual([null, null, null])
  })

  it('asks in the name of nobody: listeners of events and dead letters', async () => {
    await using system = testSystem({ asyncContext })
    const whoami = system.spawn(Whoami)
    await whoami.ready
    const seen: unknown[] = []
    const ask = (): void => void whoami.ask('who').then((who) => seen.push(who))
    const heard = [system.events.subscribe(ask), system.deadLetters.subscribe(ask)]
    const Busy = inline((self) => ({
      async work() {
        self.spawn(Whoami).tell('nothing' as 'who')
        await turns()
      },
    }))
    await system.spawn(Busy).ask('work')
    for (const subscription of heard) subscription.unsubscribe()
    expect(seen).toEqual([null, null, null])
  })

  it('closes no circle: a listener may ask the actor in whose turn it hears of something', async () => {
    await using system = testSystem({ asyncContext })
    const errors: unknown[] = []
    const Monitor = inline((self) => ({
      note: () => undefined,
      async work() {
        self.ref.tell('nothing')
        self.spawn(inline(() => ({})))
        await turns()
      },
    }))
    const monitor = system.spawn(Monitor)
    const note = (): void => void monitor.ask('note').catch((error: unknown) => errors.push(error))
    system.events.subscribe(note)
    system.deadLetters.subscribe(note)
    await monitor.ask('work')
    await monitor.ask('note')
    await turns()
    expect(errors).toEqual([])
  })
})
