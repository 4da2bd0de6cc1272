/**
 * The default mailbox: a ring without a bound. A tell of at most one argument waits in pieces, not as an envelope: what waits
 * long is moved by the garbage collector, and a burst of a million envelopes with their lists of arguments took four times as
 * long as a burst of a million pieces (docs/DECISIONS.md, D-029).
 */
import { Envelope, NO_ARGS, TELL } from '../model/envelope.ts'
import type { Target } from '../model/target.ts'
import type { Mailbox } from './mailbox.ts'

/** Slots of a message: an envelope, or the name of a method, then its argument, then its sender. */
const STRIDE = 3
const SMALLEST = 4
/** Rings above this size are dropped when they run empty. */
const KEPT = 1_024
/** In the place of an argument: there is none. */
const NONE = Symbol('no argument')

export class UnboundedMailbox implements Mailbox {
  readonly capacity: number = Number.POSITIVE_INFINITY
  readonly givesUp = 'dropped'
  #slots = new Array<unknown>(SMALLEST * STRIDE)
  #mask = SMALLEST - 1
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  get messages(): number {
    return this.#length
  }

  push(envelope: Envelope): null {
    if (this.#length > this.#mask) this.#grow()
    this.#put((this.#head + this.#length) & this.#mask, envelope)
    this.#length++
    return null
  }

  unshift(envelope: Envelope): void {
    if (this.#length > this.#mask) this.#grow()
    this.#head = (this.#head - 1) & this.#mask
    this.#put(this.#head, envelope)
    this.#length++
  }

  shift(): Envelope | undefined {
    if (this.#length === 0) return undefined
    const slots = this.#slots
    const at = this.#head * STRIDE
    const first = slots[at]
    slots[at] = undefined
    this.#head = (this.#head + 1) & this.#mask
    this.#length--
    // Safe, here and below: `put` wrote a string or an envelope first, and after a string an argument and a sender.
    if (typeof first !== 'string') return this.#taken(first as Envelope)
    const argument = slots[at + 1]
    const sender = slots[at + 2] as Target | null
    slots[at + 1] = undefined
    slots[at + 2] = undefined
    return this.#taken(new Envelope(TELL, first, argument === NONE ? NO_ARGS : [argument], sender, null, null))
  }

  discard(matches: (envelope: Envelope) => boolean): void {
    for (let left = this.#length; left > 0; left--) {
      const envelope = this.shift()
      if (envelope !== undefined && !matches(envelope)) this.push(envelope)
    }
  }

  room(): undefined {
    return undefined
  }

  #put(place: number, envelope: Envelope): void {
    const at = place * STRIDE
    const { kind, args } = envelope
    if (kind !== TELL || args.length > 1 || envelope.trace !== null) {
      this.#slots[at] = envelope
      return
    }
    this.#slots[at] = envelope.method
    this.#slots[at + 1] = args.length === 0 ? NONE : args[0]
    this.#slots[at + 2] = envelope.sender
  }

  #taken(envelope: Envelope): Envelope {
    if (this.#length === 0 && this.#mask >= KEPT) {
      this.#slots = new Array<unknown>(SMALLEST * STRIDE)
      this.#mask = SMALLEST - 1
      this.#head = 0
    }
    return envelope
  }

  #grow(): void {
    const old = this.#slots
    const size = this.#mask + 1
    const larger = new Array<unknown>(size * 2 * STRIDE)
    const split = this.#head * STRIDE
    // Full, so that all slots are copied: those from the head on, then those that went round.
    let to = 0
    for (let from = split; from < old.length; from++) larger[to++] = old[from]
    for (let from = 0; from < split; from++) larger[to++] = old[from]
    this.#slots = larger
    this.#mask = size * 2 - 1
    this.#head = 0
  }
}
