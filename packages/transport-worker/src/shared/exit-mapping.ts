/**
 * Why a worker ended, from what Node reported of it and from what we did to it. Pure and total; one rule for threads and
 * processes. Tried as a table by test/shared/exit-mapping.test.ts.
 */
import { type ExitReason, isFailure } from '@troupe/core'

/** All that is known of a worker that has ended. */
export interface EndReport {
  readonly kind: 'thread' | 'process'
  /** As Node gives it; null: a signal ended it, or it never ran. */
  readonly code: number | null
  readonly signal: string | null
  /** What the worker did not catch, as it reported itself or as Node did; what kept it from running. */
  readonly error: Error | null
  /** Why its system ended, if it said so; or why its link did, if that broke. */
  readonly system: ExitReason | null
  /** What its handle was asked to do. */
  readonly intent: 'none' | 'terminate' | 'kill'
  /** The last thing that we did to it by force: a signal, or for a thread Node's `terminate`, which is called SIGKILL here too. */
  readonly force: 'none' | 'SIGTERM' | 'SIGKILL'
}

const NORMAL: ExitReason = { kind: 'normal' }
const SHUTDOWN: ExitReason = { kind: 'shutdown' }
const KILLED: ExitReason = { kind: 'killed' }

/**
 * The exit reason. `kill()`: killed. `terminate()`: shutdown, which says in `detail` when force was needed. By itself: a signal;
 * code 0 is what its system said, else normal; the error that nobody caught; else the code. What a worker did by itself while
 * it was asked to end counts, except for code 0.
 */
export function toExitReason(report: EndReport): ExitReason {
  if (byForce(report)) return forced(report)
  if (report.signal !== null) return { kind: 'signal', signal: report.signal }
  const code = toByte(report)
  if (code === 0) return orderly(report)
  if (report.error !== null) return { kind: 'error', error: report.error }
  if (report.system !== null && isFailure(report.system)) return report.system
  return { kind: 'exit', code }
}

/** Whether it ended by what we did to it, and not by itself just before. A terminated thread gives no sign of which. */
function byForce({ kind, signal, force }: EndReport): boolean {
  if (force === 'none') return false
  return kind === 'thread' || signal === force || (force === 'SIGKILL' && signal === 'SIGTERM')
}

/** Force without being asked follows on a link that ended with an error, or on a worker that did not leave after its link. */
function forced({ intent, force, system }: EndReport): ExitReason {
  if (intent === 'terminate') return { kind: 'shutdown', detail: `by ${force}, after its grace` }
  return intent === 'none' && system !== null && isFailure(system) ? system : KILLED
}

/** Code 0. */
function orderly({ intent, system }: EndReport): ExitReason {
  const said = system !== null && !isFailure(system) ? system : null
  if (intent === 'none') return said ?? NORMAL
  return said?.kind === 'shutdown' ? said : SHUTDOWN
}

/** A thread's exit code may be any number; a process's is a byte, on POSIX. Null is a worker that never ran. */
function toByte({ kind, code }: EndReport): number {
  if (code === null) return 1
  return kind === 'thread' ? code & 0xff : code
}
