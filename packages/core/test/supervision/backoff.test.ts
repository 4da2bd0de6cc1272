import { describe, expect, it } from 'vitest'
import { backoffDelay, nextAttempt } from '../../src/supervision/backoff.ts'

const steady = { min: 100, max: 1_000, jitter: 0 }

describe('backoff', () => {
  it('doubles from min and stays at max', () => {
    expect([1, 2, 3, 4, 5, 6, 2_000].map((attempt) => backoffDelay(steady, attempt, () => 0.5))).toEqual([
      100, 200, 400, 800, 1_000, 1_000, 1_000,
    ])
  })

  it('waits not at all without one', () => {
    expect(backoffDelay(null, 9, () => 0.5)).toBe(0)
  })

  it('makes a wait longer by up to the jitter, at the top too', () => {
    const jittery = { min: 100, max: 1_200, jitter: 0.2 }
    expect([1, 2, 9].map((attempt) => backoffDelay(jittery, attempt, () => 0))).toEqual([100, 200, 1_000])
    expect([1, 2, 9].map((attempt) => backoffDelay(jittery, attempt, () => 1))).toEqual([120, 240, 1_200])
  })

  it.each<[number, number, number]>([
    [0, 0, 1],
    [1, 0, 2],
    [4, 999, 5],
    [4, 1_000, 1],
  ])('after %d attempts and %d ms of running comes attempt %d', (attempts, ranFor, next) => {
    expect(nextAttempt(steady, attempts, ranFor)).toBe(next)
  })
})
