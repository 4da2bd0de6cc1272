/**
 * What comes in at one end of a pipe, and who waits for it. Once something was received, the next message is asked for ahead of
 * need: it comes while this one is used, and not a round trip after the next `receive`.
 */
import { isTroupeError } from '../../index.ts'
import { PipeTimeoutError } from './errors.ts'
import type { Line } from './line.ts'
import { fromParcel, type Parcel } from './parcel.ts'
import type { ChannelOptions } from './queue.ts'

interface Receiver {
  resolve(value: unknown): void
  reject(error: unknown): void
  /** It settles: its signal is of no interest any more. */
  unlisten(): void
}

/** Half of so many that come at once are worth a call for more ahead of need. */
const MANY = 64

/** Ends at which somebody waits, which may be all that is left of them. */
const AWAITED = new Set<object>()

/** What an end shares with its line. */
export interface EndRecord {
  /** How many messages the owners of this end have had. */
  handed: number
  /** The owner, or the way to it, is gone. */
  isLost: boolean
}

export class Intake {
  readonly #record: EndRecord
  /** Tells the owner that somebody heard of the other end's close. */
  readonly #hear: () => void
  readonly #end: object
  readonly #line: Line
  readonly #most: number
  readonly #receivers = new Set<Receiver>()
  /** Messages that came; those before `next` were handed over. */
  #came: Parcel[] = []
  #next = 0
  /** Calls for messages that the owner has not answered. */
  #asked = 0
  /** What says that the other end is closed, once the owner told that. */
  #drained: unknown = null
  #isHeard = false
  #isOver = false
  /** Such a call may wait for long, and must not be what holds the end. */
  readonly #itself = new WeakRef(this)

  /** At most so many messages come at once. */
  constructor(end: object, line: Line, most: number, record: EndRecord, hear: () => void) {
    this.#end = end
    this.#line = line
    this.#most = most
    this.#record = record
    this.#hear = hear
  }

  receive(limit: number, options: ChannelOptions): Promise<unknown> {
    if (this.#next < this.#came.length) return Promise.resolve(this.#hand())
    // eslint-disable-next-line typescript/prefer-promise-reject-errors -- what the owner said
    if (this.#drained !== null) return Promise.reject(this.heard())
    return this.#wait(limit, options)
  }

  async ready(timeout: number, signal?: AbortSignal): Promise<boolean> {
    // What was asked for ahead may have come before the answer.
    return this.#isHere || (await this.#line.call('ready', [timeout], { signal })) === true || this.#isHere
  }

  get #isHere(): boolean {
    return this.#next < this.#came.length || this.#drained !== null
  }

  /** The error that says that the other end is closed, which somebody is told now; null before that is known. */
  heard(): unknown {
    if (this.#drained !== null && !this.#isHeard && !this.#isOver && !this.#record.isLost) {
      this.#isHeard = true
      this.#hear()
    }
    return this.#drained
  }

  /** Nothing is received here any more. */
  end(error: unknown): void {
    this.#isOver = true
    this.#came = []
    this.#next = 0
    for (const receiver of this.#receivers) this.#drop(receiver, error)
  }

  /** Waits its turn; whatever comes first, for whichever call, is for the one that waits longest. */
  #wait(limit: number, { signal, by }: ChannelOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abort = (): void => this.#drop(receiver, signal?.reason)
      const receiver: Receiver = { resolve, reject, unlisten: () => signal?.removeEventListener('abort', abort) }
      this.#receivers.add(receiver)
      AWAITED.add(this.#end)
      signal?.addEventListener('abort', abort, { once: true })
      // Those that were given up left their calls: one more than there are receivers is enough. A limit is kept by a call of its own.
      if (limit !== Number.POSITIVE_INFINITY || this.#asked <= this.#receivers.size) this.#ask(limit, by, receiver)
    })
  }

  /** Calls for messages. What comes when nobody waits any more is kept for the next one. */
  #ask(limit: number, by?: ChannelOptions['by'], receiver?: Receiver): void {
    const itself = this.#itself
    const late = limit === Number.POSITIVE_INFINITY ? null : (receiver ?? null)
    this.#asked++
    this.#line.call('receive', [this.#most, limit, this.#record.handed], { by }).then(
      (messages) => {
        const intake = itself.deref()
        if (intake === undefined) return
        // Safe: the owner answers with a list of messages, or with nothing at the limit.
        intake.#take(messages as readonly Parcel[] | undefined)
        if (messages === undefined && late !== null) intake.#drop(late, new PipeTimeoutError('receive', limit))
      },
      (error: unknown) => {
        const intake = itself.deref()
        if (intake !== undefined) intake.#failed(error)
      },
    )
  }

  #take(messages: readonly Parcel[] | undefined): void {
    this.#asked--
    if (messages === undefined || this.#isOver) return
    this.#came = [...this.#came.slice(this.#next), ...messages]
    this.#next = 0
    for (const receiver of this.#receivers) {
      if (this.#next >= this.#came.length) break
      try {
        this.#leave(receiver).resolve(this.#hand())
      } catch (error) {
        receiver.reject(error)
      }
    }
  }

  /** No call will bring anything any more. */
  #failed(error: unknown): void {
    this.#asked--
    if (isTroupeError(error, 'TROUPE_PIPE_CLOSED')) this.#drained ??= error
    if (this.#receivers.size === 0) return
    const reason = this.heard() ?? error
    for (const receiver of this.#receivers) this.#drop(receiver, reason)
  }

  #hand(): unknown {
    const parcel = this.#came[this.#next]
    this.#came[this.#next++] = undefined
    this.#record.handed++
    const left = this.#came.length - this.#next
    const isOpen = this.#drained === null && this.#asked === 0
    if (isOpen && (left === 0 || (left === this.#next && left >= MANY))) this.#ask(Number.POSITIVE_INFINITY)
    return fromParcel(parcel)
  }

  #drop(receiver: Receiver, error: unknown): void {
    if (this.#receivers.has(receiver)) this.#leave(receiver).reject(error)
  }

  #leave(receiver: Receiver): Receiver {
    this.#receivers.delete(receiver)
    if (this.#receivers.size === 0) AWAITED.delete(this.#end)
    receiver.unlisten()
    return receiver
  }
}
