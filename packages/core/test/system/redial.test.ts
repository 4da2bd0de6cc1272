import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { AuthenticationError, HandshakeError } from '../../src/errors/remote-errors.ts'
import { isRefusal, nextAttempt, redialDelay, toRedialPolicy } from '../../src/system/redial.ts'

const POLICY = { min: 100, max: 30_000, jitter: 0.5 }
const least = (): number => 1 - Number.EPSILON
const most = (): number => 0

describe('the wait before a call', () => {
  it.each([
    [1, 50, 100],
    [2, 100, 200],
    [3, 200, 400],
    [8, 6_400, 12_800],
    [9, 12_800, 25_600],
    [10, 15_000, 30_000],
    [5_000, 15_000, 30_000],
    [Infinity, 15_000, 30_000],
  ])('number %d in a row is from %d to %d ms', (attempt, shortest, longest) => {
    expect(redialDelay(POLICY, attempt, least)).toBeCloseTo(shortest)
    expect(redialDelay(POLICY, attempt, most)).toBe(longest)
  })

  it('is exact without jitter, and anything up to it with full jitter', () => {
    expect(redialDelay({ ...POLICY, jitter: 0 }, 3, least)).toBe(400)
    expect(redialDelay({ ...POLICY, jitter: 1 }, 3, least)).toBeCloseTo(0)
  })

  it.each([1, 5, 20])('spreads a thousand links that make call %d together evenly over the jitter', (attempt) => {
    const random = seededRandom(7)
    const longest = redialDelay(POLICY, attempt, most)
    const buckets = new Array<number>(10).fill(0)
    for (let link = 0; link < 1_000; link++) {
      const delay = redialDelay(POLICY, attempt, random)
      const bucket = Math.floor(((delay / longest - 0.5) / 0.5) * 10 - 1e-9)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    expect(buckets).toHaveLength(10)
    expect(Math.max(...buckets)).toBeLessThan(150)
    expect(Math.min(...buckets)).toBeGreaterThan(60)
  })
})

describe('calls in a row', () => {
  it.each([
    ['the first loss', 0, 0, 1],
    ['a link that fell at once', 1, 0, 2],
    ['a link that fell before it had stood as long as was waited for it', 4, 799, 5],
    ['a link that stood as long as was waited for it', 4, 800, 1],
    ['a link that fell at once, of many', 40, 29_999, 41],
    ['a link that stood, of many', 40, 30_000, 1],
  ])('after %s', (_what, attempt, stood, next) => {
    expect(nextAttempt(POLICY, attempt, stood)).toBe(next)
  })
})

describe('a policy', () => {
  it('has defaults', () => {
    expect(toRedialPolicy({})).toEqual(POLICY)
    expect(toRedialPolicy({ min: 60_000 })).toEqual({ min: 60_000, max: 60_000, jitter: 0.5 })
    expect(toRedialPolicy({ max: 10 })).toEqual({ min: 10, max: 10, jitter: 0.5 })
  })

  it.each([
    [{ min: 0 }, 'reconnect.min'],
    [{ min: Number.NaN }, 'reconnect.min'],
    [{ min: Infinity }, 'reconnect.min'],
    [{ min: 200, max: 100 }, 'reconnect.max'],
    [{ max: Infinity }, 'reconnect.max'],
    [{ jitter: -0.1 }, 'reconnect.jitter'],
    [{ jitter: 1.1 }, 'reconnect.jitter'],
  ])('%j is refused, by the name of what is wrong', (reconnect, name) => {
    expect(() => toRedialPolicy(reconnect)).toThrow(name)
    expect(() => toRedialPolicy(reconnect)).toThrow(RangeError)
  })
})

describe('a refusal', () => {
  it.each([
    [new AuthenticationError('wrong key'), true],
    [new HandshakeError('far', 'it speaks protocol version 9, we speak 1'), true],
    [new HandshakeError('far', 'no answer within 5000 ms', undefined, 'none'), false],
    [new Error('ECONNREFUSED'), false],
    ['nothing', false],
  ])('is told from other failures: %s', (error, is) => {
    expect(isRefusal(error)).toBe(is)
  })
})
