/**
 * Circles over the locks of owners on several nodes: workers beside each other, and other programs.
 */
import { describe, expect, it } from 'vitest'
import { type ActorRef, actor, type Node, type Self, supervisor, type System } from '../../../src/index.ts'
import { createLock, type Lease, type Lock, LockOwner, type LockOwnerProtocol } from '../../../src/parallel/index.ts'
import { Machines } from '../../support/machines.ts'
import { MODULE, MemoryNode } from '../../support/memory-node.ts'
import { record, testSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'
import { acquireInto } from './holding.ts'

/** Acquires as an actor, and keeps its leases. */
const Holder = actor({
  name: 'Holder',
  module: MODULE,
  setup(self: Self) {
    const leases: Lease[] = []
    return {
      acquire: (lock: Lock) => acquireInto(leases, self, lock),
      async release() {
        await Promise.resolve()
        await leases.pop()?.release()
      },
    }
  },
})
type HolderProtocol = { acquire(lock: Lock): number; release(): void }

const OwnerThere = { ...LockOwner, module: MODULE }
const PATIENT = { timeout: Number.POSITIVE_INFINITY }

async function workers() {
  const system = testSystem({ name: 'parent' })
  const nodes = ['w1', 'w2', 'w3'].map((name) => new MemoryNode(name, { LockOwner: OwnerThere, Holder }))
  const handles = await Promise.all(nodes.map(({ definition }) => system.start(definition)))
  const [one, two, three] = handles.map((on) => system.spawn(Holder, [], { on }) as ActorRef<HolderProtocol>)
  const locks = await Promise.all(
    [...handles, system].map((place) => createLock(isSystem(place) ? place : ownerOn(system, place))),
  )
  const [w1, w2, w3, here] = locks
  if (one === undefined || two === undefined || three === undefined) throw new Error('three were spawned')
  if (w1 === undefined || w2 === undefined || w3 === undefined || here === undefined) throw new Error('four were made')
  return { system, nodes, one, two, three, w1, w2, w3, here, [Symbol.asyncDispose]: () => system.shutdown() }
}

function isSystem(place: System | Node): place is System {
  return 'spawn' in place
}

function ownerOn(system: System, on: Node): ActorRef<LockOwnerProtocol> {
  return system.spawn(OwnerThere, [], { on })
}

/** Begins to wait, without an end to it. */
function waitsFor(holder: ActorRef<HolderProtocol>, lock: Lock): Promise<number> {
  const done = holder.with(PATIENT).ask('acquire', lock)
  done.catch(() => undefined)
  return done
}

/** What was sent has arrived, and the date is a later one: what begins from now on began later for all nodes. */
async function aMomentLater(system: System): Promise<void> {
  await turns(20)
  for (const then = system.clock.wallTime(); system.clock.wallTime() === then;) await turns(1)
}

describe('a circle over the locks of owners on several nodes', () => {
  it('ends, whether they are beside each other or above', async () => {
    await using family = await workers()
    const { one, two, three, w1, w2, w3, here } = family
    const locks = [w1, w2, here, w3]
    for (const [first, second] of [
      [w1, w2],
      [here, w3],
    ] as const) {
      await Promise.all([one.ask('acquire', first), two.ask('acquire', second)])
      const waits = [waitsFor(one, second), waitsFor(two, first)]
      const [error] = await Promise.race(waits.map(async (wait, index) => [await rejection(wait), index] as const))
      expect(error).toMatchObject({ code: 'TROUPE_DEADLOCK' })
      // They began at the same time: which one was the last is for their owners to say, but it is one.
      const states = await Promise.all(waits.map(stateOf))
      expect(states.toSorted()).toEqual(['pending', 'rejected'])
      const [victim, other] = states[0] === 'rejected' ? [one, two] : [two, one]
      await victim.ask('release')
      await Promise.all(waits.filter((_, index) => states[index] === 'pending'))
      await other.ask('release')
      await other.ask('release')
    }
    for (const [index, holder] of [one, two, three].entries()) await holder.ask('acquire', locks[index] ?? w1)
    const waits = [waitsFor(one, w2), waitsFor(two, here)]
    await aMomentLater(family.system)
    const last = rejection(waitsFor(three, w1))
    expect(await last).toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [three.path, one.path, two.path] })
    await three.ask('release')
    await waits[1]
  })

  it('ends by the death of a node in it', async () => {
    await using family = await workers()
    const { one, two, w3, here, nodes } = family
    await Promise.all([one.ask('acquire', here), two.ask('acquire', w3)])
    const first = rejection(waitsFor(one, w3))
    const second = waitsFor(two, here)
    await turns()
    nodes[2]?.end({ kind: 'killed' })
    expect(await first).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await stateOf(second)).toBe('pending')
    await one.ask('release')
    await second
  })

  it('ends among supervised children, of whom one is an owner', async () => {
    await using system = testSystem({ name: 'parent' })
    const node = new MemoryNode('w1', { LockOwner: OwnerThere, Holder })
    const children = [
      { id: 'w1', actor: node.definition },
      { id: 'locks', actor: OwnerThere, on: 'w1' },
      { id: 'one', actor: Holder, on: 'w1' },
      { id: 'two', actor: Holder },
    ]
    const boss = system.spawn(supervisor({ name: 'Boss', strategy: 'one-for-one', children }))
    const [locks, one, two] = await Promise.all(['locks', 'one', 'two'].map((id) => boss.ask('child', id)))
    const far = await createLock(locks as ActorRef<LockOwnerProtocol>)
    const near = await createLock(system)
    const [first, second] = [one as ActorRef<HolderProtocol>, two as ActorRef<HolderProtocol>]
    await Promise.all([first.ask('acquire', near), second.ask('acquire', far)])
    const waits = waitsFor(first, far)
    await aMomentLater(system)
    expect(await rejection(waitsFor(second, near))).toMatchObject({ code: 'TROUPE_DEADLOCK' })
    await second.ask('release')
    await waits
  })
})

describe('a circle over the locks of two programs', () => {
  it('ends by the error of one of those who wait, and by the loss of their link', async () => {
    await using machines = await Machines.start(2)
    const [here, there] = [machines.at(0), machines.at(1)]
    const events = [record(here).events, record(there).events]
    here.register('holder', here.spawn(Holder, [], { name: 'holder' }))
    there.register('holder', there.spawn(Holder, [], { name: 'holder' }))
    // Each is reached from the other program, so that locks travel to it.
    const [mine, yours] = [
      there.node(here.id)?.lookup<HolderProtocol>('holder'),
      here.node(there.id)?.lookup<HolderProtocol>('holder'),
    ]
    if (mine === undefined || yours === undefined) throw new Error('the programs are connected')
    const [a, b] = [await createLock(here), await createLock(there)]
    const near = here.lookup<HolderProtocol>('holder')
    const nearThere = there.lookup<HolderProtocol>('holder')
    await Promise.all([near.ask('acquire', a), nearThere.ask('acquire', b)])
    const first = waitsFor(mine, b)
    await aMomentLater(here)
    const second = waitsFor(yours, a)
    expect(await rejection(second)).toMatchObject({
      code: 'TROUPE_DEADLOCK',
      cycle: ['troupe://m1/holder', 'troupe://m0/holder'],
    })
    expect(await stateOf(first)).toBe('pending')
    expect(events.flat().filter(({ kind }) => kind === 'peer-refused')).toEqual([])
    const again = rejection(waitsFor(yours, a))
    await machines.cut(0, 1)
    expect(await again).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await rejection(first)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })
})
