/**
 * The one door to time. Everything that waits takes a Clock, so that tests move time by hand.
 *
 * Node runs timers before it reads: after the event loop was held up, every deadline would come before the answers that
 * lie unread in a socket or a port, and before what waits in the run queue. So a deadline that has passed lets the event
 * loop turn once before it fires (docs/DECISIONS.md, D-040).
 */
import { createYield } from './event-loop.ts'

/** A started timer. */
export interface Timer {
  cancel(): void
  /** Whether this timer alone keeps the program running; true from the start. A no-op where the platform has no such thing. */
  hold(keepsAlive: boolean): void
}

export interface Clock {
  /** Milliseconds on a clock that never steps back. Not a date. */
  now(): number
  /** Milliseconds since 1970, for people and logs only. */
  wallTime(): number
  /**
   * Calls `fire` once, not before `ms` milliseconds have passed. 'deadline': and not before what had arrived by then was
   * taken in; for what is given up then. Others fire in the order of their times, also among timers that are not Troupe's.
   */
  start(ms: number, fire: () => void, purpose?: 'deadline'): Timer
}

/** What Node's timers have beyond the browser's number. */
interface NodeTimer {
  ref(): void
  unref(): void
}

function isNodeTimer(value: unknown): value is NodeTimer {
  return typeof value === 'object' && value !== null && 'unref' in value
}

/** setTimeout counts in 32 bits; longer waits are taken in stages. */
const LONGEST = 2_147_483_647

const nextTurn = createYield()

class SystemTimer implements Timer {
  #handle: unknown
  #left: number
  #holds = true
  #isCanceled = false
  readonly #fire: () => void
  readonly #isDeadline: boolean

  constructor(ms: number, fire: () => void, isDeadline: boolean) {
    // setTimeout cuts parts of a millisecond off, and would fire early.
    this.#left = Math.ceil(ms)
    this.#fire = fire
    this.#isDeadline = isDeadline
    this.#arm()
  }

  cancel(): void {
    this.#isCanceled = true
    // Safe: the value is what setTimeout returned on this platform.
    clearTimeout(this.#handle as number)
  }

  hold(keepsAlive: boolean): void {
    this.#holds = keepsAlive
    if (!isNodeTimer(this.#handle)) return
    if (keepsAlive) this.#handle.ref()
    else this.#handle.unref()
  }

  #arm(): void {
    const stage = Math.min(this.#left, LONGEST)
    this.#left -= stage
    this.#handle = setTimeout(() => {
      if (this.#left > 0) this.#arm()
      else if (this.#isDeadline) nextTurn(() => this.#isCanceled || this.#fire())
      else this.#fire()
    }, stage)
    if (!this.#holds) this.hold(false)
  }
}

/** Real time: performance.now and setTimeout. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  start: (ms, fire, purpose) => new SystemTimer(ms, fire, purpose === 'deadline'),
}
