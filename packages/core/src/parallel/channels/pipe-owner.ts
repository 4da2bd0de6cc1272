/**
 * The actor between the two ends of a pipe. It knows who has each end: the actor that used it last, else the node that it is
 * on. When that is gone the end closes, and the other one hears why.
 */
import { actor } from '../../index.ts'
import type { ActorDefinition, ExitReason, Self } from '../../index.ts'
import { PipeClosedError, PipeMovedError } from './errors.ts'
import { FAILED, Lines, NEWS, OwnerLine } from './lines.ts'
import type { Parcel } from './parcel.ts'
import { Parties } from './parties.ts'
import { type PipeWaiter, PipeWay } from './pipe-way.ts'

export type PipeSide = 'left' | 'right'

export interface PipeSettings {
  readonly maxSize: number
  /** A simplex carries messages from left to right only. */
  readonly ways: 'both' | 'to-right'
}

export const PipeOwner: ActorDefinition<PipeMessages, readonly [settings: PipeSettings]> = actor({
  name: 'troupe.Pipe',
  module: import.meta.url,
  setup: (self: Self, settings: PipeSettings) => new PipeMessages(self, settings),
})

/** One end, as its owner at that time holds it. */
class PipeLine extends OwnerLine {
  side: PipeSide = 'left'
  epoch = 0
  readonly waiters: Map<number, PipeWaiter> = new Map()

  override say(call: number, outcome: Parameters<OwnerLine['say']>[1], value: unknown): void {
    this.waiters.delete(call)
    super.say(call, outcome, value)
  }
}

interface End {
  /** Sends away from this end, and towards it. */
  readonly out: PipeWay
  readonly in: PipeWay
  /** Counts its moves. */
  epoch: number
  line: PipeLine | null
  /** The actor that used it last, else the node that it is on; null while nobody has it. */
  holder: object | null
  /** The actor that used it last ended so; it closes when all that came from there is here. */
  dying: ExitReason | null
  closed: ExitReason | null
}

/** The number of the news that ask an end for what it has not sent yet. */
export const FLUSH = 0

/** Its methods are the messages that ends send: with the line, and the number of the call. */
export class PipeMessages {
  readonly #self: Self
  readonly #lines: Lines<PipeLine>
  readonly #parties: Parties<object>
  readonly #ways: PipeSettings['ways']
  readonly #ends: Readonly<Record<PipeSide, End>>
  #isFinished = false

  constructor(self: Self, { maxSize, ways }: PipeSettings) {
    this.#self = self
    this.#lines = new Lines(self, (id, lost) => new PipeLine(id, lost))
    this.#parties = new Parties<object>(
      self,
      () => ({}),
      (holder, reason) => {
        for (const end of Object.values(this.#ends)) if (end.holder === holder) this.#holderGone(end, reason)
      },
    )
    const deadline = (waiter: PipeWaiter, timeout: number): (() => void) => self.after(timeout, 'expire', waiter)
    const toRight = new PipeWay(maxSize, deadline)
    const toLeft = new PipeWay(maxSize, deadline)
    this.#ways = ways
    this.#ends = { left: newEnd(toRight, toLeft), right: newEnd(toLeft, toRight) }
  }

  /** An end opens its line: a new owner's first word is a later epoch than the last owner's. */
  line(id: string, side: PipeSide, epoch: number, handed: number): PipeLine {
    const line = this.#lines.get(id)
    const end = this.#ends[side]
    line.side = side
    line.epoch = epoch
    if (epoch < end.epoch) this.#endLine(line)
    else {
      if (epoch > end.epoch) this.#move(end, epoch, handed)
      end.line = line
      end.holder ??= this.#parties.asking()
    }
    return line
  }

  lineLost(id: string): void {
    const line = this.#lines.find(id)
    this.#lines.forget(id)
    if (line === undefined) return
    const end = this.#ends[line.side]
    if (end.line !== line) return
    end.line = null
    // Else the end of who has it will be heard, and why.
    if (end.dying !== null) this.#close(end, end.dying)
  }

  /** An end whose actor is gone has sent all that it was given. */
  flushed(id: string): void {
    const line = this.#lines.find(id)
    const end = line === undefined ? undefined : this.#ends[line.side]
    if (end !== undefined && end.line === line && end.dying !== null) this.#close(end, end.dying)
  }

  send(id: string, call: number, parcel: Parcel, timeout: number): void {
    const line = this.#current(id, call)
    if (line === null) return
    this.#endOf(line).out.send(newWaiter(line, 'send', call, parcel), timeout)
    this.#finishIfDone()
  }

  sendAll(id: string, first: number, parcels: readonly Parcel[]): void {
    const line = this.#lines.find(id)
    if (line === undefined) return
    const end = this.#ends[line.side]
    this.#heldBy(end)
    const sent = line.epoch === end.epoch && end.closed === null ? end.out.sendAll(line, first, parcels) : 0
    for (let each = sent; each < parcels.length; each++) this.send(id, first + each, parcels[each], Number.POSITIVE_INFINITY)
  }

  receive(id: string, call: number, most: number, timeout: number, handed: number): void {
    const line = this.#current(id, call)
    if (line === null) return
    this.#endOf(line).in.receive(newWaiter(line, 'receive', call, undefined, most), timeout, handed)
    this.#finishIfDone()
  }

  ready(id: string, call: number, timeout: number): void {
    const line = this.#current(id, call)
    if (line !== null) this.#endOf(line).in.ready(newWaiter(line, 'ready', call), timeout)
  }

  cancel(id: string, call: number): void {
    const line = this.#lines.find(id)
    const waiter = line?.waiters.get(call)
    if (line === undefined || waiter === undefined) return
    const end = this.#endOf(line)
    const way = waiter.kind === 'send' ? end.out : end.in
    way.cancel(waiter, new PipeClosedError('this', { kind: 'normal' }))
  }

  close(side: PipeSide, epoch: number): void {
    const end = this.#ends[side]
    if (epoch >= end.epoch) this.#close(end, { kind: 'normal' })
  }

  /** An end was sent away: from now on it is on its way, and nobody's. */
  moving(side: PipeSide, epoch: number, handed: number): void {
    const end = this.#ends[side]
    if (epoch > end.epoch) this.#move(end, epoch, handed)
  }

  /** Whoever has an end was told that the other one is closed. Until then the end may still move, and take along what it was sent. */
  heard(side: PipeSide, epoch: number): void {
    const end = this.#ends[side]
    if (epoch >= end.epoch) end.in.isHeard.receiving = true
    this.#finishIfDone()
  }

  /** From itself: a deadline has passed. */
  expire(waiter: PipeWaiter): void {
    const end = this.#ends[(waiter.line as PipeLine).side]
    const way = waiter.kind === 'send' ? end.out : end.in
    way.expire(waiter)
  }

  /** From itself: both ends have had everything, and know that it is over. */
  async finish(): Promise<void> {
    await this.#lines.drained()
    this.#self.stop()
  }

  /** The line of a call; null when its end has moved, or is closed. Of a line that was ended the caller has heard. */
  #current(id: string, call: number): PipeLine | null {
    const line = this.#lines.find(id)
    if (line === undefined) return null
    const end = this.#ends[line.side]
    this.#heldBy(end)
    if (line.epoch < end.epoch) line.say(call, FAILED, new PipeMovedError())
    else if (end.closed !== null) line.say(call, FAILED, new PipeClosedError('this', end.closed))
    else return line
    return null
  }

  #endOf(line: PipeLine): End {
    return this.#ends[line.side]
  }

  #heldBy(end: End): void {
    const holder = this.#parties.actor()
    if (holder === null) return
    end.holder = holder
    end.dying = null
  }

  /** What it sent in its last moments may be on its way: the line is asked for it. */
  #holderGone(end: End, reason: ExitReason): void {
    end.holder = null
    end.dying = reason
    if (end.line === null) this.#close(end, reason)
    else end.line.say(FLUSH, NEWS, undefined)
  }

  #move(end: End, epoch: number, handed: number): void {
    end.epoch = epoch
    end.holder = null
    end.dying = null
    for (const waiter of end.out.waitersOf('sending')) end.out.cancel(waiter, new PipeMovedError())
    for (const waiter of end.in.waitersOf('receiving')) end.in.cancel(waiter, new PipeMovedError())
    end.in.rewind(handed)
    if (end.line !== null) this.#endLine(end.line)
    end.line = null
  }

  #endLine(line: PipeLine): void {
    line.end()
    this.#lines.forget(line.id)
  }

  #close(end: End, reason: ExitReason): void {
    if (end.closed !== null) return
    end.closed = reason
    end.out.end(reason)
    end.in.refuse(reason)
    if (end.line !== null) this.#endLine(end.line)
    this.#finishIfDone()
  }

  #finishIfDone(): void {
    const { left, right } = this.#ends
    if (this.#isFinished || (right.closed === null && !right.in.isHeard.receiving)) return
    if (left.closed === null && !(this.#ways === 'both' ? left.in.isHeard.receiving : left.out.isHeard.sending)) return
    this.#isFinished = true
    void this.#self.ref.tell('finish')
  }
}

function newEnd(out: PipeWay, into: PipeWay): End {
  return { out, in: into, epoch: 0, line: null, holder: null, dying: null, closed: null }
}

function newWaiter(line: PipeLine, kind: PipeWaiter['kind'], call: number, parcel?: Parcel, most: number = 1): PipeWaiter {
  const waiter: PipeWaiter = { line, call, kind, parcel, most, cancelTimer: null }
  line.waiters.set(call, waiter)
  return waiter
}
