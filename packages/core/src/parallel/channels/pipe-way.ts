/**
 * One direction of a pipe, at its owner: messages in the order sent, those who wait for room, those who wait for messages. What
 * was sent to the receiving end stays here until that end says that it was handed over: the end may move before.
 */
import type { ExitReason } from '../../index.ts'
import { PipeClosedError } from './errors.ts'
import { ALL_DONE, DONE, FAILED, type OwnerLine } from './lines.ts'
import type { Parcel } from './parcel.ts'

/** A call of an end that is not answered yet. */
export interface PipeWaiter {
  readonly line: OwnerLine
  readonly call: number
  readonly kind: 'send' | 'receive' | 'ready'
  /** Of a send. */
  readonly parcel: Parcel
  /** Of a receive: how many messages it takes at most. */
  readonly most: number
  cancelTimer: (() => void) | null
}

/** Calls back at the deadline of a waiter; returns what takes that back. */
export type Deadline = (waiter: PipeWaiter, timeout: number) => () => void

export class PipeWay {
  readonly #maxSize: number
  readonly #deadline: Deadline
  readonly #waiting: Record<PipeWaiter['kind'], Set<PipeWaiter>> = { send: new Set(), receive: new Set(), ready: new Set() }
  #messages: Parcel[] = []
  /** Messages before it are with the receiving end. */
  #next = 0
  /** How many messages the receiving end has handed over, since the pipe was made: the first one here is the next. */
  #handed = 0
  /** The sending end is closed, for this reason. */
  #ended: ExitReason | null = null
  /** The receiving end is closed, for this reason. */
  #refused: ExitReason | null = null

  constructor(maxSize: number, deadline: Deadline) {
    this.#maxSize = maxSize
    this.#deadline = deadline
  }

  /** Which end was told that the other one is closed: it has no more use for the pipe. */
  isHeard: { sending: boolean; receiving: boolean } = { sending: false, receiving: false }

  get #waits(): number {
    return this.#messages.length - this.#next
  }

  send(waiter: PipeWaiter, timeout: number): void {
    const { line, call } = waiter
    if (this.#refused !== null) {
      this.isHeard.sending = true
      line.say(call, FAILED, new PipeClosedError('the other', this.#refused))
    } else if (this.#ended !== null) line.say(call, FAILED, new PipeClosedError('this', this.#ended))
    else if (this.#waiting.send.size === 0 && this.#waits < this.#maxSize) {
      this.#messages.push(waiter.parcel)
      line.say(call, DONE, true)
      this.serve()
    } else if (timeout === 0) line.say(call, DONE, false)
    else this.#wait(waiter, timeout)
  }

  /** Many sends without deadlines: takes what there is room for, and returns how many that are. */
  sendAll(line: OwnerLine, first: number, parcels: readonly Parcel[]): number {
    if (this.#refused !== null || this.#ended !== null || this.#waiting.send.size > 0) return 0
    const room = Math.min(parcels.length, this.#maxSize - this.#waits)
    for (let each = 0; each < room; each++) this.#messages.push(parcels[each])
    if (room > 0) line.say(first, ALL_DONE, room)
    this.serve()
    return Math.max(0, room)
  }

  /** Answers with a list of messages; with nothing at the deadline. The end has handed over `handed` so far. */
  receive(waiter: PipeWaiter, timeout: number, handed: number): void {
    this.#confirm(handed)
    if (this.#waiting.receive.size > 0 || (this.#waits === 0 && this.#ended === null)) {
      if (timeout === 0) waiter.line.say(waiter.call, DONE, undefined)
      else this.#wait(waiter, timeout)
    } else this.#give(waiter)
    this.serve()
  }

  /** Answers true when a message or the end of the pipe is there, false at the deadline. */
  ready(waiter: PipeWaiter, timeout: number): void {
    if (this.#waits > 0 || this.#ended !== null) waiter.line.say(waiter.call, DONE, true)
    else if (timeout === 0) waiter.line.say(waiter.call, DONE, false)
    else this.#wait(waiter, timeout)
  }

  /** The receiving end has a new owner, which has handed over `handed` so far: what the last one had beyond that comes again. */
  rewind(handed: number): void {
    this.#confirm(handed)
    this.#next = 0
  }

  expire(waiter: PipeWaiter): void {
    waiter.cancelTimer = null
    this.#answer(waiter, DONE, waiter.kind === 'receive' ? undefined : false)
  }

  cancel(waiter: PipeWaiter, error: unknown): void {
    this.#answer(waiter, FAILED, error)
  }

  /** All calls that wait at one of its ends. */
  waitersOf(end: 'sending' | 'receiving'): readonly PipeWaiter[] {
    const { send, receive, ready } = this.#waiting
    return end === 'sending' ? [...send] : [...receive, ...ready]
  }

  /** The sending end closes: what it sent can be received, then the reason is heard. */
  end(reason: ExitReason): void {
    this.#ended ??= reason
    for (const waiter of this.#waiting.send) this.#answer(waiter, FAILED, new PipeClosedError('this', reason))
    this.serve()
  }

  /** The receiving end closes: nobody will have what was sent. */
  refuse(reason: ExitReason): void {
    this.#refused ??= reason
    this.#messages = []
    this.#next = 0
    if (this.#waiting.send.size > 0) this.isHeard.sending = true
    for (const waiter of this.#waiting.send) this.#answer(waiter, FAILED, new PipeClosedError('the other', reason))
    for (const waiter of this.waitersOf('receiving')) this.#answer(waiter, FAILED, new PipeClosedError('this', reason))
  }

  serve(): void {
    const { send, receive } = this.#waiting
    for (;;) {
      for (const sender of send) {
        if (this.#waits >= this.#maxSize) break
        this.#messages.push(sender.parcel)
        this.#answer(sender, DONE, true)
      }
      if (this.#waits === 0 && this.#ended === null) return
      // Before a receive, which may have been made ahead of need: it takes what they ask about.
      for (const waiter of this.#waiting.ready) this.#answer(waiter, DONE, true)
      const [receiver] = receive
      if (receiver === undefined) return
      receive.delete(receiver)
      this.#give(receiver)
    }
  }

  #give(waiter: PipeWaiter): void {
    if (this.#waits === 0 && this.#ended !== null) {
      this.#answer(waiter, FAILED, new PipeClosedError('the other', this.#ended))
      return
    }
    const messages = this.#messages.slice(this.#next, this.#next + waiter.most)
    this.#next += messages.length
    this.#answer(waiter, DONE, messages)
  }

  #confirm(handed: number): void {
    const count = Math.min(handed - this.#handed, this.#messages.length)
    if (count <= 0) return
    this.#handed += count
    this.#messages = this.#messages.slice(count)
    this.#next = Math.max(0, this.#next - count)
  }

  #wait(waiter: PipeWaiter, timeout: number): void {
    this.#waiting[waiter.kind].add(waiter)
    if (timeout !== Number.POSITIVE_INFINITY) waiter.cancelTimer = this.#deadline(waiter, timeout)
  }

  #answer(waiter: PipeWaiter, outcome: typeof DONE | typeof FAILED, value: unknown): void {
    waiter.cancelTimer?.()
    this.#waiting[waiter.kind].delete(waiter)
    waiter.line.say(waiter.call, outcome, value)
  }
}
