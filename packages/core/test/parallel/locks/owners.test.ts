/**
 * Circles of those who wait for each other over the locks of several owners, on one thread; time moves by hand.
 */
import { describe, expect, it } from 'vitest'
import { type ActorRef, actor, type Self, supervisor, type System } from '../../../src/index.ts'
import {
  createCondition,
  createLock,
  createManager,
  createRLock,
  createSemaphore,
  type Condition,
  type Lease,
  type Lock,
  LockOwner,
  type LockOwnerProtocol,
} from '../../../src/parallel/index.ts'
import type { ManualClock } from '../../../src/base/manual-clock.ts'
import { inline } from '../../support/actors.ts'
import { timedSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'
import { acquireInto } from './holding.ts'

/** Acquires as it is told, and keeps its leases. */
const Holder = actor({
  name: 'Holder',
  setup(self: Self) {
    const leases: Lease[] = []
    return {
      acquire: (lock: Lock, timeout?: number) =>
        acquireInto(leases, self, lock, { by: self, ...(timeout === undefined ? {} : { timeout }) }),
      async release() {
        await Promise.resolve()
        await leases.shift()?.release()
      },
      wait(condition: Condition, timeout: number) {
        const answer = self.defer<number>()
        condition.wait({ by: self, timeout }).then(
          (token) => answer.resolve(token),
          (error: unknown) => answer.reject(error),
        )
        return answer
      },
    }
  },
})
type HolderRef = ActorRef<{
  acquire(lock: Lock, timeout?: number): number
  release(): void
  wait(condition: Condition, timeout: number): number
}>

const GROUP = 'troupe.LockOwner'
/** More than the longest time between two looks, and what it takes to look. */
const LONG = 3_000

interface World {
  readonly clock: ManualClock
  readonly system: System
  /** What is asked of owners from now on, by themselves. */
  readonly looks: () => number
  holders(...names: readonly string[]): readonly HolderRef[]
  [Symbol.asyncDispose](): Promise<void>
}

/** A system with one owner more, which counts how often the others look. */
function world(): World {
  const { clock, system } = timedSystem()
  let looks = 0
  const Spy = inline(() => ({ waitsOf: () => (looks++, []) }), 'Spy')
  system.group(GROUP).join(system.spawn(Spy))
  return {
    clock,
    system,
    looks: () => looks,
    holders: (...names) => names.map((name) => system.spawn(Holder, [], { name })),
    [Symbol.asyncDispose]: () => system.shutdown(),
  }
}

/** Begins to wait, without an end to it. */
async function waitsFor(holder: HolderRef | undefined, lock: Lock | undefined): Promise<{ readonly done: Promise<number> }> {
  if (holder === undefined || lock === undefined) throw new Error('there is no such holder, or lock')
  const done = holder.with({ timeout: Infinity }).ask('acquire', lock)
  done.catch(() => undefined)
  await turns()
  return { done }
}

async function has(holder: HolderRef | undefined, lock: Lock | undefined): Promise<void> {
  await (
    await waitsFor(holder, lock)
  ).done
}

const path = (name: string): string => `troupe://test/${name}`

describe('a circle over the locks of several owners', () => {
  it('of a manager and of the system ends by the error of the one that closed it, who is told of all in it', async () => {
    await using all = world()
    const manager = await createManager(all.system)
    const [a, b] = [await createLock(all.system), await manager.lock('b')]
    const [one, two] = all.holders('one', 'two')
    await has(one, a)
    await has(two, b)
    const first = await waitsFor(one, b)
    await all.clock.advance(500)
    const second = await waitsFor(two, a)
    expect(await stateOf(second.done)).toBe('pending') // it takes a moment
    await all.clock.advance(50)
    expect(await stateOf(second.done)).toBe('rejected')
    expect(await rejection(second.done)).toMatchObject({ name: 'DeadlockError', cycle: [path('two'), path('one')] })
    await all.clock.advance(LONG)
    expect(await stateOf(first.done)).toBe('pending')
    await two?.ask('release')
    await first.done
  })

  it('of two managers ends, whichever of them has the lock that closes it', async () => {
    await using all = world()
    const managers = [await createManager(all.system), await createManager(all.system)]
    const [a, b] = await Promise.all(managers.map((manager) => manager.lock()))
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const [one, two] = [all.system.spawn(Holder), all.system.spawn(Holder)]
      await has(one, from)
      await has(two, to)
      const first = await waitsFor(one, to)
      const second = await waitsFor(two, from)
      await all.clock.advance(100)
      expect(await rejection(second.done)).toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [two.path, one.path] })
      await two.ask('release')
      await first.done
      one.kill()
      await one.exited
    }
  })

  it.each([3, 7])('of %i owners has one victim, and all others go on', async (count) => {
    await using all = world()
    const owners = Array.from({ length: count }, () => all.system.spawn(LockOwner))
    const locks = await Promise.all(owners.map((owner) => createLock(owner)))
    const names = owners.map((_, index) => `p${index}`)
    const holders = all.holders(...names)
    for (const [index, holder] of holders.entries()) await has(holder, locks[index])
    const waits: Promise<number>[] = []
    for (const [index, holder] of holders.entries()) waits.push((await waitsFor(holder, locks[(index + 1) % count])).done)
    await all.clock.advance(LONG)
    expect(await Promise.all(waits.map(stateOf))).toEqual([...Array.from({ length: count - 1 }, () => 'pending'), 'rejected'])
    const last = count - 1
    expect(await rejection(waits[last] ?? Promise.resolve())).toMatchObject({
      cycle: [last, ...names.keys()].slice(0, count).map((index) => path(`p${index}`)),
    })
    for (let index = last; index >= 0; index--) {
      await holders[index]?.ask('release')
      if (index < last) await holders[index]?.ask('release')
    }
    await Promise.all(waits.slice(0, last))
  })

  it('of rlocks is one as of locks, though each may be acquired again', async () => {
    await using all = world()
    const [a, b] = [await createRLock(all.system), await createRLock(all.system.spawn(LockOwner))]
    const [one, two] = all.holders('one', 'two')
    for (let time = 0; time < 2; time++) {
      await has(one, a)
      await has(two, b)
    }
    const first = await waitsFor(one, b)
    const second = await waitsFor(two, a)
    await all.clock.advance(100)
    expect(await rejection(second.done)).toMatchObject({ cycle: [path('two'), path('one')] })
    await two?.ask('release')
    expect(await stateOf(first.done)).toBe('pending')
    await two?.ask('release')
    await first.done
  })

  it('of a semaphore is none while somebody who holds a permit goes on', async () => {
    await using all = world()
    const [lock, semaphore] = [await createLock(all.system), await createSemaphore(all.system.spawn(LockOwner), 2)]
    const [one, two, three] = all.holders('one', 'two', 'three')
    await has(one, lock)
    await has(two, semaphore)
    await has(three, semaphore)
    const waits = [await waitsFor(two, lock), await waitsFor(one, semaphore)]
    await all.clock.advance(LONG)
    expect(await Promise.all(waits.map(({ done }) => stateOf(done)))).toEqual(['pending', 'pending'])
    const last = await waitsFor(three, lock) // now all are stuck
    await all.clock.advance(LONG)
    expect(await rejection(last.done)).toMatchObject({ code: 'TROUPE_DEADLOCK' })
    await three?.ask('release')
    await waits[1]?.done
  })

  it('is seen outside of actors too, where a lease of another owner says what is held', async () => {
    await using all = world()
    const [a, b] = [await createLock(all.system, { name: 'a' }), await createLock(all.system.spawn(LockOwner))]
    const [mine, yours] = [await a.acquire(), await b.acquire()]
    const first = a.acquire({ by: yours })
    await turns()
    const refused = rejection(b.acquire({ by: mine }))
    await all.clock.advance(100)
    expect(await refused).toMatchObject({ code: 'TROUPE_DEADLOCK' })
    await mine.release()
    const more = await first
    expect(await rejection(b.acquire({ by: more }))).toMatchObject({ code: 'TROUPE_DEADLOCK' }) // for itself, at once
    await more.release()
    const error = await rejection(b.acquire({ by: more }))
    expect(error).toMatchObject({ code: 'TROUPE_NOT_HELD' })
    expect(await rejection(b.tryAcquire({ by: mine }))).toMatchObject({ code: 'TROUPE_NOT_HELD' })
    await yours.release()
    expect(await b.tryAcquire({ by: await a.acquire() })).not.toBeNull()
  })

  it('spares whoever must have its lock again after a condition, though it was the last one', async () => {
    await using all = world()
    const condition = await createCondition(all.system)
    const other = await createLock(all.system.spawn(LockOwner))
    const [one, two] = all.holders('one', 'two')
    await has(one, other)
    await has(one, condition.lock)
    const back = one?.with({ timeout: Infinity }).ask('wait', condition, 200) ?? Promise.resolve(0)
    back.catch(() => undefined)
    await has(two, condition.lock)
    const older = await waitsFor(two, other)
    await all.clock.advance(150)
    expect(await Promise.all([stateOf(back), stateOf(older.done)])).toEqual(['pending', 'pending'])
    await all.clock.advance(LONG)
    expect(await rejection(older.done)).toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [path('two'), path('one')] })
    await two?.ask('release')
    expect(await rejection(back)).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT' })
  })

  it('ends where one of its owners dies', async () => {
    await using all = world()
    const owner = all.system.spawn(LockOwner)
    const [a, b] = [await createLock(all.system), await createLock(owner)]
    const [one, two] = all.holders('one', 'two')
    await has(one, a)
    await has(two, b)
    const first = await waitsFor(one, b)
    const second = await waitsFor(two, a)
    owner.kill()
    expect(await rejection(first.done)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await all.clock.advance(LONG)
    expect(await stateOf(second.done)).toBe('pending')
    await one?.ask('release')
    await second.done
  })

  it('ends where somebody in it waits no longer, or holds no longer', async () => {
    await using all = world()
    const [a, b] = [await createLock(all.system), await createLock(all.system.spawn(LockOwner))]
    const [one, two] = all.holders('one', 'two')
    await has(one, a)
    await has(two, b)
    const limited = one?.ask('acquire', b, 20) ?? Promise.resolve(0)
    const second = await waitsFor(two, a)
    const late = rejection(limited)
    await all.clock.advance(20)
    expect(await late).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT' })
    await all.clock.advance(LONG)
    expect(await stateOf(second.done)).toBe('pending')
    await one?.ask('release')
    await second.done
  })

  it('is found though an owner does not answer, and though one is started anew', async () => {
    await using all = world()
    const Silent = inline((self) => ({ waitsOf: () => self.defer<never>() }), 'Silent')
    const Wrong = inline(() => ({ waitsOf: () => 'nobody' }), 'Wrong')
    for (const definition of [Silent, Wrong]) all.system.group(GROUP).join(all.system.spawn(definition) as ActorRef)
    const boss = all.system.spawn(supervisor({ name: 'Boss', children: [{ id: 'locks', actor: LockOwner }] }))
    const owner = (await boss.ask('child', 'locks')) as ActorRef<LockOwnerProtocol>
    const [one, two] = all.holders('one', 'two')
    const a = await createLock(all.system)
    for (let life = 0; life < 2; life++) {
      const b = await createLock(owner)
      const held = [await waitsFor(one, a), await waitsFor(two, b)]
      await Promise.all(held.map(({ done }) => done))
      const first = await waitsFor(one, b)
      const second = await waitsFor(two, a)
      await all.clock.advance(5_000)
      expect(await rejection(second.done)).toMatchObject({ code: 'TROUPE_DEADLOCK' })
      owner.kill()
      expect(await rejection(first.done)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
      await one?.ask('release')
    }
  })
})

describe('a look for circles', () => {
  it('is taken by nobody who has a lock at once, or soon', async () => {
    await using all = world()
    const { clock, system, looks, holders } = all
    const [lock, owner] = [await createLock(system), system.spawn(LockOwner)]
    const other = await createLock(owner)
    for (let time = 0; time < 10; time++) await other.withLock(() => lock.withLock(() => undefined))
    expect(system.group(GROUP).members()).toHaveLength(1) // the one that counts
    for (const holder of holders('one', 'two', 'three')) {
      const mine = await lock.acquire()
      const next = await waitsFor(holder, lock)
      await clock.advance(40)
      await mine.release()
      await next.done
      await holder.ask('release')
      await clock.advance(10_000)
    }
    expect([looks(), system.group(GROUP).members().length, clock.pending]).toEqual([0, 2, 0])
  })

  it('is taken ever less often for one who waits, however many they are', async () => {
    await using all = world()
    const { clock, system, looks } = all
    const lock = await createLock(system)
    const mine = await lock.acquire()
    const waits = Array.from({ length: 500 }, () => lock.acquire())
    await turns()
    const counts: number[] = []
    for (const ms of [49, 1, 99, 1, 199, 1, 10_000]) {
      await clock.advance(ms)
      counts.push(looks())
    }
    expect(counts).toEqual([0, 1, 1, 2, 2, 3, 13])
    await mine.release()
    for (const wait of waits) await (await wait).release()
    await clock.advance(10_000)
    expect([looks(), clock.pending]).toEqual([13, 0])
  })

  it('is not taken where there is one owner alone', async () => {
    const { clock, system } = timedSystem()
    const lock = await createLock(system)
    const mine = await lock.acquire()
    const waits = lock.acquire()
    await clock.advance(LONG)
    expect(await stateOf(waits)).toBe('pending')
    expect(system.group(GROUP).members()).toHaveLength(1)
    await mine.release()
    await (await waits).release()
    await system.shutdown()
  })
})
