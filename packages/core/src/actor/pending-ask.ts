/**
 * An ask under way, at the end where the answer is awaited. It settles exactly once: by an answer, its deadline, its
 * signal, or the end of the target. While it waits it hangs on the turn of the actor that asked, so that a circle of
 * actors that wait for each other can be found.
 */
import { AskTimeoutError } from '../errors/actor-errors.ts'
import type { ChainLink } from '../model/ask-chain.ts'
import { type Envelope, type ReplyPort, replyPort } from '../model/envelope.ts'
import type { Target } from '../model/target.ts'
import { type Deadlines, Expiring } from '../timers/deadlines.ts'
import type { AbortFan, AbortWaiter } from './abort-fan.ts'

/** An actor of this node in its role of asking others. */
export interface Asker extends Target {
  /** Counts the messages that it took up. */
  readonly turn: number
  /** True while an async handler or its setup holds its queue. */
  readonly suspended: boolean
  /** The message being handled, also over awaits. */
  readonly handling: Envelope | null
  /** Head of the list of asks that the current turn made. */
  waits: PendingAsk | null
}

export class PendingAsk extends Expiring implements ReplyPort, AbortWaiter {
  settled = false
  readonly target: Target
  readonly method: string
  readonly timeout: number
  readonly asker: Asker | null
  /** The asker's turn when it asked; a later turn is not held up by this ask. */
  readonly turn: number
  nextWait: PendingAsk | null = null
  #previousWait: PendingAsk | null = null
  #cancelled: ((reason: unknown) => void) | null = null
  #signal: AbortSignal | null = null
  #aborts: AbortFan | null = null
  readonly #deadlines: Deadlines
  /** Let go of when it settles: whoever still holds this then holds no answer. */
  #resolve: (value: unknown) => void
  #reject: (error: unknown) => void

  constructor(
    deadlines: Deadlines,
    target: Target,
    method: string,
    timeout: number,
    within: number,
    asker: Asker | null,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super()
    this.#deadlines = deadlines
    this.target = target
    this.method = method
    this.timeout = timeout
    this.asker = asker
    this.#resolve = resolve
    this.#reject = reject
    if (asker === null) this.turn = 0
    else {
      this.turn = asker.turn
      this.nextWait = asker.waits
      if (asker.waits !== null) asker.waits.#previousWait = this
      asker.waits = this
    }
    if (timeout !== Number.POSITIVE_INFINITY) deadlines.add(this, timeout, within)
  }

  resolve(value: unknown): void {
    const resolve = this.#resolve
    if (this.#settle()) resolve(value)
  }

  reject(error: unknown): void {
    const reject = this.#reject
    if (this.#settle()) reject(error)
  }

  /** From now on the signal's abort rejects the ask with the signal's reason. */
  abortOn(signal: AbortSignal, aborts: AbortFan): void {
    this.#signal = signal
    this.#aborts = aborts
    aborts.add(signal, this)
  }

  aborted(reason: unknown): void {
    this.#giveUp(reason)
  }

  expire(): void {
    this.#giveUp(new AskTimeoutError(this.target.path, this.method, Math.round(this.timeout)))
  }

  onCancel(notify: (reason: unknown) => void): void {
    const earlier = this.#cancelled
    this.#cancelled = earlier === null ? notify : (reason) => (earlier(reason), notify(reason))
  }

  chain(): readonly ChainLink[] {
    const { asker } = this
    if (asker === null || asker.turn !== this.turn || (asker.handling === null && !asker.suspended)) return []
    const outer = asker.handling === null ? [] : (replyPort(asker.handling)?.chain() ?? [])
    return [...outer, { address: asker.address, path: asker.path, turn: this.turn }]
  }

  #giveUp(reason: unknown): void {
    const cancelled = this.#cancelled
    const reject = this.#reject
    if (!this.#settle()) return
    reject(reason)
    cancelled?.(reason)
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    this.#deadlines.remove(this)
    this.#leaveTurn()
    this.#cancelled = null
    this.#resolve = nobodyWaits
    this.#reject = nobodyWaits
    if (this.#signal !== null) this.#aborts?.remove(this.#signal, this)
    return true
  }

  #leaveTurn(): void {
    const { asker, nextWait } = this
    const previous = this.#previousWait
    if (asker === null) return
    if (previous !== null) previous.nextWait = nextWait
    else if (asker.waits === this) asker.waits = nextWait
    if (nextWait !== null) nextWait.#previousWait = previous
    this.nextWait = null
    this.#previousWait = null
  }
}

function nobodyWaits(): void {
  // It is settled.
}
