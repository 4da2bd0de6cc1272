/**
 * When a lost link is called again: the policy of `reconnect`, as pure functions. The far node's handle carries it out.
 */
import type { Random } from '../base/random.ts'
import { print } from '../base/check.ts'
import { AuthenticationError, HandshakeError } from '../errors/remote-errors.ts'
import type { Reconnect } from '../model/link-policy.ts'

export type RedialPolicy = Required<Reconnect>

const MIN = 100
const MAX = 30_000
const JITTER = 0.5

/** Fills in the defaults. Throws RangeError that names the option, what it got and what it expects. */
export function toRedialPolicy({ min, max, jitter = JITTER }: Reconnect): RedialPolicy {
  const least = min ?? Math.min(MIN, max ?? MIN)
  const most = max ?? Math.max(MAX, least)
  if (!(least >= 1) || !Number.isFinite(least))
    throw new RangeError(`reconnect.min takes milliseconds from 1 up, not ${print(least)}`)
  if (!(most >= least) || !Number.isFinite(most))
    throw new RangeError(`reconnect.max takes milliseconds from reconnect.min (${least}) up, not ${print(most)}`)
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`reconnect.jitter takes a share from 0 to 1, not ${print(jitter)}`)
  return { min: least, max: most, jitter }
}

/** Milliseconds before call number `attempt` in a row, from 1. Never above `max`; shortened at random, so that links that were lost together do not come back together. */
export function redialDelay(policy: RedialPolicy, attempt: number, random: Random): number {
  return fullDelay(policy, attempt) * (1 - policy.jitter * random())
}

/** What the next call in a row counts as, after one whose link stood for `stood` milliseconds: one that stood as long as was waited for it starts over. */
export function nextAttempt(policy: RedialPolicy, attempt: number, stood: number): number {
  return attempt === 0 || stood >= fullDelay(policy, attempt) ? 1 : attempt + 1
}

/** Whether the peer is there and will not have us: it is no use to hurry. */
export function isRefusal(error: unknown): boolean {
  return error instanceof AuthenticationError || (error instanceof HandshakeError && error.answer === 'refused')
}

function fullDelay({ min, max }: RedialPolicy, attempt: number): number {
  return Math.min(max, min * 2 ** (attempt - 1))
}
