/**
 * self.request and self.defer: the message being handled, and answers that are given later.
 */
import { describe, expect, it } from 'vitest'
import type { Request, Deferred } from '../../src/model/self.ts'
import { inline } from '../support/actors.ts'
import { record, testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

describe('request', () => {
  it('names the sender of a tell, an ask and a stream, and nobody for the program', async () => {
    await using system = testSystem()
    const Callee = inline((self) => ({
      who: () => self.request.sender?.path ?? null,
      note: () => notes.push(self.request.sender?.path ?? null),
      items: () => [self.request.sender?.path ?? null],
    }))
    const notes: (string | null)[] = []
    const callee = system.spawn(Callee)
    const Caller = inline(() => ({
      async call() {
        callee.tell('note')
        const asked = callee.ask('who')
        const items = callee.stream('items')[Symbol.asyncIterator]()
        return [await asked, (await items.next()).value]
      },
    }))
    const caller = system.spawn(Caller)
    expect(await caller.ask('call')).toEqual([caller.path, caller.path])
    callee.tell('note')
    expect(await callee.ask('who')).toBeNull()
    expect(notes).toEqual([caller.path, null])
  })

  it('can answer its sender with a message', async () => {
    await using system = testSystem()
    const got = gate<string>()
    const Callee = inline((self) => ({ ping: () => self.request.sender?.tell('pong', 'hello') }))
    const callee = system.spawn(Callee)
    const caller = system.spawn(inline(() => ({ begin: () => void callee.tell('ping'), pong: (text: string) => got.open(text) })))
    caller.tell('begin')
    expect(await got.promise).toBe('hello')
  })

  it('stays the same message over the awaits of its handler', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        async look() {
          const before = self.request
          await turns()
          return before === self.request
        },
        nothing: () => undefined,
      })),
    )
    const looked = ref.ask('look')
    ref.tell('nothing')
    expect(await looked).toBe(true)
  })

  it('of a tell has no deadline, no trace, and the signal of the actor', async () => {
    await using system = testSystem()
    let request: Request | null = null
    let signal: AbortSignal | null = null
    const ref = system.spawn(
      inline((self) => ({
        look() {
          request = self.request
          signal = self.request.signal
          return signal === self.signal
        },
      })),
    )
    ref.tell('look')
    await turns()
    expect(request).toMatchObject({ sender: null, deadline: null, trace: null })
    ref.kill()
    expect(signal).toMatchObject({ aborted: true, reason: { kind: 'killed' } })
  })

  it('aborts its signal when the actor ends, with the exit reason', async () => {
    await using system = testSystem()
    const signals: AbortSignal[] = []
    const ref = system.spawn(
      inline((self) => ({
        async wait() {
          signals.push(self.request.signal)
          await new Promise(() => undefined)
        },
      })),
    )
    const asked = rejection(ref.ask('wait'))
    await turns()
    ref.stop()
    expect(signals[0]?.aborted).toBe(false)
    ref.kill()
    await asked
    expect(signals[0]).toMatchObject({ aborted: true, reason: { kind: 'killed' } })
  })

  it('has an aborted signal when it is first looked at after the asker gave up', async () => {
    const { clock, system } = timedSystem()
    const seen = gate<boolean>()
    const held = gate()
    const ref = system.spawn(
      inline((self) => ({
        async wait() {
          await held.promise
          seen.open(self.request.signal.aborted)
        },
      })),
    )
    const asked = rejection(ref.with({ timeout: 10 }).ask('wait'))
    await clock.advance(10)
    await asked
    held.open()
    expect(await seen.promise).toBe(true)
    await system.shutdown()
  })

  it('leaves nothing on the actor for each signal that was looked at', async () => {
    await using system = testSystem()
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    const ref = system.spawn(inline((self) => ({ look: () => self.request.signal.aborted })))
    for (let n = 0; n < 1_000; n++) expect(await ref.ask('look')).toBe(false)
    await turns()
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('of a stream aborts its signal when the reader leaves', async () => {
    await using system = testSystem()
    const aborted = gate<unknown>()
    const ref = system.spawn(
      inline((self) => ({
        async *items() {
          const { signal } = self.request
          signal.addEventListener('abort', () => aborted.open(signal.reason))
          for (let n = 0; ; n++) yield n
        },
      })),
    )
    for await (const item of ref.stream('items')) if (item === 3) break
    expect(await aborted.promise).toBe('unsubscribed')
  })
})

describe('defer', () => {
  interface Broker {
    take(): Promise<string>
    give(what: string): void
    fail(error: unknown): void
    size(): number
  }

  /** Answers `take` when something is given. */
  function broker(waiting: Deferred<string>[] = []): ReturnType<typeof inline<Broker>> {
    return inline((self): Broker => ({
      take: () => {
        waiting.push(self.defer<string>())
        return undefined as never
      },
      give: (what) => waiting.shift()?.resolve(what),
      fail: (error) => waiting.shift()?.reject(error),
      size: () => waiting.length,
    }))
  }

  it('answers an ask later, while the actor goes on', async () => {
    await using system = testSystem()
    const ref = system.spawn(broker())
    const [one, other] = [ref.ask('take'), ref.ask('take')]
    expect(await ref.ask('size')).toBe(2)
    ref.tell('give', 'a')
    ref.tell('give', 'b')
    expect(await Promise.all([one, other])).toEqual(['a', 'b'])
  })

  it('can be rejected, which does not end the actor', async () => {
    await using system = testSystem()
    const ref = system.spawn(broker())
    const error = new Error('no')
    const asked = rejection(ref.ask('take'))
    ref.tell('fail', error)
    expect(await asked).toBe(error)
    expect(await ref.ask('size')).toBe(0)
  })

  it('counts the first settling', async () => {
    await using system = testSystem()
    const waiting: Deferred<string>[] = []
    const ref = system.spawn(broker(waiting))
    const asked = ref.ask('take')
    await ref.ask('size')
    waiting[0]?.resolve('first')
    waiting[0]?.resolve('second')
    waiting[0]?.reject(new Error('third'))
    expect(await asked).toBe('first')
  })

  it.each(['stop', 'kill'] as const)('rejects what is still open when the actor ends by %s', async (how) => {
    await using system = testSystem()
    const waiting: Deferred<string>[] = []
    const ref = system.spawn(broker(waiting))
    const asked = [1, 2, 3].map(() => rejection(ref.ask('take')))
    await ref.ask('size')
    ref[how]()
    for (const error of await Promise.all(asked))
      expect(error).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: how === 'stop' ? 'normal' : 'killed' } })
    waiting[0]?.resolve('too late')
  })

  it('rejects what is still open when the actor fails', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        take: () => self.defer<number>(),
        boom() {
          throw new Error('boom')
        },
      })),
    )
    const asked = rejection(ref.ask('take'))
    ref.tell('boom')
    expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'error', error: { message: 'boom' } } })
  })

  it('can still be settled by a stop hook', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => {
        const waiting: Deferred<string>[] = []
        self.onStop(() => waiting.forEach((deferred) => deferred.resolve('closed')))
        return { take: () => (waiting.push(self.defer<string>()), waiting[0]) as Deferred<string> }
      }),
    )
    const asked = ref.ask('take')
    ref.stop()
    expect(await asked).toBe('closed')
  })

  it('times out as any ask does, and then is no longer kept', async () => {
    const { clock, system } = timedSystem()
    const waiting: Deferred<string>[] = []
    const ref = system.spawn(broker(waiting))
    const asked = rejection(ref.with({ timeout: 10 }).ask('take'))
    await clock.advance(10)
    expect(await asked).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    waiting[0]?.resolve('late')
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('of a promise answers with what it settles to, within the time of the ask', async () => {
    const { clock, system } = timedSystem()
    const waiting: Deferred<unknown>[] = []
    const ref = system.spawn(inline((self) => ({ take: () => (waiting.push(self.defer()), undefined) })))
    const asked = [ref.ask('take'), ref.ask('take'), rejection(ref.ask('take')), rejection(ref.with({ timeout: 10 }).ask('take'))]
    await turns()
    const opened = gate<string>()
    waiting[0]?.resolve(Promise.resolve('at once'))
    waiting[1]?.resolve(opened.promise)
    waiting[2]?.resolve(Promise.reject(new Error('no')))
    waiting[3]?.resolve(new Promise(() => undefined))
    expect(await asked[0]).toBe('at once')
    expect(await stateOf(asked[1] ?? Promise.reject(new Error('missing')))).toBe('pending')
    opened.open('later')
    expect(await asked[1]).toBe('later')
    expect(await asked[2]).toMatchObject({ message: 'no' })
    await clock.advance(10)
    expect(await asked[3]).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    await system.shutdown()
  })

  it('in an async handler holds the queue only until that settles', async () => {
    await using system = testSystem()
    const held = gate()
    const waiting: Deferred<string>[] = []
    const ref = system.spawn(
      inline((self) => ({
        async take() {
          waiting.push(self.defer<string>())
          await held.promise
          return 'not the answer'
        },
        size: () => waiting.length,
      })),
    )
    const asked = ref.ask('take')
    const size = ref.ask('size')
    expect(await stateOf(size)).toBe('pending')
    held.open()
    expect(await size).toBe(1)
    waiting[0]?.resolve('answer')
    expect(await asked).toBe('answer')
  })

  it('after an await defers too', async () => {
    await using system = testSystem()
    const waiting: Deferred<string>[] = []
    const ref = system.spawn(
      inline((self) => ({
        async take() {
          await Promise.resolve()
          waiting.push(self.defer<string>())
          return 'not the answer'
        },
      })),
    )
    const asked = ref.ask('take')
    await turns()
    waiting[0]?.resolve('answer')
    expect(await asked).toBe('answer')
  })

  it('leaves the ask to its handler when that fails afterwards: the asker hears of the end', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        take() {
          self.defer()
          throw new Error('boom')
        },
      })),
    )
    expect(await rejection(ref.ask('take'))).toMatchObject({
      code: 'TROUPE_ACTOR_STOPPED',
      reason: { kind: 'error', error: { message: 'boom' } },
    })
  })

  it('of a tell goes nowhere', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const ref = system.spawn(inline((self) => ({ take: () => self.defer().resolve('nobody'), get: () => 1 })))
    ref.tell('take')
    expect(await ref.ask('get')).toBe(1)
    expect(letters).toEqual([])
  })

  it('holds nobody up: asks in a circle over deferred answers are no deadlock', async () => {
    await using system = testSystem()
    const waiting: Deferred<string>[] = []
    const brokerRef = system.spawn(broker(waiting))
    const One = inline((self) => ({
      begin: async () => brokerRef.with({ by: self }).ask('take'),
      late: () => brokerRef.tell('give', 'done'),
    }))
    const one = system.spawn(One)
    const answer = one.ask('begin')
    await turns()
    brokerRef.tell('give', 'given')
    expect(await answer).toBe('given')
  })
})
