/**
 * Pipes between two parties, wherever they are: the ends that programs hold. An end has one owner. Sending it moves it.
 */
import { isFailure, isTroupeError, serializable, toObservable } from '../../index.ts'
import type { ActorRef, ExitReason, STOP, Stream } from '../../index.ts'
import { checkedCount, checkedTimeout } from './check.ts'
import { PipeClosedError, PipeDirectionError, PipeMovedError, PipeTimeoutError } from './errors.ts'
import { type EndRecord, Intake } from './intake.ts'
import { Line } from './line.ts'
import { OneByOne } from './one-by-one.ts'
import { type Parcel, toParcel } from './parcel.ts'
import { FLUSH, PipeOwner, type PipeSettings, type PipeSide } from './pipe-owner.ts'
import type { Spawner, ChannelOptions } from './queue.ts'
import type { Choice, Selectable } from './selectable.ts'

export interface PipeOptions {
  /** Messages that each direction holds before `send` waits, beside those that the receiving end was sent. Default 1,024. */
  readonly maxSize?: number
}

/** The end at which a simplex, or one direction of a pipe, is written. */
export interface SendingEnd<Sends> extends Disposable {
  /**
   * Sends a copy of the value as it is now; resolves when the pipe has taken it, which may be full for a while. Rejects
   * PipeClosedError, PipeMovedError, PipeTimeoutError, and NotSerializableError for what cannot travel.
   */
  send(value: Sends | typeof STOP, options?: ChannelOptions): Promise<void>
  /** This end is done: the other one receives what was sent, then hears it. Closing twice is fine. */
  close(): void
}

/** The end at which a simplex, or one direction of a pipe, is read. Loops end at STOP, and when the other end is closed in order. */
export interface ReceivingEnd<Receives> extends AsyncIterable<Receives>, Disposable, Selectable<Receives> {
  /** The next value. Rejects PipeTimeoutError, and PipeClosedError once all that was sent before the close was received. */
  receive(options?: ChannelOptions): Promise<Receives>
  /** Whether a value, or the end of the pipe, is there within so many milliseconds. Takes nothing. Default 0. */
  poll(timeout?: number): Promise<boolean>
  close(): void
}

interface EndState {
  readonly ref: ActorRef<unknown>
  readonly side: PipeSide
  readonly settings: PipeSettings
  /** How often it was moved. */
  readonly epoch: number
  /** How many messages its owners have had. */
  readonly handed: number
}

/** The most messages that come at once. */
const MOST = 1_024

/** Ends that nobody holds any more are closed. */
const ENDS = new FinalizationRegistry<() => void>((close) => close())

let move: (end: PipeEnd<never, never>) => EndState
let arrive: (state: EndState) => PipeEnd<never, never>
let readOwner: (end: PipeEnd<never, unknown>) => ActorRef<unknown>

/** One end of a duplex pipe. Made by {@link createPipe}; may be sent, which moves it. */
export class PipeEnd<Sends, Receives> implements SendingEnd<Sends>, ReceivingEnd<Receives> {
  readonly #state: EndState
  readonly #line: Line
  readonly #record: EndRecord
  readonly #intake: Intake
  /** Why nothing can be done here any more, or only not received or sent. */
  #over: Error | null = null

  private constructor(state: EndState) {
    const { ref, side, epoch, settings } = state
    const record: EndRecord = { handed: state.handed, isLost: false }
    this.#state = state
    this.#record = record
    this.#line = new Line(
      ref,
      (error) => {
        record.isLost = true
        return asClosed(error)
      },
      () => [side, epoch, record.handed],
    )
    const line = this.#line
    this.#intake = new Intake(this, line, Math.min(MOST, settings.maxSize), record, () => void ref.tell('heard', side, epoch))
    line.listen(FLUSH, () => line.tell('flushed'))
    ENDS.register(this, () => void ref.tell('close', side, epoch), this)
  }

  static {
    move = (end) => end.#move()
    readOwner = (end) => end.#state.ref
    arrive = (state) => {
      const end = new PipeEnd<never, never>(state)
      // Its owner is known from now on; but not when it only passes through.
      if (state.epoch > 0) queueMicrotask(() => end.#over === null && end.#line.opened())
      return end
    }
  }

  send(value: Sends | typeof STOP, options?: ChannelOptions): Promise<void> {
    try {
      this.#check('send')
      const closed = this.#intake.heard()
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- what the owner said
      if (closed !== null) return Promise.reject(closed)
      const parcel = toParcel(value)
      if (options !== undefined) return this.#send(parcel, options)
      // Safe: the owner answers nothing to it.
      return this.#line.callWithOthers('sendAll', parcel) as Promise<void>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  receive(options: ChannelOptions = {}): Promise<Receives> {
    try {
      const limit = checkedTimeout(options.timeout)
      this.#check('receive')
      options.signal?.throwIfAborted()
      // Safe: the other end sends what the type says.
      return this.#intake.receive(limit, options) as Promise<Receives>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async poll(timeout: number = 0): Promise<boolean> {
    this.#check('receive')
    return this.#intake.ready(checkedTimeout(timeout))
  }

  close(): void {
    if (this.#over !== null) return
    const { ref, side, epoch } = this.#state
    this.#line.flush()
    void ref.tell('close', side, epoch)
    this.#end(new PipeClosedError('this', { kind: 'normal' }))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Receives, undefined> {
    return new OneByOne({ get: (signal) => this.receive({ signal }), isEnd })
  }

  /** For `from` of rxjs: as {@link toObservable}. */
  ['@@observable'](): Stream<Receives> {
    return toObservable(this)
  }

  /** For `select`. */
  choice(): Choice<Receives> {
    this.#check('receive')
    return {
      ready: (timeout, signal) => this.#intake.ready(timeout, signal),
      take: async () => {
        try {
          return { value: await this.receive({ timeout: 0 }) }
        } catch (error) {
          if (isTroupeError(error, 'TROUPE_PIPE_TIMEOUT')) return null
          throw error
        }
      },
    }
  }

  async #send(parcel: Parcel, { timeout, signal, by }: ChannelOptions): Promise<void> {
    const limit = checkedTimeout(timeout)
    const sent = await this.#line.call('send', [parcel, limit], { signal, by })
    if (sent !== true) throw new PipeTimeoutError('send', limit)
  }

  #check(action: 'send' | 'receive'): void {
    const { settings, side } = this.#state
    if (this.#over !== null) throw this.#over
    if (settings.ways === 'to-right' && (side === 'left') !== (action === 'send')) throw new PipeDirectionError(action)
  }

  #move(): EndState {
    if (this.#over !== null) throw this.#over
    const { ref, side, epoch } = this.#state
    const next = { ...this.#state, epoch: epoch + 1, handed: this.#record.handed }
    this.#line.flush()
    void ref.tell('moving', side, next.epoch, next.handed)
    this.#end(new PipeMovedError())
    return next
  }

  #end(error: Error): void {
    this.#over = error
    ENDS.unregister(this)
    // The line is the owner's to end, behind what was sent: a line that is given up here could overtake that.
    this.#intake.end(error)
  }
}

serializable(PipeEnd as unknown as new () => PipeEnd<never, never>, {
  name: 'troupe.PipeEnd',
  toState: (end) => move(end),
  fromState: (state: EndState) => arrive(state),
})

/** For other files here: the actor between the two ends. */
export function ownerOfEnd(end: PipeEnd<never, unknown>): ActorRef<unknown> {
  return readOwner(end)
}

/**
 * A pipe for both directions, as its two ends. It lives until both are closed, or its spawner ends.
 *
 * @example
 * const [left, right] = createPipe<string, number>(system)
 * await left.send('how long?')
 * await right.send((await right.receive()).length)
 * console.log(await left.receive())
 */
export function createPipe<ToRight, ToLeft = ToRight>(
  spawner: Spawner,
  options: PipeOptions = {},
): [left: PipeEnd<ToRight, ToLeft>, right: PipeEnd<ToLeft, ToRight>] {
  return create(spawner, options, 'both')
}

/**
 * A pipe for one direction: what is sent at the first end is received at the second one. Using an end the wrong way is a
 * PipeDirectionError.
 */
export function createSimplex<Value>(
  spawner: Spawner,
  options: PipeOptions = {},
): [left: SendingEnd<Value>, right: ReceivingEnd<Value>] {
  return create<Value, never>(spawner, options, 'to-right')
}

function create<ToRight, ToLeft>(
  spawner: Spawner,
  options: PipeOptions,
  ways: PipeSettings['ways'],
): [PipeEnd<ToRight, ToLeft>, PipeEnd<ToLeft, ToRight>] {
  const settings: PipeSettings = { maxSize: checkedCount('maxSize', options.maxSize ?? 1_024), ways }
  const ref = spawner.spawn(PipeOwner, [settings])
  const end = { ref, settings, epoch: 0, handed: 0 }
  return [arrive({ ...end, side: 'left' }), arrive({ ...end, side: 'right' })]
}

/** True for the error that only says that the other end is closed, or was gone before anybody could know why. */
export function isEnd(error: unknown): boolean {
  if (!isTroupeError(error, 'TROUPE_PIPE_CLOSED') || !('reason' in error)) return false
  // Safe: this error has an exit reason.
  const reason = error.reason as ExitReason
  return !isFailure(reason) || reason.kind === 'not-found'
}

/** A lost line as callers are told of it. The owner ends that of an end which is closed. */
function asClosed(error: unknown): unknown {
  if (error === null) return new PipeClosedError('this', { kind: 'normal' })
  if (!isTroupeError(error, 'TROUPE_ACTOR_STOPPED') || !('reason' in error)) return error
  // Safe: the reason of an error with this code is an exit reason, also when it came from another node.
  return new PipeClosedError('the other', error.reason as ExitReason, error)
}
