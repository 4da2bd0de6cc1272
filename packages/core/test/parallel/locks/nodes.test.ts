/**
 * Locks over nodes: the owner on one, holders on others, also where these reach each other through a third one.
 */
import { describe, expect, it } from 'vitest'
import { actor, isTroupeError, type ActorRef, type ExitReason, type Self } from '../../../src/index.ts'
import { createBarrier, createLock, createRLock, type Lease, type Lock, LockOwner } from '../../../src/parallel/index.ts'
import { Machines } from '../../support/machines.ts'
import { MODULE, MemoryNode } from '../../support/memory-node.ts'
import { record, testSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'
import { acquireInto } from './holding.ts'

const KILLED: ExitReason = { kind: 'killed' }

/** Acquires as an actor, and as code of its node. */
const Holder = actor({
  name: 'Holder',
  module: MODULE,
  setup(self: Self) {
    const leases: Lease[] = []
    return {
      asActor: (lock: Lock) => acquireInto(leases, self, lock),
      async asCode(lock: Lock, timeout?: number) {
        await Promise.resolve()
        const lease = await lock.acquire(timeout === undefined ? {} : { timeout })
        leases.push(lease)
        return lease.token
      },
      async release() {
        await Promise.resolve()
        await leases.pop()?.release()
      },
      count: () => leases.length,
    }
  },
})
type HolderRef = ActorRef<{
  asActor(lock: Lock): number
  asCode(lock: Lock, timeout?: number): number
  release(): void
  count(): number
}>

const OwnerThere = { ...LockOwner, module: MODULE }

async function workers() {
  const system = testSystem({ name: 'parent' })
  const nodes = ['w1', 'w2', 'w3'].map((name) => new MemoryNode(name, { LockOwner: OwnerThere, Holder }))
  const handles = await Promise.all(nodes.map(({ definition }) => system.start(definition)))
  const owner = system.spawn(OwnerThere, [], { on: handles[0] })
  const [one, two] = handles.slice(1).map((on) => system.spawn(Holder, [], { on }) as HolderRef)
  if (one === undefined || two === undefined) throw new Error('two were spawned')
  return { system, nodes, owner, one, two, [Symbol.asyncDispose]: () => system.shutdown() }
}

describe('a lock at an owner on another node', () => {
  it('goes from holder to holder, wherever they are', async () => {
    await using family = await workers()
    const { owner, one, two } = family
    const lock = await createLock(owner)
    const mine = await lock.acquire()
    const waits = [one.ask('asActor', lock), two.ask('asCode', lock)]
    expect(await stateOf(waits[0] ?? Promise.resolve())).toBe('pending')
    await mine.release()
    expect(await waits[0]).toBe(mine.token + 1)
    await one.ask('release')
    expect(await waits[1]).toBe(mine.token + 2)
    await two.ask('release')
    expect((await lock.tryAcquire())?.token).toBe(mine.token + 3)
  })

  it.each(['asActor', 'asCode'] as const)('comes back from a node that dies, held or waited for, taken %s', async (how) => {
    await using family = await workers()
    const { owner, one, two, nodes } = family
    const lock = await createLock(owner)
    const token = await one.ask(how, lock)
    const waits = rejection(two.ask(how, lock))
    const next = lock.acquire()
    await turns()
    nodes[2]?.end(KILLED)
    await waits
    expect(await stateOf(next)).toBe('pending')
    nodes[1]?.end(KILLED)
    expect((await next).token).toBe(token + 1)
  })

  it('comes back from an actor that dies on a node which lives', async () => {
    await using family = await workers()
    const { owner, one, two } = family
    const lock = await createLock(owner)
    const token = await one.ask('asActor', lock)
    const next = two.ask('asActor', lock)
    await turns()
    one.kill()
    expect(await next).toBe(token + 1)
  })

  it('goes back where its grant crossed the word that nobody wants it', async () => {
    await using family = await workers()
    const { owner } = family
    const lock = await createLock(owner)
    for (let round = 0; round < 20; round++) {
      const controller = new AbortController()
      const asked = lock.acquire({ signal: controller.signal }).then(
        (lease) => lease.release(),
        () => undefined,
      )
      // Somewhere on its way there or back.
      for (let step = 0; step < round; step++) await Promise.resolve()
      if (round % 2 === 0) await turns(1)
      controller.abort()
      await asked
      const next = await lock.acquire()
      await next.release()
    }
  })

  it('rejects those who wait when the node of its owner dies', async () => {
    await using family = await workers()
    const { owner, one, nodes } = family
    const lock = await createLock(owner)
    await lock.acquire()
    const waits = [rejection(lock.acquire()), rejection(one.ask('asCode', lock))]
    await turns()
    nodes[0]?.end(KILLED)
    for (const error of await Promise.all(waits)) expect(isTroupeError(error, 'TROUPE_ACTOR_STOPPED')).toBe(true)
  })

  it('has each node as one holder, and knows circles over nodes', async () => {
    await using family = await workers()
    const { owner, one, two } = family
    const reentrant = await createRLock(owner)
    expect(await one.ask('asCode', reentrant)).toBeLessThan(await one.ask('asCode', reentrant))
    expect(await rejection(reentrant.acquire({ timeout: 0 }))).toMatchObject({ code: 'TROUPE_LOCK_TIMEOUT' })
    const [a, b] = [await createLock(owner), await createLock(owner)]
    await Promise.all([one.ask('asActor', a), two.ask('asActor', b)])
    const waits = one.with({ timeout: Infinity }).ask('asActor', b)
    await turns()
    expect(await rejection(two.ask('asActor', a))).toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [two.path, one.path] })
    await two.ask('release')
    await waits
  })
})

describe('a lock of another program', () => {
  it.each(['asActor', 'asCode'] as const)('is held over the link, taken %s, and comes back when that is lost', async (how) => {
    await using machines = await Machines.start(2)
    const [here, there] = [machines.at(0), machines.at(1)]
    const { events } = record(here)
    const lock = await createLock(here)
    const holder: HolderRef = there.spawn(Holder)
    there.register('holder', holder)
    const far = here.node(there.id)?.lookup<HolderRef['protocol']>('holder') as HolderRef
    const token = await far.ask(how, lock)
    await far.ask('release')
    expect(await far.ask(how, lock)).toBe(token + 1)
    const next = lock.acquire()
    expect(await stateOf(next)).toBe('pending')
    await machines.cut(0, 1)
    expect((await next).token).toBe(token + 2)
    expect(await rejection(holder.ask('release'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toEqual([])
  })
})

describe('a barrier at an owner on another node', () => {
  it('fails when the node of a party dies, and takes the next round', async () => {
    await using family = await workers()
    const { system, owner } = family
    const barrier = await createBarrier(owner, 3)
    const Party = actor({
      name: 'Party',
      module: MODULE,
      setup: () => ({ wait: async (at: typeof barrier) => (await Promise.resolve(), await at.wait()) }),
    })
    const node = new MemoryNode('w4', { Party })
    const party = system.spawn(Party, [], { on: await system.start(node.definition) })
    const [other, dead] = [rejection(barrier.wait()), rejection(party.with({ timeout: Infinity }).ask('wait', barrier))]
    await turns(10)
    node.end(KILLED)
    await dead
    expect(await other).toMatchObject({ code: 'TROUPE_BARRIER_BROKEN', cause: { reason: { kind: 'killed' } } })
    expect((await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()])).sort((a, b) => a - b)).toEqual([0, 1, 2])
  })
})
