/**
 * How long a supervisor waits before it starts a child anew. Doubling from `min`, never above `max`; random lengthening
 * keeps children that failed together from coming back together.
 */
import type { Random } from '../base/random.ts'
import type { Backoff } from './child-spec.ts'

/**
 * Milliseconds to wait before restart number `attempt`, from 1. From `min` to `max`, both included. The doubling
 * stops at max / (1 + jitter), so that waits at the top are spread as well.
 */
export function backoffDelay(backoff: Required<Backoff> | null, attempt: number, random: Random): number {
  if (!backoff) return 0
  const { min, max, jitter } = backoff
  const top = Math.max(min, max / (1 + jitter))
  const base = Math.min(top, min * 2 ** (attempt - 1))
  return Math.min(max, base * (1 + jitter * random()))
}

/**
 * Which attempt in a row the next restart is: 1 for a child that had run for `max` milliseconds, else one more than the
 * last. A start that failed has run for 0 milliseconds.
 */
export function nextAttempt(backoff: Required<Backoff> | null, attempts: number, ranFor: number): number {
  return backoff && ranFor >= backoff.max ? 1 : attempts + 1
}
