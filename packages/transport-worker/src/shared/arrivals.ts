/**
 * The receiving half of a link: frames that come before `open` are kept, `closed` is heard once, last, and also by those who
 * open late. After this end closed the link, no more frames are handed over.
 */
import type { ExitReason, LinkEvents } from '@troupe/core/transport'

export class Arrivals {
  #events: LinkEvents | null = null
  /** Frames from before `open`. */
  #early: Uint8Array[] = []
  /** Set once, by `end`. */
  #ended: ExitReason | null = null
  #muted = false
  readonly #onClosed: ((reason: ExitReason) => void) | undefined

  constructor(onClosed?: (reason: ExitReason) => void) {
    this.#onClosed = onClosed
  }

  get ended(): boolean {
    return this.#ended !== null
  }

  open(events: LinkEvents): void {
    if (this.#events !== null) throw new Error('a link is opened once')
    this.#events = events
    const early = this.#early
    this.#early = []
    for (const frame of early) this.frame(frame)
    if (this.#ended !== null) events.closed(this.#ended)
  }

  frame(bytes: Uint8Array): void {
    if (this.#muted) return
    if (this.#events === null) this.#early.push(bytes)
    else this.#events.frame(bytes)
  }

  drain(): void {
    if (!this.#muted) this.#events?.drain()
  }

  /** This end's program exits: core hands over all that it holds, such as this turn's batch. */
  leave(): void {
    if (!this.#muted) this.#events?.leaving?.()
  }

  /** This end closed the link: what still comes is nobody's. */
  mute(): void {
    this.#muted = true
    this.#early = []
  }

  /** Nothing more comes. Only the first reason counts. */
  end(reason: ExitReason): void {
    if (this.#ended !== null) return
    this.#ended = reason
    this.#onClosed?.(reason)
    this.#events?.closed(reason)
  }
}
