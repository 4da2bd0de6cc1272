/**
 * Locks and semaphores on one thread: who holds, who waits, who is next; time moves by hand.
 */
import { expectTypeOf, describe, expect, it } from 'vitest'
import { actor, isTroupeError, type Self, supervisor } from '../../../src/index.ts'
import {
  createBoundedSemaphore,
  createLock,
  createRLock,
  createSemaphore,
  type Lease,
  type Lock,
  LockOwner,
  synchronized,
} from '../../../src/parallel/index.ts'
import { record, testSystem, timedSystem } from '../../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../../support/waiting.ts'
import { acquireInto } from './holding.ts'

/** Holds and waits for locks as it is told, and keeps its leases. */
const Holder = actor({
  name: 'Holder',
  setup(self: Self) {
    const leases: Lease[] = []
    return {
      acquire: (lock: Lock, timeout?: number) =>
        acquireInto(leases, self, lock, { by: self, ...(timeout === undefined ? {} : { timeout }) }),
      async acquireUnnamed(lock: Lock) {
        const lease = await lock.acquire()
        leases.push(lease)
        return lease.token
      },
      async releaseLate() {
        await turns(1)
        await leases.shift()?.release()
      },
      give: () => leases[0],
      release(lease: Lease) {
        const answer = self.defer<string>()
        lease.release().then(
          () => answer.resolve('released'),
          (error: unknown) => answer.resolve(isTroupeError(error) ? error.code : String(error)),
        )
        return answer
      },
    }
  },
})

const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const error = await rejection(promise)
  return isTroupeError(error) ? error.code : error
}

describe('a lock', () => {
  it('has one holder at a time, in the order of asking, with rising tokens', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const first = await lock.acquire()
    const order: number[] = []
    const others = [1, 2, 3].map((n) => lock.acquire().then(async (lease) => (order.push(n), await lease.release(), lease.token)))
    expect(await lock.tryAcquire()).toBeNull()
    expect(order).toEqual([])
    await first.release()
    expect(await Promise.all(others)).toEqual([first.token + 1, first.token + 2, first.token + 3])
    expect(order).toEqual([1, 2, 3])
    expect((await lock.tryAcquire())?.token).toBe(first.token + 4)
  })

  it('counts without a race what races without it', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    let [counted, raced] = [0, 0]
    const add = synchronized(lock)(async (by: number) => {
      const before = counted
      await turns(1)
      counted = before + by
      return counted
    })
    expectTypeOf(add).toEqualTypeOf<(by: number) => Promise<number>>()
    const race = async (): Promise<void> => {
      const before = raced
      await turns(1)
      raced = before + 1
    }
    await Promise.all(Array.from({ length: 20 }, () => Promise.all([add(1), race()])))
    expect(counted).toBe(20)
    expect(raced).toBeLessThan(20)
  })

  it('is released once, and a lease that was disposed of is fine to dispose of', async () => {
    await using system = testSystem()
    const lock = await createLock(system, { name: 'orders' })
    const lease = await lock.acquire()
    await lease.release()
    expect(await rejection(lease.release())).toMatchObject({ code: 'TROUPE_NOT_HELD', message: /^lock "orders" was released/ })
    await lease[Symbol.asyncDispose]()
    {
      await using held = await lock.acquire()
      expect([held.token, await lock.tryAcquire()]).toEqual([lease.token + 1, null])
    }
    await lock.withLock((held) => expect(held.token).toBe(lease.token + 2))
  })

  it('is given back when the code under it throws, and the caller gets that error', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const error = new Error('no paper')
    expect(await rejection(lock.withLock(() => Promise.reject(error)))).toBe(error)
    expect(await lock.withLock(() => 'free again')).toBe('free again')
  })

  it('gives nothing to who waited too long, aborted, or only polls', async () => {
    const { clock, system } = timedSystem()
    await using _ = system
    const lock = await createLock(system)
    const lease = await lock.acquire()
    const controller = new AbortController()
    const late = lock.acquire({ timeout: 50 })
    const aborted = lock.acquire({ signal: controller.signal })
    const next = lock.acquire()
    expect(await codeOf(lock.acquire({ timeout: 0 }))).toBe('TROUPE_LOCK_TIMEOUT')
    expect(await stateOf(late)).toBe('pending')
    const gone = rejection(late)
    await clock.advance(50)
    expect(await gone).toMatchObject({ name: 'LockTimeoutError', code: 'TROUPE_LOCK_TIMEOUT', message: /within 50 ms/ })
    controller.abort('enough')
    expect(await rejection(aborted)).toBe('enough')
    await lease.release()
    expect((await next).token).toBe(lease.token + 1)
    expect(await rejection(lock.acquire({ timeout: -1 }))).toBeInstanceOf(RangeError)
    const over = AbortSignal.abort('before')
    expect(await rejection(lock.acquire({ signal: over }))).toBe('before')
    expect(await rejection(lock.acquire({ signal: over, timeout: 0 }))).toBe('before')
  })

  it('comes back when its holder dies, and passes over those who died waiting', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const [one, two, three] = [system.spawn(Holder), system.spawn(Holder), system.spawn(Holder)]
    const token = await one.ask('acquire', lock)
    const dead = two.ask('acquire', lock)
    const next = three.with({ timeout: Infinity }).ask('acquire', lock)
    expect(await stateOf(next)).toBe('pending')
    two.kill()
    await rejection(dead)
    one.kill()
    expect(await next).toBe(token + 1)
  })

  it('comes back from an actor that is started anew by its supervisor', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const Fragile = actor({
      name: 'Fragile',
      setup: () => ({
        async hold() {
          await lock.acquire()
          throw new Error('and falls')
        },
        acquire: async () => (await lock.acquire()).token,
      }),
    })
    const boss = system.spawn(supervisor({ name: 'Boss', children: [{ id: 'one', actor: Fragile }] }))
    const child = await boss.ask('child', 'one')
    await rejection(child.ask('hold'))
    expect(await child.ask('acquire')).toBeGreaterThan(0)
  })

  it('is released by its holder only: not by another actor, and not by a copy of the lease', async () => {
    await using system = testSystem({ checkMessages: true })
    const lock = await createLock(system)
    const [one, two] = [system.spawn(Holder), system.spawn(Holder)]
    await one.ask('acquireUnnamed', lock)
    const copy = await one.ask('give')
    if (copy === undefined) throw new Error('the lease was not given')
    expect(await two.ask('release', copy)).toBe('TROUPE_NOT_HELD')
    expect(await codeOf(copy.release())).toBe('TROUPE_NOT_HELD')
    expect(await lock.tryAcquire()).toBeNull()
    await one.ask('releaseLate') // after an await, where it is not known who calls
    expect(await lock.tryAcquire()).not.toBeNull()
  })

  it('refuses a lease that was lost, so that nobody goes on in the belief to hold it', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const holder = system.spawn(Holder)
    await holder.ask('acquireUnnamed', lock)
    const lease = await holder.ask('give')
    holder.kill()
    const next = await lock.acquire()
    expect(await codeOf(lease?.release() ?? Promise.resolve())).toBe('TROUPE_NOT_HELD')
    await next.release()
  })

  it('ends with its owner: whoever waits or comes hears so at once', async () => {
    await using system = testSystem()
    const owner = system.spawn(LockOwner)
    const lock = await createLock(owner)
    const lease = await lock.acquire()
    const waiting = codeOf(lock.acquire())
    await turns()
    owner.kill()
    expect(await waiting).toBe('TROUPE_ACTOR_STOPPED')
    expect(await codeOf(lock.acquire())).toBe('TROUPE_ACTOR_STOPPED')
    expect(await codeOf(lease.release())).toBe('TROUPE_ACTOR_STOPPED')
    const other = await createLock(system)
    const [held, refused] = [await other.acquire(), codeOf(other.acquire())]
    await turns()
    other.close()
    expect(await refused).toBe('TROUPE_LOCK_CLOSED')
    expect(await codeOf(held.release())).toBe('TROUPE_LOCK_CLOSED')
  })

  it('is gone when its owner is started anew, and a new one there has higher tokens', async () => {
    await using system = testSystem()
    const boss = system.spawn(supervisor({ name: 'Boss', children: [{ id: 'locks', actor: LockOwner }] }))
    const owner = await boss.ask('child', 'locks')
    const old = await createLock(owner, { name: 'a' })
    const lease = await old.acquire()
    const waits = codeOf(old.acquire())
    await turns()
    owner.kill()
    expect(await waits).toBe('TROUPE_ACTOR_STOPPED')
    const lock = await createLock(owner, { name: 'a' })
    expect((await lock.acquire()).token).toBeGreaterThan(lease.token)
    expect([await codeOf(old.acquire()), await codeOf(lease.release())]).toEqual(['TROUPE_LOCK_CLOSED', 'TROUPE_LOCK_CLOSED'])
  })

  it('can be sent, and means the same one where it arrives', async () => {
    await using system = testSystem({ checkMessages: true })
    const lock = await createLock(system)
    const holder = system.spawn(Holder)
    const lease = await lock.acquire()
    const asked = holder.ask('acquire', lock)
    expect(await stateOf(asked)).toBe('pending')
    await lease.release()
    expect(await asked).toBe(lease.token + 1)
  })

  it('goes back although the message in whose handling it is released has no time left', async () => {
    const { clock, system } = timedSystem()
    await using _ = system
    const lock = await createLock(system)
    const [entered, leave] = [gate(), gate()]
    const slow = system.spawn(
      actor({
        name: 'Slow',
        setup: (self: Self) => ({
          work: () => lock.withLock(() => (entered.open(), leave.promise), { by: self }).catch(() => undefined),
        }),
      }),
    )
    const asked = codeOf(slow.with({ timeout: 10 }).ask('work'))
    await entered.promise
    await clock.advance(10)
    expect(await asked).toBe('TROUPE_ASK_TIMEOUT')
    leave.open()
    await (await lock.acquire()).release()
  })

  it('keeps nothing of those who came and went', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const lock = await createLock(system)
    await Promise.all(Array.from({ length: 200 }, () => lock.withLock(() => undefined)))
    expect(letters).toEqual([])
  })
})

describe('those who wait for each other', () => {
  it('are told apart from those who only wait: the newest one is refused at once, with the circle', async () => {
    await using system = testSystem()
    const [a, b, c] = [await createLock(system), await createLock(system), await createRLock(system)]
    const [one, two, three] = ['one', 'two', 'three'].map((name) => system.spawn(Holder, [], { name }))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were spawned')
    await Promise.all([one.ask('acquire', a), two.ask('acquire', b), three.ask('acquire', c)])
    const waits = [one.with({ timeout: Infinity }).ask('acquire', b), two.with({ timeout: Infinity }).ask('acquire', c)]
    await turns()
    expect(await rejection(three.ask('acquire', a))).toMatchObject({
      name: 'DeadlockError',
      cycle: ['troupe://test/three', 'troupe://test/one', 'troupe://test/two'],
    })
    await three.ask('releaseLate')
    const token = await waits[1]
    two.kill()
    expect(await waits[0]).toBeGreaterThan(token ?? Infinity)
  })

  it('are not suspected where somebody who holds a permit goes on', async () => {
    await using system = testSystem()
    const [lock, semaphore] = [await createLock(system), await createSemaphore(system, 2)]
    const [one, two, three] = [system.spawn(Holder), system.spawn(Holder), system.spawn(Holder)]
    await one.ask('acquire', lock)
    await two.ask('acquire', semaphore)
    await three.ask('acquire', semaphore)
    const blocked = two.with({ timeout: Infinity }).ask('acquire', lock)
    const waits = one.with({ timeout: Infinity }).ask('acquire', semaphore)
    expect([await stateOf(blocked), await stateOf(waits)]).toEqual(['pending', 'pending'])
    expect(await codeOf(three.ask('acquire', lock))).toBe('TROUPE_DEADLOCK') // now all three are stuck
    await three.ask('releaseLate')
    expect(await waits).toBeGreaterThan(0)
    one.kill()
    await blocked
  })

  it('are seen outside of actors too, where a lease says what is held', async () => {
    await using system = testSystem()
    const [a, b] = [await createLock(system), await createLock(system)]
    const [mine, yours] = [await a.acquire(), await b.acquire()]
    const waits = a.acquire({ by: yours })
    await turns()
    expect(await codeOf(b.acquire({ by: mine }))).toBe('TROUPE_DEADLOCK')
    expect(await codeOf(a.withLock(() => undefined, { by: mine }))).toBe('TROUPE_DEADLOCK') // for itself
    await mine.release()
    await (await waits).release()
    expect(await codeOf(b.acquire({ by: mine }))).toBe('TROUPE_NOT_HELD')
  })

  it('are not suspected for what one actor or one program does at a time', async () => {
    await using system = testSystem()
    const lock = await createLock(system)
    const [counts, worker] = [
      { now: 0, most: 0 },
      system.spawn(
        actor({
          name: 'Fan',
          setup: () => ({
            out: () =>
              Promise.all(
                Array.from({ length: 5 }, () =>
                  lock.withLock(async () => {
                    counts.most = Math.max(counts.most, ++counts.now)
                    await turns(1)
                    counts.now--
                  }),
                ),
              ),
          }),
        }),
      ),
    ]
    await worker.ask('out')
    expect(counts).toEqual({ now: 0, most: 1 })
  })
})

describe('an rlock', () => {
  it('is acquired again by its holder, and free when it was released as often', async () => {
    await using system = testSystem()
    const lock = await createRLock(system)
    const [one, two] = [system.spawn(Holder), system.spawn(Holder)]
    const token = await one.ask('acquire', lock)
    const waits = two.ask('acquire', lock)
    await turns()
    expect(await one.ask('acquire', lock)).toBe(token + 1)
    await one.ask('releaseLate')
    expect(await stateOf(waits)).toBe('pending')
    await one.ask('releaseLate')
    expect(await waits).toBe(token + 2)
    expect(await lock.tryAcquire()).toBeNull()
  })

  it('has one holder in all code outside of actors', async () => {
    await using system = testSystem()
    const lock = await createRLock(system)
    await lock.withLock(() => lock.withLock(() => undefined))
    expect(await lock.tryAcquire()).not.toBeNull()
  })
})

describe('a semaphore', () => {
  it.each([
    ['semaphore', createSemaphore],
    ['bounded semaphore', createBoundedSemaphore],
  ])('lets as many in as it has permits: %s', async (_, create) => {
    await using system = testSystem()
    const semaphore = await create(system, 3)
    let [inside, most] = [0, 0]
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await turns(1)
      inside--
    }
    await Promise.all(Array.from({ length: 12 }, () => semaphore.withLock(work)))
    expect([inside, most]).toEqual([0, 3])
    const lease = await semaphore.acquire()
    await lease.release()
    expect(await codeOf(lease.release())).toBe('TROUPE_NOT_HELD') // no permit comes from nowhere
  })

  it('can be made larger and smaller while it is used', async () => {
    await using system = testSystem()
    const semaphore = await createSemaphore(system, 0)
    const waits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()]
    await turns()
    await semaphore.resize(2)
    const [one, two] = await Promise.all(waits.slice(0, 2))
    await semaphore.resize(1)
    await one?.release()
    expect(await stateOf(waits[2] ?? Promise.resolve())).toBe('pending')
    await two?.release()
    await waits[2]
  })

  it('refuses a number of permits that is none', async () => {
    await using system = testSystem()
    await expect(createSemaphore(system, -1)).rejects.toThrow('a semaphore has a whole number of permits from 0 up, not -1')
    await expect(createSemaphore(system, 1.5)).rejects.toThrow(RangeError)
    await expect((await createSemaphore(system)).resize(Number.NaN)).rejects.toThrow(RangeError)
  })
})
