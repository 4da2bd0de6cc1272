/**
 * Locks between real workers, which are killed while they hold, wait, or own them.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type System, isTroupeError } from '@troupe/core'
import { createBarrier, createCondition, createEvent, createLock, createSemaphore } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import type { WorkerNode } from '../../../src/index.ts'
import { Locker, Owner } from '../../fixtures/lockers.ts'
import { testSystem } from '../../support.ts'
import { far, kinds } from '../../workers.ts'

/** Ends a worker without a word: a process by the operating system, a thread by its handle. */
function kill(node: WorkerNode): void {
  if (node.pid !== process.pid) process.kill(node.pid, 'SIGKILL')
  else node.kill()
}

async function lockers(system: System, make: (typeof kinds)[number][1], count: number) {
  const nodes = await Promise.all(Array.from({ length: count }, (_, index) => system.start(make({ name: `w${index}` }))))
  const all = nodes.map((node) => ({ node, locker: system.spawn(far(Locker), [], { on: node }) }))
  await Promise.all(all.map(({ locker }) => locker.ready)) // its module says what a lock is
  return all
}

/** Resolves when what was sent to a node before has been there and has had its effect here. */
async function settled(node: WorkerNode): Promise<void> {
  for (let trip = 0; trip < 2; trip++)
    await node
      .lookup('nobody')
      .ask('x')
      .catch(() => undefined)
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (isTroupeError(error) ? error.code : error),
  )

const patient = { timeout: Number.POSITIVE_INFINITY }

describe.each(kinds)('locks between workers: %s', (_, make) => {
  it('count without a race, by an owner on a worker too', async () => {
    await using system = testSystem()
    const [one, two, three] = await lockers(system, make, 3)
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were started')
    const folder = await mkdtemp(join(tmpdir(), 'troupe-locks-'))
    try {
      for (const place of [system, system.spawn(far(Owner), [], { on: three.node })]) {
        const file = join(folder, 'count')
        await writeFile(file, '0')
        const lock = await createLock(place)
        await Promise.all([one, two].map(({ locker }) => locker.with(patient).ask('count', lock, file, 60)))
        expect(await readFile(file, 'utf8')).toBe('120')
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each(['asActor', 'asCode'] as const)(
    'come back from a holder that is killed, taken %s, and pass over a waiter that is',
    async (how) => {
      await using system = testSystem()
      const [one, two, three] = await lockers(system, make, 3)
      if (one === undefined || two === undefined || three === undefined) throw new Error('three were started')
      const lock = await createLock(system)
      const token = await one.locker.ask(how, lock)
      const waits = codeOf(two.locker.with(patient).ask(how, lock))
      await settled(two.node)
      const next = three.locker.with(patient).ask(how, lock)
      await settled(three.node)
      kill(two.node)
      expect(await waits).toBe('TROUPE_ACTOR_STOPPED')
      kill(one.node)
      expect(await next).toBeGreaterThan(token)
      const semaphore = await createSemaphore(system, 1)
      await three.locker.ask(how, semaphore)
      const mine = semaphore.acquire()
      kill(three.node)
      await (await mine).release()
      await (await lock.acquire()).release()
    },
  )

  it('do not come back to life with their owner: who holds or waits hears of its end at once', async () => {
    await using system = testSystem()
    const [one, two] = await lockers(system, make, 2)
    if (one === undefined || two === undefined) throw new Error('two were started')
    const lock = await createLock(system.spawn(far(Owner), [], { on: one.node }))
    const lease = await lock.acquire()
    const waits = codeOf(lock.acquire())
    const elsewhere = codeOf(two.locker.with(patient).ask('asCode', lock))
    await settled(two.node)
    kill(one.node)
    expect(await waits).toBe('TROUPE_ACTOR_STOPPED')
    expect(await elsewhere).toBe('TROUPE_ACTOR_STOPPED')
    expect(await codeOf(lease.release())).toBe('TROUPE_ACTOR_STOPPED')
  })

  it('leave no barrier, event or condition stuck for those who died at it', async () => {
    await using system = testSystem()
    const [one, two] = await lockers(system, make, 2)
    if (one === undefined || two === undefined) throw new Error('two were started')
    const [barrier, event, condition] = [await createBarrier(system, 3), await createEvent(system), await createCondition(system)]
    const other = codeOf(barrier.wait())
    const dead = codeOf(one.locker.with(patient).ask('wait', barrier))
    await settled(one.node)
    const waits = two.locker.with(patient).ask('waitWithLock', condition)
    while ((await condition.withLock(() => condition.notifyAll())) === 0);
    await waits
    kill(one.node)
    expect([await dead, await other]).toEqual(['TROUPE_ACTOR_STOPPED', 'TROUPE_BARRIER_BROKEN'])
    const gone = codeOf(two.locker.with(patient).ask('wait', event))
    await settled(two.node)
    kill(two.node)
    expect(await gone).toBe('TROUPE_ACTOR_STOPPED')
    await event.set()
    expect(await event.wait()).toBe(1)
    expect(await condition.withLock(() => condition.notifyAll())).toBe(0)
  })

  it('are in no circle for long, with owners on two workers and in the program: one is refused, the others go on', async () => {
    await using system = testSystem()
    const [one, two] = await lockers(system, make, 2)
    if (one === undefined || two === undefined) throw new Error('two were started')
    const places = [system, ...[one, two].map(({ node }) => system.spawn(far(Owner), [], { on: node }))]
    const [a, b, c] = await Promise.all(places.map((place) => createLock(place)))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were made')
    const third = system.spawn(far(Locker), [], { on: two.node })
    const holders = [one.locker, two.locker, third]
    await Promise.all(holders.map((holder, index) => holder.ask('asActor', [a, b, c][index] ?? a)))
    const outcomes = await Promise.all(
      holders.map(async (holder, index) => {
        const outcome = await codeOf(holder.with(patient).ask('asActor', [b, c, a][index] ?? a))
        holder.stop() // the refused one has ended by its error
        return outcome
      }),
    )
    expect(outcomes.map(String).toSorted()).toEqual(['TROUPE_DEADLOCK', 'resolved', 'resolved'])
  })
})
