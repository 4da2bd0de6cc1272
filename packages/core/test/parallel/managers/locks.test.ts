/**
 * Queues and locks that a manager hands out.
 */
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Manager, type Delivery, type Lock, type Queue, createManager, openManager } from '../../../src/parallel/index.ts'
import { ManagerDefinition } from '../../../src/parallel/managers/manager-owner.ts'
import { supervisor } from '../../../src/index.ts'
import { inline } from '../../support/actors.ts'
import { testSystem } from '../../support/test-system.ts'

const stopped = { code: 'TROUPE_ACTOR_STOPPED' }

describe('a manager', () => {
  it('hands out queues', async () => {
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    const queue = await manager.queue<number>({ maxSize: 2, order: 'lifo' })
    expectTypeOf(queue).toEqualTypeOf<Queue<number>>()
    await queue.put(1)
    await queue.put(2)
    expect(await queue.tryPut(3)).toBe(false)
    expect([await queue.get(), await queue.get()]).toEqual([2, 1])
    const jobs = await manager.queue<string>({ ack: 'manual', name: 'jobs' })
    expectTypeOf(jobs).toEqualTypeOf<Queue<string, Delivery<string>>>()
    await jobs.put('one')
    const same = await manager.queue<string>({ ack: 'manual', name: 'jobs' })
    const delivery = await same.get()
    expect([delivery.value, delivery.deliveries]).toEqual(['one', 1])
    await delivery.done()
    await jobs.join()
    await expect(manager.queue('jobs')).rejects.toMatchObject({ code: 'TROUPE_SHARED_KIND' })
    await expect(manager.queue({ maxSize: -1 })).rejects.toThrow(RangeError)
  })

  it('hands out every kind of lock', async () => {
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    const [lock, rlock] = [await manager.lock(), await manager.rlock()]
    const lease = await lock.acquire()
    expect(await lock.tryAcquire()).toBeNull()
    await lease.release()
    await using one = await rlock.acquire()
    await using two = await rlock.acquire()
    expect(two.token).toBeGreaterThan(one.token)

    for (const semaphore of [await manager.semaphore(2), await manager.boundedSemaphore(2)]) {
      const leases = [await semaphore.acquire(), await semaphore.acquire()]
      expect(await semaphore.tryAcquire()).toBeNull()
      for (const each of leases) await each.release()
      await expect(leases[0]?.release()).rejects.toMatchObject({ code: 'TROUPE_NOT_HELD' })
    }

    const event = await manager.event()
    const waits = event.wait()
    await event.set()
    expect([await waits, await event.isSet(), await (await manager.event({ isSet: true })).isSet()]).toEqual([1, true, true])

    const condition = await manager.condition({ lock })
    const items: string[] = []
    const found = condition.withLock(async (held) => await condition.waitFor(() => items.at(0), { by: held }))
    await condition.withLock(async (held) => {
      items.push('item')
      await condition.notify(1, { by: held })
    })
    expect(await found).toBe('item')
    expect(await (await manager.condition()).withLock(() => 'held')).toBe('held')

    const barrier = await manager.barrier(2)
    expect(new Set(await Promise.all([barrier.wait(), barrier.wait()]))).toEqual(new Set([0, 1]))
    await expect(manager.semaphore(-1)).rejects.toThrow(RangeError)
    await expect(manager.barrier(0)).rejects.toThrow(RangeError)
  })

  it('gives whoever asks for a name the one of that name, as long as it is there', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const [one, two] = await Promise.all([manager.lock('a'), manager.lock({ name: 'a' })])
    const held = await one.acquire()
    expect(await two.tryAcquire()).toBeNull()
    await held.release()
    const [three] = await Promise.all([manager.semaphore(3, 'permits'), manager.semaphore(1, 'permits')])
    expect(await Promise.all([three.tryAcquire(), three.tryAcquire(), three.tryAcquire()])).not.toContain(null)
    await manager.event('go')
    let acted = 0
    const first = await manager.barrier(2, { name: 'start', action: () => ++acted })
    const second = await manager.barrier(2, { name: 'start' })
    await Promise.all([first.wait(), second.wait()])
    expect(acted).toBe(1)
    expect(await manager.names()).toEqual(['a', 'permits', 'go', 'start'])
    for (const other of [manager.rlock('a'), manager.dict([], { name: 'a' }), manager.lock('go')])
      await expect(other).rejects.toMatchObject({ code: 'TROUPE_SHARED_KIND' })
    one.close()
    while ((await manager.names()).includes('a'));
    const again = await manager.lock('a')
    await expect(two.acquire()).rejects.toMatchObject({ code: 'TROUPE_LOCK_CLOSED' })
    await (await again.acquire()).release()
    await expect(manager.lock(5 as never)).resolves.toBeDefined()
    await expect(manager.lock({ name: 5 as never })).rejects.toThrow(/name is a string, not 5/)
  })

  it('runs the action that is given alone', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    let acted = 0
    const barrier = await manager.barrier(1, () => ++acted)
    expect([await barrier.wait(), await barrier.wait(), acted]).toEqual([0, 0, 2])
  })

  it('finds a circle over its locks', async () => {
    const Taker = inline(
      (self) => ({
        take: async (...locks: Lock[]) => {
          for (const lock of locks) await lock.acquire({ by: self })
        },
      }),
      'Taker',
    )
    await using system = testSystem()
    await using manager = await createManager(system)
    const [a, b] = [await manager.lock('a'), await manager.lock('b')]
    const [one, two] = [system.spawn(Taker), system.spawn(Taker)]
    await one.ask('take', a)
    await two.ask('take', b)
    const waits = one.ask('take', b)
    await expect(two.ask('take', a)).rejects.toMatchObject({ code: 'TROUPE_DEADLOCK' })
    two.kill()
    await waits
  })

  it('ends what it handed out with itself', async () => {
    await using system = testSystem()
    const manager = await createManager(system)
    const [lock, event, barrier, queue] = [
      await manager.lock(),
      await manager.event(),
      await manager.barrier(2),
      await manager.queue<number>(),
    ]
    const lease = await lock.acquire()
    const waits = [lock.acquire(), event.wait(), barrier.wait()].map(
      async (each) => await expect(each).rejects.toMatchObject(stopped),
    )
    const gets = expect(queue.get()).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
    await manager.close()
    await Promise.all([...waits, gets])
    await expect(lease.release()).rejects.toMatchObject(stopped)
    await expect(manager.lock()).rejects.toMatchObject(stopped)
  })

  it('can be asked by actors that it was sent to', async () => {
    const Counter = inline(
      () => ({
        count: async (manager: Manager, times: number) => {
          const [lock, total] = [await manager.lock('total'), await manager.value(0, { name: 'total value' })]
          for (let time = 0; time < times; time++) await lock.withLock(async () => await total.set((await total.get()) + 1))
          return lock
        },
      }),
      'Counter',
    )
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    const counters = Array.from({ length: 4 }, () => system.spawn(Counter))
    await Promise.all(counters.map((counter) => counter.ask('count', manager, 20)))
    expect(await (await manager.value(0, { name: 'total value' })).get()).toBe(80)
  })

  it('that is started anew gives higher tokens than in all its lives before', async () => {
    const Shop = supervisor({ name: 'Shop', children: [{ id: 'shared', actor: ManagerDefinition }] })
    await using system = testSystem()
    const manager = openManager(await system.spawn(Shop).ask('child', 'shared'))
    const tokens: number[] = []
    for (let life = 0; life < 3; life++) {
      const lock = await manager.lock('a')
      const lease = await lock.acquire()
      tokens.push(lease.token)
      manager.ref.kill()
      await expect(lease.release()).rejects.toMatchObject(stopped)
      await expect(lock.acquire()).rejects.toMatchObject(stopped)
    }
    expect(tokens.every((token, index) => index === 0 || token > (tokens[index - 1] ?? Infinity))).toBe(true)
    expect(tokens.every((token) => Number.isSafeInteger(token))).toBe(true)
  })
})
