/**
 * The default mailbox: a ring without a bound.
 */
import { RingQueue } from '../base/ring-queue.ts'
import type { Envelope } from '../model/envelope.ts'
import type { Mailbox } from './mailbox.ts'

export class UnboundedMailbox implements Mailbox {
  readonly #queue = new RingQueue<Envelope>()
  readonly capacity: number = Number.POSITIVE_INFINITY
  readonly givesUp = 'dropped'

  get length(): number {
    return this.#queue.length
  }

  get messages(): number {
    return this.#queue.length
  }

  push(envelope: Envelope): null {
    this.#queue.push(envelope)
    return null
  }

  unshift(envelope: Envelope): void {
    this.#queue.unshift(envelope)
  }

  shift(): Envelope | undefined {
    return this.#queue.shift()
  }

  discard(matches: (envelope: Envelope) => boolean): void {
    while (this.#queue.remove(matches) !== undefined) continue
  }

  room(): undefined {
    return undefined
  }
}
