/**
 * Why an actor, a worker or a node ended, as a value (OTP's exit reasons), and the exit code that a process would have.
 * Reasons cross every transport unchanged. Used by every floor above.
 */
import { assertNever } from '../base/assert.ts'

/** Why something ended. Only `normal` and `shutdown` are not failures. */
export type ExitReason =
  | { readonly kind: 'normal' }
  | { readonly kind: 'shutdown'; readonly detail?: unknown }
  | { readonly kind: 'killed' }
  /** A handler or a setup threw. */
  | { readonly kind: 'error'; readonly error: Error }
  /** A worker ended by itself with a code other than 0. */
  | { readonly kind: 'exit'; readonly code: number }
  /** The operating system ended a worker: `SIGKILL`. */
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'disconnected'; readonly node: string }
  | { readonly kind: 'not-found' }

export const NORMAL: ExitReason = Object.freeze({ kind: 'normal' })
export const SHUTDOWN: ExitReason = Object.freeze({ kind: 'shutdown' })
export const KILLED: ExitReason = Object.freeze({ kind: 'killed' })
export const NOT_FOUND: ExitReason = Object.freeze({ kind: 'not-found' })

/** Signal numbers as Linux, macOS and Windows' Node agree on them. */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGIO: 29,
  SIGSYS: 31,
}

/** The number of a signal by its name; 0 for a name that no system knows. */
export function signalNumber(signal: string): number {
  return Object.hasOwn(SIGNAL_NUMBERS, signal) ? (SIGNAL_NUMBERS[signal] ?? 0) : 0
}

/**
 * The exit code that stands for a reason: normal and shutdown 0; error, disconnected, not-found 1; exit its code; a signal
 * minus its number; killed -9. The numbers are those of Python's `Process.exitcode`.
 */
export function exitCode(reason: ExitReason): number {
  switch (reason.kind) {
    case 'normal':
    case 'shutdown':
      return 0
    case 'error':
    case 'disconnected':
    case 'not-found':
      return 1
    case 'exit':
      return reason.code
    case 'signal':
      // A signal that nobody knows is a failure all the same: -0 would pass for success.
      return -signalNumber(reason.signal) || 1
    case 'killed':
      return -9
    default:
      return assertNever(reason)
  }
}

/** True for every reason but `normal` and `shutdown`: what OTP calls an abnormal exit. */
export function isFailure(reason: ExitReason): boolean {
  return reason.kind !== 'normal' && reason.kind !== 'shutdown'
}

/** One short phrase for messages and logs: `error (TypeError: x is not a function)`, `exit (code 3)`. */
export function describeExit(reason: ExitReason): string {
  switch (reason.kind) {
    case 'normal':
    case 'killed':
    case 'not-found':
      return reason.kind
    case 'shutdown':
      return typeof reason.detail === 'string' ? `shutdown (${reason.detail})` : 'shutdown'
    case 'error':
      return `error (${reason.error.name}: ${reason.error.message})`
    case 'exit':
      return `exit (code ${reason.code})`
    case 'signal':
      return `signal (${reason.signal})`
    case 'disconnected':
      return `disconnected (${reason.node})`
    default:
      return assertNever(reason)
  }
}
