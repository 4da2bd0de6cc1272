/**
 * Asks settle once: with a reply, an error, a timeout, an abort, or the end of the target.
 */
import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ActorStoppedError, AskTimeoutError } from '../../src/errors/actor-errors.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { Counter, inline } from '../support/actors.ts'
import { testSystem, timedSystem } from '../support/test-system.ts'
import { type Gate, gate, rejection, stateOf, turns } from '../support/waiting.ts'

interface Slow {
  wait(): Promise<string>
  next(): string
  handled(): readonly string[]
}

/** Holds the event loop, as work does. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Its first message waits until the test says so. */
function slow(): { Slow: ReturnType<typeof inline<Slow>>; opened: Gate<string>; handled: string[]; signals: AbortSignal[] } {
  const opened = gate<string>()
  const handled: string[] = []
  const signals: AbortSignal[] = []
  const Slow = inline((self): Slow => ({
    wait() {
      handled.push('wait')
      signals.push(self.request.signal)
      return opened.promise
    },
    next() {
      handled.push('next')
      return 'next'
    },
    handled: () => handled,
  }))
  return { Slow, opened, handled, signals }
}

describe('the timeout of an ask', () => {
  it.each([
    ['5 000 ms where nothing is said', {}, undefined, 5_000],
    ['the one of the system', { askTimeout: 70 }, undefined, 70],
    ['its own', { askTimeout: 70 }, 33, 33],
    ['the one of the system for an explicit undefined', { askTimeout: 70 }, undefined, 70],
  ])('is %s', async (_what, options, timeout, expected) => {
    const { clock, system } = timedSystem(options)
    const ref = system.spawn(slow().Slow)
    const asked = timeout === undefined ? ref.ask('wait') : ref.with({ timeout }).ask('wait')
    await clock.advance(expected - 1)
    expect(await stateOf(asked)).toBe('pending')
    await clock.advance(1)
    const error = await rejection(asked)
    expect(error).toBeInstanceOf(AskTimeoutError)
    expect(error).toMatchObject({
      code: 'TROUPE_ASK_TIMEOUT',
      message: `${ref.path} did not answer "wait" within ${expected} ms`,
    })
    ref.kill()
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('of 0 polls once: what answers without waiting is in time', async () => {
    await using system = testSystem()
    const { Slow } = slow()
    const ref = system.spawn(Slow)
    await ref.ready
    expect(await ref.with({ timeout: 0 }).ask('next')).toBe('next')
    expect(await rejection(ref.with({ timeout: 0 }).ask('wait'))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    ref.kill()
  })

  it('of 0 is long enough on a busy node, too: the queue has its turn before the timer', async () => {
    await using system = testSystem()
    const { Slow } = slow()
    const [busy, ref] = [system.spawn(inline(() => ({ work: () => block(3) }))), system.spawn(Slow)]
    await ref.ready
    await turns(1)
    block(3)
    // This work begins a slice of the run queue and spends it, so what comes next waits for a turn of the event loop, in
    // which timers come first.
    await busy.ask('work')
    const asked = ref.with({ timeout: 0 }).ask('next')
    block(3)
    expect(await asked).toBe('next')
  })

  it('of Infinity never comes, and needs no timer', async () => {
    const { clock, system } = timedSystem()
    const { Slow, opened } = slow()
    const ref = system.spawn(Slow)
    const asked = ref.with({ timeout: Number.POSITIVE_INFINITY }).ask('wait')
    await clock.advance(1e9)
    expect(clock.pending).toBe(0)
    opened.open('at last')
    expect(await asked).toBe('at last')
    await system.shutdown()
  })

  it.each([-1, Number.NEGATIVE_INFINITY])('of %s is a RangeError of the ask, which sends nothing', async (timeout) => {
    await using system = testSystem()
    const { Slow, handled } = slow()
    const ref = system.spawn(Slow)
    expect(await rejection(ref.with({ timeout }).ask('next'))).toBeInstanceOf(RangeError)
    await turns()
    expect(handled).toEqual([])
  })

  it('drops the late reply, and the late error ends the actor alone', async () => {
    const { clock, system } = timedSystem()
    const { Slow, opened } = slow()
    const ref = system.spawn(Slow)
    const asked = rejection(ref.with({ timeout: 10 }).ask('wait'))
    await clock.advance(10)
    expect(await asked).toBeInstanceOf(AskTimeoutError)
    opened.open('too late')
    expect(await ref.ask('next')).toBe('next')
    const failing = slow()
    const other = system.spawn(failing.Slow)
    const askedOther = rejection(other.with({ timeout: 10 }).ask('wait'))
    await clock.advance(10)
    expect(await askedOther).toBeInstanceOf(AskTimeoutError)
    failing.opened.fail(new Error('too late'))
    expect(await other.exited).toMatchObject({ kind: 'error', error: { message: 'too late' } })
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('leaves out messages that nobody waits for any more', async () => {
    const { clock, system } = timedSystem()
    const { Slow, opened, handled } = slow()
    const ref = system.spawn(Slow)
    ref.tell('wait')
    const asked = rejection(ref.with({ timeout: 10 }).ask('next'))
    await clock.advance(10)
    expect(await asked).toBeInstanceOf(AskTimeoutError)
    opened.open('')
    expect(await ref.ask('handled')).toEqual(['wait'])
    expect(handled).toEqual(['wait'])
    await system.shutdown()
  })

  it('aborts the signal of the request, with the error that the asker got', async () => {
    const { clock, system } = timedSystem()
    const { Slow, signals } = slow()
    const ref = system.spawn(Slow)
    const asked = rejection(ref.with({ timeout: 10 }).ask('wait'))
    await clock.advance(9)
    expect(signals[0]?.aborted).toBe(false)
    await clock.advance(1)
    expect(signals[0]?.aborted).toBe(true)
    expect(signals[0]?.reason).toBe(await asked)
    ref.kill()
    await system.shutdown()
  })

  it('costs one timer for any number of asks, which is gone after its time', async () => {
    const { clock, system } = timedSystem()
    const counter = system.spawn(Counter)
    await Promise.all(Array.from({ length: 1_000 }, () => counter.ask('get')))
    expect(clock.pending).toBe(1)
    await clock.advance(5_000)
    expect(clock.pending).toBe(0)
    await system.shutdown()
  })
})

describe('the signal of an ask', () => {
  it('that is aborted already rejects with its reason, and nothing is sent', async () => {
    await using system = testSystem()
    const { Slow, handled } = slow()
    const ref = system.spawn(Slow)
    const reason = new Error('no need')
    expect(await rejection(ref.with({ signal: AbortSignal.abort(reason) }).ask('next'))).toBe(reason)
    await turns()
    expect(handled).toEqual([])
  })

  it('rejects with its reason as soon as it is aborted, and reaches the handler', async () => {
    await using system = testSystem()
    const { Slow, signals } = slow()
    const ref = system.spawn(Slow)
    const controller = new AbortController()
    const asked = rejection(ref.with({ signal: controller.signal }).ask('wait'))
    await turns()
    const reason = { why: 'changed my mind' }
    controller.abort(reason)
    expect(await asked).toBe(reason)
    expect([signals[0]?.aborted, signals[0]?.reason]).toEqual([true, reason])
    ref.kill()
  })

  it('keeps a queued message from being handled', async () => {
    await using system = testSystem()
    const { Slow, opened, handled } = slow()
    const ref = system.spawn(Slow)
    ref.tell('wait')
    const controller = new AbortController()
    const asked = rejection(ref.with({ signal: controller.signal }).ask('next'))
    controller.abort()
    expect(await asked).toMatchObject({ name: 'AbortError' })
    opened.open('')
    await ref.ask('handled')
    expect(handled).toEqual(['wait'])
  })

  it('changes nothing after the answer, and is left without a listener', async () => {
    await using system = testSystem()
    const { Slow, opened, signals } = slow()
    const ref = system.spawn(Slow)
    const controller = new AbortController()
    const asked = ref.with({ signal: controller.signal }).ask('wait')
    await turns()
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    opened.open('done')
    expect(await asked).toBe('done')
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    controller.abort()
    await turns()
    expect(signals[0]?.aborted).toBe(false)
  })

  it('can be shared by many asks', async () => {
    await using system = testSystem()
    const { Slow } = slow()
    const ref = system.spawn(Slow)
    const controller = new AbortController()
    const asked = Array.from({ length: 20 }, () => rejection(ref.with({ signal: controller.signal }).ask('wait')))
    await turns()
    controller.abort('all')
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, () => 'all'))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    ref.kill()
  })
})

/** Every way in which a target can end. */
const ends: readonly [string, (ref: ActorRef<{ fail(): never; hang(): Promise<never> }>) => void, Partial<ExitReason>][] = [
  ['is killed', (ref) => ref.kill(), { kind: 'killed' }],
  ['is stopped', (ref) => ref.stop({ kind: 'shutdown' }), { kind: 'shutdown' }],
  ['fails', (ref) => void ref.tell('fail'), { kind: 'error' }],
]

describe('a target that ends', () => {
  it.each(ends)('and %s rejects what is queued, each once, with the reason', async (_how, end, reason) => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({
        fail(): never {
          throw new Error('boom')
        },
        hang: () => new Promise<never>(() => undefined),
      })),
    )
    await ref.ready
    end(ref)
    let settled = 0
    const asked = Array.from({ length: 50 }, () => ref.ask('hang').catch((error: unknown) => (settled++, error)))
    const errors = await Promise.all(asked)
    expect(settled).toBe(50)
    for (const error of errors) {
      expect(error).toBeInstanceOf(ActorStoppedError)
      expect(error).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason })
    }
    expect(new Set(errors).size).toBe(50)
    expect(await rejection(ref.ask('hang'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason })
  })

  it('carries its error as the cause', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline(() => ({
        fail(): never {
          throw new RangeError('boom')
        },
      })),
    )
    ref.tell('fail')
    await ref.exited
    const error = await rejection(ref.ask('fail'))
    expect(error).toMatchObject({
      message: `${ref.path} is not running: error (RangeError: boom)`,
      cause: { name: 'RangeError', message: 'boom' },
    })
  })

  it('leaves no timer behind', async () => {
    const { clock, system } = timedSystem()
    const ref = system.spawn(slow().Slow)
    const asked = Array.from({ length: 5 }, (_, n) => rejection(ref.with({ timeout: 100 + n }).ask('wait')))
    await turns()
    ref.kill()
    await Promise.all(asked)
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })
})

describe('an ask within an ask', () => {
  /** Asks the next one in line; the last one notes when its asker stops waiting. */
  function relay(
    deadlines: (number | null)[],
  ): ReturnType<
    typeof inline<{ pass(to: readonly ActorRef<unknown>[], timeout?: number): Promise<unknown>; hang(): Promise<never> }>
  > {
    return inline((self) => ({
      async pass(to: readonly ActorRef<unknown>[], timeout?: number): Promise<unknown> {
        deadlines.push(self.request.deadline)
        const [next, ...rest] = to as readonly ActorRef<{
          pass(to: readonly ActorRef<unknown>[]): Promise<unknown>
          hang(): void
        }>[]
        if (next === undefined) return 'end of the line'
        return timeout === undefined ? next.ask('pass', rest) : next.with({ timeout }).ask('pass', rest)
      },
      hang: () => new Promise<never>(() => undefined),
    }))
  }

  it('waits no longer than the outer one', async () => {
    const { clock, system } = timedSystem()
    const deadlines: (number | null)[] = []
    const refs = [1, 2, 3].map(() => system.spawn(relay(deadlines)))
    const [first, ...rest] = refs
    await clock.advance(1_000)
    const asked = first?.with({ timeout: 300 }).ask('pass', rest)
    expect(await asked).toBe('end of the line')
    expect(deadlines).toEqual([1_300, 1_300, 1_300])
    await system.shutdown()
  })

  it('may wait for less', async () => {
    const { clock, system } = timedSystem()
    const deadlines: (number | null)[] = []
    const [one, other] = [system.spawn(relay(deadlines)), system.spawn(relay(deadlines))]
    await one.with({ timeout: 300 }).ask('pass', [other], 20)
    expect(deadlines).toEqual([300, 20])
    expect(clock.now()).toBe(0)
    await system.shutdown()
  })

  it('has what the outer one left', async () => {
    const { clock, system } = timedSystem()
    const deadlines: (number | null)[] = []
    const held = gate()
    const last = system.spawn(relay(deadlines))
    const first = system.spawn(
      inline((self) => ({
        async pass() {
          await held.promise
          return last.with({ by: self }).ask('pass', [])
        },
      })),
    )
    const asked = first.with({ timeout: 300 }).ask('pass')
    await clock.advance(250)
    held.open()
    await asked
    expect(deadlines).toEqual([300])
    await system.shutdown()
  })

  it('of an outer one without limit has its own', async () => {
    const { system } = timedSystem()
    const deadlines: (number | null)[] = []
    const [one, other] = [system.spawn(relay(deadlines)), system.spawn(relay(deadlines))]
    await one.with({ timeout: Number.POSITIVE_INFINITY }).ask('pass', [other])
    expect(deadlines).toEqual([null, 5_000])
    one.tell('pass', [other])
    await turns()
    expect(deadlines.slice(2)).toEqual([null, 5_000])
    await system.shutdown()
  })

  it('gives up soon after the outer one did, and says how long it waited', async () => {
    const { clock, system } = timedSystem()
    const inner = gate<unknown>()
    const hanging = system.spawn(slow().Slow)
    const first = system.spawn(inline(() => ({ pass: () => hanging.ask('wait').catch((error: unknown) => inner.open(error)) })))
    const asked = rejection(first.with({ timeout: 100 }).ask('pass'))
    await clock.advance(100)
    expect(await asked).toMatchObject({ message: `${first.path} did not answer "pass" within 100 ms` })
    await clock.advance(64)
    expect(await inner.promise).toMatchObject({ message: `${hanging.path} did not answer "wait" within 100 ms` })
    hanging.kill()
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it('belongs to the trace of the outer one', async () => {
    await using system = testSystem()
    const Last = inline((self) => ({ trace: () => self.request.trace }))
    const last = system.spawn(Last)
    const First = inline((self) => ({
      trace: () => last.ask('trace'),
      async later() {
        await Promise.resolve()
        return Promise.all([
          last.ask('trace'),
          last.with({ by: self }).ask('trace'),
          last.with({ by: self, trace: 'own' }).ask('trace'),
        ])
      },
    }))
    const first = system.spawn(First)
    expect(await first.with({ trace: '00-abc' }).ask('trace')).toBe('00-abc')
    expect(await first.ask('trace')).toBeNull()
    expect(await first.with({ trace: '00-abc' }).ask('later')).toEqual([null, '00-abc', 'own'])
  })
})
