/**
 * Finds links that look open and are not: asks for a sign of life when none came for a while, and declares the link dead
 * after a longer silence. Time during which this node's own event loop was blocked does not count as the peer's silence:
 * its frames may lie unread. A beat that comes late is such a time, and it comes before the event loop reads.
 */
import type { Clock, Timer } from '../base/clock.ts'

export interface HeartbeatOptions {
  /** Milliseconds of silence after which a ping is sent, and again after as many. Default 1 000. */
  readonly interval?: number
  /** Milliseconds of silence after which the link is dead. Default 3 000. */
  readonly dead?: number
}

export interface HeartbeatEvents {
  /** A sign of life should be asked for. */
  ping(): void
  /** Once, and last. */
  dead(): void
}

const INTERVAL = 1_000
const DEAD = 3_000
/** Milliseconds that a beat may be late when the event loop is merely busy. */
const SLACK = 50

export class Heartbeat {
  readonly #clock: Clock
  readonly #interval: number
  readonly #deadAfter: number
  readonly #events: HeartbeatEvents
  #timer: Timer | null = null
  /** When the timer should fire. */
  #due = 0
  /** When the last frame arrived, moved on by the time that this node was blocked. */
  #heardAt: number
  /** Whether this silence has been given the benefit of the doubt: once, so that a busy node finds dead links too. */
  #wasSpared = false

  constructor(clock: Clock, options: HeartbeatOptions, events: HeartbeatEvents) {
    this.#clock = clock
    this.#interval = options.interval ?? INTERVAL
    this.#deadAfter = options.dead ?? DEAD
    this.#events = events
    this.#heardAt = clock.now()
    this.#arm(this.#heardAt)
  }

  /** A frame arrived. */
  heard(): void {
    this.#heardAt = this.#clock.now()
    this.#wasSpared = false
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #arm(now: number): void {
    const beats = Math.floor((now - this.#heardAt) / this.#interval) + 1
    this.#due = this.#heardAt + Math.min(beats * this.#interval, this.#deadAfter)
    this.#timer = this.#clock.start(Math.max(1, this.#due - now), () => this.#beat())
    this.#timer.hold(false)
  }

  #beat(): void {
    const now = this.#clock.now()
    const late = now - this.#due
    if (late > this.#interval / 2) this.#heardAt = Math.min(now, this.#heardAt + late)
    const isSpared = late > SLACK && !this.#wasSpared && now - this.#heardAt >= this.#deadAfter
    if (isSpared) {
      this.#wasSpared = true
      this.#heardAt = now - this.#deadAfter + this.#interval / 2
    }
    const silence = now - this.#heardAt
    if (silence >= this.#deadAfter) {
      this.#timer = null
      this.#events.dead()
      return
    }
    if (silence >= this.#interval) this.#events.ping()
    this.#arm(now)
  }
}
