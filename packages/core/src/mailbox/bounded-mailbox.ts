/**
 * A mailbox with a bound and one of four policies for what happens above it.
 */
import { RingQueue } from '../base/ring-queue.ts'
import type { OverflowPolicy } from '../model/definition.ts'
import { type Envelope, STOP_SENTINEL } from '../model/envelope.ts'
import type { Mailbox } from './mailbox.ts'

/** What users sent has a kind below the runtime's own. */
function isMessage(envelope: Envelope): boolean {
  return envelope.kind < STOP_SENTINEL
}

export class BoundedMailbox implements Mailbox {
  readonly capacity: number
  readonly givesUp: 'mailbox-full' | 'dropped'
  readonly #overflow: OverflowPolicy
  readonly #queue = new RingQueue<Envelope>()
  /** Senders that wait for room, oldest first. */
  readonly #waiting = new RingQueue<() => void>()
  #messages = 0

  constructor(capacity: number, overflow: OverflowPolicy) {
    this.capacity = capacity
    this.#overflow = overflow
    this.givesUp = overflow === 'refuse' ? 'mailbox-full' : 'dropped'
  }

  get length(): number {
    return this.#queue.length
  }

  get messages(): number {
    return this.#messages
  }

  push(envelope: Envelope): Envelope | null {
    if (!isMessage(envelope)) {
      this.#queue.push(envelope)
      return null
    }
    if (this.#messages < this.capacity || this.#overflow === 'backpressure') {
      this.#messages++
      this.#queue.push(envelope)
      return null
    }
    if (this.#overflow !== 'drop-oldest') return envelope
    const oldest = this.#queue.remove(isMessage)
    this.#queue.push(envelope)
    return oldest ?? null
  }

  unshift(envelope: Envelope): void {
    if (isMessage(envelope)) this.#messages++
    this.#queue.unshift(envelope)
  }

  shift(): Envelope | undefined {
    const envelope = this.#queue.shift()
    if (envelope !== undefined && isMessage(envelope)) {
      this.#messages--
      if (this.#waiting.length > 0) this.#waiting.shift()?.()
    }
    return envelope
  }

  discard(matches: (envelope: Envelope) => boolean): void {
    while (this.#queue.remove(matches) !== undefined) continue
  }

  room(): Promise<void> | undefined {
    if (this.#overflow !== 'backpressure' || this.#messages <= this.capacity) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
