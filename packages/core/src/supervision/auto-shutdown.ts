/**
 * Whether a supervisor's work is done: OTP 24's automatic shutdown. Asked when a child ended by itself and is not
 * restarted; never for children that the supervisor or a caller stopped.
 */
import { assertNever } from '../base/assert.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { AutoShutdown } from './child-spec.ts'
import type { PlaceState } from './restart-plan.ts'

/** The reason of a supervisor that stops because its significant children ended. */
export const AUTO_SHUTDOWN: ExitReason = Object.freeze({ kind: 'shutdown', detail: 'auto-shutdown' })

/** The reason of a supervisor that gives up. */
export const RESTART_LIMIT: ExitReason = Object.freeze({ kind: 'shutdown', detail: 'reached-max-restart-intensity' })

/** `ended` just went for good; `remaining` are all other children. A child that waits for a restart counts as alive. */
export function isWorkDone(
  policy: AutoShutdown,
  ended: readonly { readonly significant: boolean }[],
  remaining: readonly { readonly significant: boolean; readonly state: PlaceState }[],
): boolean {
  if (!ended.some((child) => child.significant)) return false
  switch (policy) {
    case 'never':
      return false
    case 'any-significant':
      return true
    case 'all-significant':
      return !remaining.some((child) => child.significant && child.state !== 'stopped')
    default:
      return assertNever(policy)
  }
}
