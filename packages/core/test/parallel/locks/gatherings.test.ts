/**
 * Events, conditions and barriers on one thread; time moves by hand.
 */
import { describe, expect, it } from 'vitest'
import { actor, isTroupeError, type Self } from '../../../src/index.ts'
import {
  type Barrier,
  createBarrier,
  createCondition,
  createEvent,
  createLock,
  createRLock,
  type Event,
  LockOwner,
} from '../../../src/parallel/index.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'

const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const error = await rejection(promise)
  return isTroupeError(error) ? error.code : error
}

/** Waits in its first step, where it is known who does. */
const Party = actor({
  name: 'Party',
  setup(self: Self) {
    const later = <Value>(promise: Promise<Value>) => {
      const answer = self.defer<Value>()
      promise.then(
        (value) => answer.resolve(value),
        (error: unknown) => answer.reject(error),
      )
      return answer
    }
    return {
      barrier: (barrier: Barrier) => later(barrier.wait()),
      event: (event: Event) => later(event.wait()),
    }
  },
})

describe('an event', () => {
  it('wakes all who wait, and lets through who comes while it is set', async () => {
    await using system = testSystem()
    const event = await createEvent(system)
    const waits = [event.wait(), event.wait()]
    await turns()
    expect(await event.isSet()).toBe(false)
    await Promise.all([event.set(), event.clear()]) // cleared at once: the set is not missed
    expect(await Promise.all(waits)).toEqual([1, 1])
    const next = event.wait()
    expect(await stateOf(next)).toBe('pending')
    await event.set()
    await event.set()
    expect([await next, await event.wait(), await event.wait({ timeout: 0 }), await event.isSet()]).toEqual([2, 2, 2, true])
    expect(await (await createEvent(system, { isSet: true })).wait()).toBe(1)
  })

  it('is not waited for longer than was said, and forgets who went away or died', async () => {
    const { clock, system } = timedSystem()
    await using _ = system
    const event = await createEvent(system, { name: 'ready' })
    const late = rejection(event.wait({ timeout: 20 }))
    const controller = new AbortController()
    const aborted = rejection(event.wait({ signal: controller.signal }))
    const party = system.spawn(Party)
    const dead = rejection(party.ask('event', event))
    await turns()
    party.kill()
    controller.abort('enough')
    await clock.advance(20)
    expect(await late).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT', message: /^event "ready" was not to be had within 20 ms/ })
    expect(await aborted).toBe('enough')
    await dead
    expect(await codeOf(event.wait({ timeout: 0 }))).toBe('TROUPE_LOCK_TIMEOUT')
    await event.set() // nobody is left who could hold it up
    expect(await event.wait()).toBe(1)
  })
})

describe('a condition', () => {
  it('lets go of its lock while somebody waits, and gives it back with a newer token', async () => {
    await using system = testSystem()
    const condition = await createCondition(system, { lock: await createLock(system) })
    const lease = await condition.acquire()
    const waits = condition.wait()
    const other = await condition.acquire()
    expect(await condition.notify()).toBe(1)
    expect(await stateOf(waits)).toBe('pending') // whoever gave notice holds the lock
    await other.release()
    expect(await waits).toBeGreaterThan(other.token)
    expect(await condition.tryAcquire()).toBeNull()
    await lease.release()
    expect(await condition.tryAcquire()).not.toBeNull()
  })

  it('is a queue of one in its plainest use', async () => {
    await using system = testSystem()
    const condition = await createCondition(system, { lock: await createLock(system) })
    const [items, taken]: [number[], number[]] = [[], []]
    const take = () =>
      condition.withLock(async (lease) => {
        await condition.waitFor(() => items.length > 0, { by: lease })
        taken.push(items.shift() ?? -1)
      })
    const takers = [take(), take(), take()]
    for (const item of [1, 2, 3]) {
      await condition.withLock(async (lease) => {
        items.push(item)
        await condition.notify(1, { by: lease })
      })
    }
    await Promise.all(takers)
    expect(taken.sort((a, b) => a - b)).toEqual([1, 2, 3])
  })

  it('wakes as many as were said, the one who waits longest first; a notice for nobody is lost', async () => {
    await using system = testSystem()
    const condition = await createCondition(system, { lock: await createLock(system) })
    expect(await condition.withLock(() => condition.notifyAll())).toBe(0)
    const order: number[] = []
    const wait = (n: number) => condition.withLock(() => condition.wait().then(() => order.push(n)))
    const waits = [wait(1), wait(2), wait(3), wait(4)]
    await turns(10)
    expect(await condition.withLock(() => condition.notify(2))).toBe(2)
    await Promise.all(waits.slice(0, 2))
    expect(order).toEqual([1, 2])
    expect(await condition.withLock(() => condition.notifyAll())).toBe(2)
    await Promise.all(waits)
    expect(order).toEqual([1, 2, 3, 4])
    await expect(condition.notify(-1)).rejects.toThrow(RangeError)
  })

  it('is for holders of its lock only', async () => {
    await using system = testSystem()
    const condition = await createCondition(system)
    expect(await codeOf(condition.wait())).toBe('TROUPE_NOT_HELD')
    expect(await codeOf(condition.notify())).toBe('TROUPE_NOT_HELD')
    const lease = await condition.acquire()
    expect(await condition.notify()).toBe(0)
    await lease.release()
    expect(await codeOf(condition.notifyAll({ by: lease }))).toBe('TROUPE_NOT_HELD')
    const elsewhere = await createLock(system.spawn(LockOwner))
    expect((await createCondition(system, { lock: elsewhere })).lock).toBe(elsewhere)
  })

  it.each([0, 30])('holds the lock again when a wait of %i ms is over', async (timeout) => {
    const { clock, system } = timedSystem()
    await using _ = system
    const condition = await createCondition(system, { lock: await createLock(system) })
    const lease = await condition.acquire()
    const late = rejection(condition.wait({ timeout }))
    await turns()
    const other = timeout === 0 ? null : await condition.acquire()
    await clock.advance(timeout)
    if (other !== null) expect(await stateOf(late)).toBe('pending') // until the lock is free
    await other?.release()
    expect(await late).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT' })
    expect(await condition.tryAcquire()).toBeNull()
    await lease.release()
  })

  it('waits for what is so, for so long in all, with all that a reentrant holder had', async () => {
    const { clock, system } = timedSystem()
    await using _ = system
    const condition = await createCondition(system, { lock: await createRLock(system) })
    const leases = [await condition.acquire(), await condition.acquire()]
    let looked = 0
    const late = rejection(condition.waitFor(() => (looked++, false), { timeout: 100 }))
    await turns()
    const helper = system.spawn(
      actor({
        name: 'Helper',
        setup: (self: Self) => ({ notify: () => condition.withLock(() => condition.notify(1, { by: self }), { by: self }) }),
      }),
    )
    expect(await helper.ask('notify')).toBe(1)
    await turns()
    expect(looked).toBe(2)
    await clock.advance(100)
    expect(await late).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT', message: /within 100 ms/ })
    expect(await condition.waitFor(() => 'so', { timeout: 100 })).toBe('so')
    for (const lease of leases) await lease.release()
    expect(await helper.ask('notify')).toBe(0)
    const error = new Error('cannot look')
    expect(await rejection(condition.withLock(() => condition.waitFor(() => Promise.reject(error))))).toBe(error)
  })
})

describe('a barrier', () => {
  it('opens when all are there, gives each another number, and is whole again', async () => {
    await using system = testSystem()
    const acts: string[] = []
    const barrier = await createBarrier(system, 3, { action: () => acts.push('act') })
    for (const round of [1, 2]) {
      const waits = [barrier.wait(), barrier.wait()]
      await Promise.all(waits.map(async (wait) => expect(await stateOf(wait)).toBe('pending')))
      expect((await Promise.all([...waits, barrier.wait()])).sort((a, b) => a - b)).toEqual([0, 1, 2])
      expect(acts).toHaveLength(round)
    }
  })

  it('fails the round of a party that dies, with its end as the cause, and takes the next one', async () => {
    await using system = testSystem()
    const barrier = await createBarrier(system, 2, { name: 'start' })
    const party = system.spawn(Party)
    const dead = rejection(party.ask('barrier', barrier))
    const three = await createBarrier(system, 3)
    const [other, third] = [rejection(three.wait()), rejection(party.ask('barrier', three))]
    await turns()
    party.kill()
    await Promise.all([dead, third])
    expect(await other).toMatchObject({
      code: 'TROUPE_BARRIER_BROKEN',
      cause: { code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } },
    })
    expect(await barrier.broken()).toBe(false)
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort((a, b) => a - b)).toEqual([0, 1])
  })

  it.each([0, 40])('breaks for all when a party does not wait longer than %i ms, until it is reset', async (timeout) => {
    const { clock, system } = timedSystem()
    await using _ = system
    const barrier = await createBarrier(system, 3)
    const waits = rejection(barrier.wait())
    await turns()
    const late = rejection(barrier.wait({ timeout }))
    await turns()
    await clock.advance(timeout)
    const broken = { code: 'TROUPE_BARRIER_BROKEN', cause: { code: 'TROUPE_LOCK_TIMEOUT' } }
    expect([await late, await waits]).toMatchObject([broken, broken])
    expect([await barrier.broken(), await codeOf(barrier.wait())]).toEqual([true, 'TROUPE_BARRIER_BROKEN'])
    await barrier.reset()
    expect(await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()])).toEqual([0, 1, 2])
    expect(await (await createBarrier(system, 1)).wait({ timeout: 0 })).toBe(0)
  })

  it('breaks by an abort, by its own or of a signal, and by a reset for those who wait', async () => {
    await using system = testSystem()
    const barrier = await createBarrier(system, 2)
    const one = codeOf(barrier.wait())
    await turns()
    await barrier.reset()
    expect([await one, await barrier.broken()]).toEqual(['TROUPE_BARRIER_BROKEN', false])
    const two = codeOf(barrier.wait())
    await turns()
    await barrier.abort()
    expect([await two, await barrier.broken()]).toEqual(['TROUPE_BARRIER_BROKEN', true])
    await barrier.reset()
    const controller = new AbortController()
    const three = await createBarrier(system, 3)
    const [aborted, other] = [rejection(three.wait({ signal: controller.signal })), codeOf(three.wait())]
    await turns()
    controller.abort('enough')
    expect([await aborted, await other, await three.broken()]).toEqual(['enough', 'TROUPE_BARRIER_BROKEN', true])
  })

  it('breaks when its action fails: the last party gets that error', async () => {
    await using system = testSystem()
    const error = new Error('no cake')
    const barrier = await createBarrier(system, 2, { action: () => Promise.reject(error) })
    const first = codeOf(barrier.wait())
    await turns()
    expect([await rejection(barrier.wait()), await first, await barrier.broken()]).toEqual([error, 'TROUPE_BARRIER_BROKEN', true])
  })

  it('refuses a number of parties that is none', async () => {
    await using system = testSystem()
    await expect(createBarrier(system, 0)).rejects.toThrow('a barrier has a whole number of parties from 1 up, not 0')
  })
})
