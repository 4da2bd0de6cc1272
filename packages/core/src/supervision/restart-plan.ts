/**
 * Who is stopped, removed and started when a child ended, could not be started, or shall be terminated: OTP's
 * strategies, and what it adds that children live on sibling nodes. Plans are data; the supervisor carries them out.
 */
import { assertNever } from '../base/assert.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { RestartType, Strategy } from './child-spec.ts'
import { followersOf } from './node-followers.ts'
import { verdict } from './restart-verdict.ts'
import type { Verdict } from './restart-verdict.ts'

/**
 * 'active': it runs, starts or stops. 'pending': it ended and waits for a restart: for its backoff, for its node, or for
 * another attempt after a failed one. 'stopped': it ended, or was terminated, and nothing will start it but a plan or a caller.
 */
export type PlaceState = 'active' | 'pending' | 'stopped'

/** A supervisor's child at the moment of the decision. */
export interface Place {
  readonly id: string
  readonly restart: RestartType
  readonly on: string | null
  readonly state: PlaceState
}

/** To be carried out in this order: `stop` one after the other, forget `remove`, `start` one after the other. */
export interface Plan {
  /** Active children, last started first. */
  readonly stop: readonly string[]
  /** Temporary children whose specs go, once they are down. */
  readonly remove: readonly string[]
  /** In start order. */
  readonly start: readonly string[]
}

/** What to do about a child that ended by itself. */
export interface EndPlan extends Plan {
  readonly verdict: Verdict
  /** Children that ended and will not be started again: what `autoShutdown` is asked about. */
  readonly ended: readonly string[]
}

/** For a child that ended by itself with `reason`. With verdict 'restart' the window is asked before the plan is carried out. */
export function planEnd(strategy: Strategy, places: readonly Place[], id: string, reason: ExitReason): EndPlan {
  const place = places.find((other) => other.id === id)
  if (!place) return { verdict: 'remove', stop: [], remove: [], start: [], ended: [] }
  const decision = verdict(place.restart, reason)
  if (decision === 'restart') return { verdict: decision, ...planRestart(strategy, places, id), ended: [] }
  const gone = [id, ...followersOf(places, id)]
  const affected = places.filter((other) => gone.includes(other.id))
  const ended = affected.filter((other) => other.id === id || other.state !== 'stopped')
  return { verdict: decision, ...down(affected, id), start: [], ended: ended.map((other) => other.id) }
}

/**
 * For a child that is started anew after it ended, or whose start just failed: OTP tries again as if that child had
 * failed. Counts as one restart, however many children it starts. Of the siblings that a strategy affects also those that
 * were stopped before are started, as in OTP, but never temporary ones.
 */
export function planRestart(strategy: Strategy, places: readonly Place[], id: string): Plan {
  const affected = affectedBy(strategy, places, id)
  const start = affected.filter((place) => place.restart !== 'temporary')
  return { ...down(affected, id), start: start.map((place) => place.id) }
}

/** For `terminateChild`: it goes down with the children that live on it. Their specs stay, unless they are temporary. */
export function planTerminate(places: readonly Place[], id: string): Plan {
  const gone = [id, ...followersOf(places, id)]
  return {
    ...down(
      places.filter((place) => gone.includes(place.id)),
      null,
    ),
    start: [],
  }
}

/** In start order: the child, and what goes down and comes up with it. */
function affectedBy(strategy: Strategy, places: readonly Place[], id: string): readonly Place[] {
  switch (strategy) {
    case 'one-for-one':
    case 'simple-one-for-one': {
      const followers = followersOf(places, id)
      return places.filter((place) => place.id === id || (followers.includes(place.id) && place.state !== 'stopped'))
    }
    case 'one-for-all':
      return places
    case 'rest-for-one':
      return places.slice(places.findIndex((place) => place.id === id))
    default:
      return assertNever(strategy)
  }
}

/** `failed` is down already, whatever its state says. */
function down(affected: readonly Place[], failed: string | null): Pick<Plan, 'stop' | 'remove'> {
  const active = affected.filter((place) => place.state === 'active' && place.id !== failed)
  const temporary = affected.filter((place) => place.restart === 'temporary')
  return { stop: active.map((place) => place.id).reverse(), remove: temporary.map((place) => place.id) }
}
