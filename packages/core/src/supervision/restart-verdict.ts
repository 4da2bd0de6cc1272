/**
 * What becomes of a child that ended by itself: OTP's table of restart type × exit reason. What it means for its
 * siblings is decided in `restart-plan.ts`.
 */
import { assertNever } from '../base/assert.ts'
import { isFailure } from '../model/exit-reason.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { RestartType } from './child-spec.ts'

/** 'keep': it stays down and its spec stays, for `restartChild`. 'remove': its spec goes too. */
export type Verdict = 'restart' | 'keep' | 'remove'

export function verdict(restart: RestartType, reason: ExitReason): Verdict {
  switch (restart) {
    case 'permanent':
      return 'restart'
    case 'transient':
      return isFailure(reason) ? 'restart' : 'keep'
    case 'temporary':
      return 'remove'
    default:
      return assertNever(restart)
  }
}
