/**
 * Many who acquire the locks of several owners in random orders. An oracle knows who has what and wants what: all settle, nobody is
 * refused who is in no circle, and with an order among the locks nobody is refused at all.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActorRef, actor, isTroupeError, type Self } from '../../../src/index.ts'
import { createLock, createRLock, createSemaphore, type Lease, type Lock, LockOwner } from '../../../src/parallel/index.ts'
import { timedSystem } from '../../support/test-system.ts'
import { turns } from '../../support/waiting.ts'

/** What is true, as those see it who run. */
class Oracle {
  readonly refused: string[] = []
  readonly #has = new Map<string, Set<number>>()
  readonly #wants = new Map<string, number>()

  wants(who: string, lock: number): void {
    this.#wants.set(who, lock)
  }

  got(who: string): void {
    const lock = this.#wants.get(who) ?? -1
    this.#wants.delete(who)
    this.#has.set(who, new Set([...(this.#has.get(who) ?? []), lock]))
  }

  /** Before the word about it leaves: whoever hears of it may be quicker than the one who lets go. */
  leaves(who: string): void {
    this.#has.delete(who)
  }

  /** Throws unless each in the circle waits for a lock that the next one has, all of whose holders wait. */
  fails(who: string, cycle: readonly string[]): void {
    expect(cycle).toContain(who)
    for (const [index, one] of cycle.entries()) {
      const wanted = this.#wants.get(one) ?? -1
      const holders = [...this.#has].filter(([, locks]) => locks.has(wanted)).map(([holder]) => holder)
      expect(holders).toContain(cycle[(index + 1) % cycle.length])
      for (const holder of holders) expect(this.#wants.has(holder)).toBe(true)
    }
    this.#wants.delete(who)
    this.refused.push(who)
  }
}

interface Step {
  readonly lock: number
  readonly pause: number
}

function runner(oracle: Oracle, locks: readonly Lock[]) {
  return actor({
    name: 'Runner',
    setup: (self: Self) => ({
      async run(steps: readonly Step[]) {
        const leases: Lease[] = []
        const me = self.path
        for (const { lock: index, pause } of steps) {
          await turns(pause)
          oracle.wants(me, index)
          try {
            const lease = await locks[index]?.acquire({ by: self })
            oracle.got(me)
            if (lease !== undefined) leases.push(lease)
          } catch (error) {
            if (!isTroupeError(error, 'TROUPE_DEADLOCK')) throw error
            oracle.fails(me, (error as Error & { readonly cycle: readonly string[] }).cycle)
            break
          }
        }
        oracle.leaves(me)
        for (const lease of leases.reverse()) await lease.release()
        return leases.length
      },
    }),
  })
}

const LOCKS = 5
const plan = fc.array(
  fc
    .tuple(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }), fc.array(fc.nat(2), { minLength: LOCKS, maxLength: LOCKS }))
    .map(([order, pauses]) => order.map((lock, index): Step => ({ lock, pause: pauses[index] ?? 0 }))),
  { minLength: 2, maxLength: 6 },
)

async function run(plans: readonly (readonly Step[])[], owners: number): Promise<readonly string[]> {
  const { clock, system } = timedSystem()
  const keepers = Array.from({ length: owners }, () => system.spawn(LockOwner))
  const make = [createLock, createSemaphore, createRLock]
  const locks: Lock[] = []
  for (let index = 0; index < LOCKS; index++) {
    const keeper = keepers[index % owners]
    const create = make[index % make.length]
    if (keeper === undefined || create === undefined) throw new Error('there are owners, and ways to make locks')
    locks.push(index === 1 ? await createSemaphore(keeper, 2) : await create(keeper))
  }
  const oracle = new Oracle()
  const definition = runner(oracle, locks)
  let left = plans.length
  const runs = plans.map(async (steps) => {
    const ref: ActorRef<{ run(steps: readonly Step[]): Promise<number> }> = system.spawn(definition)
    await ref.with({ timeout: Infinity }).ask('run', steps)
    left--
  })
  const all = Promise.all(runs)
  all.catch(() => undefined)
  for (let step = 0; left > 0 && step < 400; step++) await clock.advance(50)
  expect(left).toBe(0)
  await all
  for (const lock of locks) expect(await lock.tryAcquire()).not.toBeNull()
  await system.shutdown()
  return oracle.refused
}

describe('locks of several owners, taken in any order', () => {
  it('are had by all in the end, but for one in each circle', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 2, max: LOCKS }), async (plans, owners) => {
        refused += (await run(plans, owners)).length
      }),
      { numRuns: 60 },
    )
    expect(refused).toBeGreaterThan(0)
  })

  it('are had by all, and nobody is refused, where all take them in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 2, max: LOCKS }), async (plans, owners) => {
        const ordered = plans.map((steps) => steps.toSorted((one, other) => one.lock - other.lock))
        expect(await run(ordered, owners)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})
