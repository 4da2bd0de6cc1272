/**
 * What holds for every plan, window and backoff, over generated children, times and settings.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffDelay } from '../../src/supervision/backoff.ts'
import type { RestartType, Strategy } from '../../src/supervision/child-spec.ts'
import { planRestart } from '../../src/supervision/restart-plan.ts'
import type { Place, PlaceState } from '../../src/supervision/restart-plan.ts'
import { RestartWindow } from '../../src/supervision/restart-window.ts'

const strategies = fc.constantFrom<Strategy[]>('one-for-one', 'one-for-all', 'rest-for-one', 'simple-one-for-one')
const placeShapes = fc.record({
  restart: fc.constantFrom<RestartType[]>('permanent', 'transient', 'temporary'),
  state: fc.constantFrom<PlaceState[]>('active', 'pending', 'stopped'),
  /** Modulo its own position: the sibling that it lives on; beyond it: nobody. */
  on: fc.nat(20),
})

/** Up to ten children and the position of one that is restarted. */
const supervised = fc.array(placeShapes, { minLength: 1, maxLength: 10 }).chain((shapes) => {
  const places = shapes.map<Place>(({ on, ...shape }, index) => ({ ...shape, id: `c${index}`, on: on < index ? `c${on}` : null }))
  const restartable = places.filter((place) => place.restart !== 'temporary')
  return fc.tuple(fc.constant(places), fc.constantFrom(...(restartable.length > 0 ? restartable : places)))
})

describe('restart plan, for all children', () => {
  it('starts in order, stops in reverse, and starts all that it stops but temporary children', () => {
    fc.assert(
      fc.property(strategies, supervised, (strategy, [places, failed]) => {
        const plan = planRestart(strategy, places, failed.id)
        const inOrder = places.map((place) => place.id)
        const temporary = places.filter((place) => place.restart === 'temporary').map((place) => place.id)
        expect(plan.start).toEqual(inOrder.filter((id) => plan.start.includes(id)))
        expect(plan.stop).toEqual(inOrder.filter((id) => plan.stop.includes(id)).reverse())
        expect(temporary).toEqual(expect.arrayContaining([...plan.remove]))
        for (const id of plan.stop) expect(plan.start.includes(id)).toBe(!temporary.includes(id))
        expect(plan.start.includes(failed.id)).toBe(failed.restart !== 'temporary')
      }),
    )
  })

  it('never leaves a child running on a node that it restarts', () => {
    fc.assert(
      fc.property(strategies, supervised, (strategy, [places, failed]) => {
        const plan = planRestart(strategy, places, failed.id)
        for (const { id, on, state } of places) {
          const nodeGoes = on !== null && (on === failed.id || plan.stop.includes(on))
          if (nodeGoes && state === 'active' && id !== failed.id) expect(plan.stop).toContain(id)
        }
      }),
    )
  })
})

describe('restart window, for all times', () => {
  it('allows as much as its definition: no more than maxRestarts in any stretch of within', () => {
    const steps = fc.array(fc.nat(50), { maxLength: 60 })
    fc.assert(
      fc.property(fc.nat(5), fc.integer({ min: 1, max: 100 }), steps, (maxRestarts, within, waits) => {
        const window = new RestartWindow(maxRestarts, within)
        const times: number[] = []
        for (const wait of waits) {
          const now = (times.at(-1) ?? 0) + wait
          times.push(now)
          const recent = times.filter((time) => now - time <= within).length
          expect(window.record(now)).toBe(recent > maxRestarts ? 'exceeded' : 'allowed')
          expect(window.count).toBe(recent)
        }
      }),
    )
  })
})

describe('backoff, for all settings', () => {
  it('waits from min to max, and never less for a later attempt', () => {
    const settings = fc.record({
      min: fc.integer({ min: 1, max: 1_000 }),
      more: fc.nat(10_000),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ min, more, jitter }, attempt, random) => {
          const backoff = { min, max: min + more, jitter }
          const delay = backoffDelay(backoff, attempt, () => random)
          expect(delay).toBeGreaterThanOrEqual(min)
          expect(delay).toBeLessThanOrEqual(min + more)
          expect(backoffDelay(backoff, attempt + 1, () => random)).toBeGreaterThanOrEqual(delay)
        },
      ),
    )
  })
})
