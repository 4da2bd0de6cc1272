/**
 * Queues between any number of producers and consumers, on any nodes: the handle that programs hold. It is small and can be
 * sent; the values are with one actor.
 */
import { isTroupeError, serializable, toObservable } from '../../index.ts'
import type { ActorRef, ExitReason, Node, Self, Spawn, STOP, Stream } from '../../index.ts'
import { checkedCount, checkedTimeout, checkedWord } from './check.ts'
import { Delivery } from './delivery.ts'
import { QueueClosedError, QueueEmptyError, QueueFullError } from './errors.ts'
import { Line } from './line.ts'
import { fromParcel, type Parcel, toParcel } from './parcel.ts'
import type { QueueSettings, QueueStats } from './queue-engine.ts'
import { OneByOne } from './one-by-one.ts'
import { isEnd, iterateAhead } from './queue-iterator.ts'
import { QueueOwner } from './queue-owner.ts'
import type { QueueOrder } from './queue-store.ts'
import type { Choice, Selectable } from './selectable.ts'

export interface QueueOptions {
  /** Values that it holds before `put` waits. Default: no limit. */
  readonly maxSize?: number
  /** Which value is next. Default `'fifo'`. `'priority'`: the lowest `priority` given to `put`, equal ones in the order put. */
  readonly order?: QueueOrder
  /**
   * `'auto'`, the default: a value is delivered once a consumer has it, at most once. `'manual'`: consumers get a
   * {@link Delivery}, and what they do not settle before they die is delivered again.
   */
  readonly ack?: 'auto' | 'manual'
  /** With manual acks: how often a value is delivered before it becomes a dead letter. Default 5. */
  readonly maxDeliveries?: number
  /** Where its actor shall live. Default: here. */
  readonly on?: Node
}

/** What a call of a queue or a pipe may say. */
export interface ChannelOptions {
  /** Milliseconds on the clock of the owner's system. 0 does not wait. Default: no limit. */
  readonly timeout?: number
  /** Its abort rejects the call with its reason; nothing is taken or put then. */
  readonly signal?: AbortSignal
  /** The actor on whose behalf this is called: needed after an await, so that the owner knows whose death to heed. */
  readonly by?: Pick<Self, 'ref'>
}

export interface PutOptions extends ChannelOptions {
  /** In a priority queue: lower ones first. Default 0. */
  readonly priority?: number
}

/** A value that was delivered too often, as `deadLetters` has it. */
export interface QueueDeadLetter<Item> {
  readonly value: Item
  readonly deliveries: number
  /** What the last consumer failed it with, or how that consumer ended. */
  readonly cause: unknown
}

/** Whoever can spawn: a system, or the `self` of an actor, which then is the parent of what is made. */
export interface Spawner {
  readonly spawn: Spawn
}

interface QueueState {
  readonly ref: ActorRef<unknown>
  readonly deadLetters: ActorRef<unknown> | null
  readonly settings: QueueSettings
}

/** How what a get brings is given to its caller. */
type Taken = readonly [parcel: Parcel, place: number, more: number]

/** Ends the line of a handle that nobody holds any more. */
const HANDLES = new FinalizationRegistry<Line>((line) => line.release())

let stateOf: (queue: Queue<never, unknown>) => QueueState
let fromState: (state: QueueState) => Queue<never, never>

/**
 * A queue, on this node or any other. `Taken` is what consumers get: the value, or a {@link Delivery} of it with manual acks.
 * Made by {@link createQueue}. Handles can be sent anywhere: all of them mean the same queue.
 */
export class Queue<Item, Taken = Item> implements AsyncIterable<Taken>, AsyncDisposable, Selectable<Taken> {
  readonly #state: QueueState
  readonly #line: Line

  private constructor(state: QueueState) {
    this.#state = state
    this.#line = new Line(state.ref, asClosed)
    HANDLES.register(this, this.#line)
  }

  static {
    stateOf = (queue) => queue.#state
    fromState = (state) => new Queue(state)
  }

  /**
   * Puts a copy of the value as it is now; resolves when it is in the queue, which may be full for a while. Rejects
   * QueueFullError at the deadline, QueueClosedError, and NotSerializableError for what cannot travel.
   */
  put(value: Item | typeof STOP, options?: PutOptions): Promise<void> {
    return options === undefined ? this.#putWithOthers(value) : this.#putOrFail(value, options)
  }

  /** Puts it if there is room now: true when it was put. */
  async tryPut(value: Item | typeof STOP, options: Omit<PutOptions, 'timeout'> = {}): Promise<boolean> {
    return (await this.#put(value, { ...options, timeout: 0 })) === undefined
  }

  /** The next value. Rejects QueueEmptyError at the deadline, QueueClosedError when the queue is closed and empty. */
  async get(options: ChannelOptions = {}): Promise<Taken> {
    const taken = await this.#get(options)
    if (taken === null) throw new QueueEmptyError(checkedTimeout(options.timeout))
    return taken.value
  }

  /** The next value if there is one now, else undefined. Rejects QueueClosedError when the queue is closed and empty. */
  async tryGet(options: Omit<ChannelOptions, 'timeout'> = {}): Promise<Taken | undefined> {
    return (await this.#get({ ...options, timeout: 0 }))?.value
  }

  /** Says that a value which somebody got is done. Throws TaskDoneError when all are. With manual acks `done()` says so. */
  async taskDone(): Promise<void> {
    await this.#line.call('taskDone', [])
  }

  /** Resolves when every value that was put is done: `taskDone()`, `done()`, a dead letter, or discarded. */
  async join(options: Omit<ChannelOptions, 'timeout'> = {}): Promise<void> {
    await this.#line.call('join', [], options)
  }

  /** How many values it holds that nobody has yet: exact at the moment when the owner answers. */
  async size(): Promise<number> {
    return (await this.stats()).size
  }

  async stats(): Promise<QueueStats> {
    // Safe: what the owner answers.
    return (await this.#line.call('stats', [])) as QueueStats
  }

  /**
   * From now on nothing can be put; waiting puts reject. What is in the queue can still be got, unless it is discarded; then
   * gets reject QueueClosedError and loops end. Resolves when that is known, not when the queue is empty. Closing twice is fine.
   */
  async close(options: { readonly pending?: 'drain' | 'discard' } = {}): Promise<void> {
    const pending = checkedWord('pending', options.pending ?? 'drain', ['drain', 'discard'])
    try {
      await this.#line.call('close', [pending])
    } catch (error) {
      if (!isTroupeError(error, 'TROUPE_QUEUE_CLOSED')) throw error
    }
  }

  /**
   * Values that were delivered `maxDeliveries` times and never done; with manual acks only. Throws a TypeError otherwise.
   * It closes with its queue, once that is closed and empty.
   */
  get deadLetters(): Queue<QueueDeadLetter<Item>> {
    const { deadLetters } = this.#state
    if (deadLetters === null) throw new TypeError("a queue has dead letters with ack: 'manual' only")
    const settings: QueueSettings = { maxSize: Number.POSITIVE_INFINITY, order: 'fifo', ack: 'auto', maxDeliveries: 1 }
    return new Queue({ ref: deadLetters, deadLetters: null, settings })
  }

  /**
   * The values until STOP or the end of the queue; each loop takes one STOP. A loop that is fast is sent some values ahead
   * (in a FIFO queue with automatic acks): those it did not have in hand when it ends, for whatever reason, come back.
   */
  values(options: Omit<ChannelOptions, 'timeout'> = {}): AsyncIterableIterator<Taken, undefined> {
    const { order, ack } = this.#state.settings
    if (order !== 'fifo' || ack === 'manual') {
      const { signal } = options
      const get = (left: AbortSignal): Promise<Taken> =>
        this.get({ ...options, signal: signal === undefined ? left : AbortSignal.any([signal, left]) })
      return new OneByOne({ get, isEnd })
    }
    // Safe: with automatic acks what is taken is what was put.
    return iterateAhead(this, this.#line, options) as AsyncIterableIterator<Taken, undefined>
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Taken, undefined> {
    return this.values()
  }

  /** For `from` of rxjs: as {@link toObservable}. */
  ['@@observable'](): Stream<Taken> {
    return toObservable(this)
  }

  /** Closes it; what it holds is discarded. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ pending: 'discard' })
  }

  /** For `select`. */
  choice(): Choice<Taken> {
    return {
      ready: async (timeout, signal) => (await this.#line.call('ready', [timeout], { signal })) === true,
      take: () => this.#get({ timeout: 0 }),
    }
  }

  async #putOrFail(value: unknown, options: PutOptions): Promise<void> {
    const full = await this.#put(value, options)
    if (full !== undefined) throw new QueueFullError(full, checkedTimeout(options.timeout))
  }

  #putWithOthers(value: unknown): Promise<void> {
    try {
      // Safe: the owner answers nothing to it.
      return this.#line.callWithOthers('putAll', toParcel(value)) as Promise<void>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #put(value: unknown, { timeout, signal, by, priority = 0 }: PutOptions): Promise<number | undefined> {
    const limit = checkedTimeout(timeout)
    if (typeof priority !== 'number' || Number.isNaN(priority))
      throw new TypeError(`priority takes a number, not ${String(priority)}`)
    // Safe: the owner answers with how many values there is room for, when there was none in time.
    return (await this.#line.call('put', [toParcel(value), priority, limit], { signal, by })) as number | undefined
  }

  async #get({ timeout, signal, by }: ChannelOptions): Promise<{ readonly value: Taken } | null> {
    const limit = checkedTimeout(timeout)
    const late = (answer: unknown): void => this.#returnLate(answer as AnyTaken)
    // Safe: what the owner answers, as with `late`.
    const answer = (await this.#line.call('get', [limit], { signal, by, late })) as AnyTaken
    if (answer === undefined) return null
    const [parcel, place, more] = answer
    const value = fromParcel(parcel)
    // Safe: this is what the type says of a queue with its kind of acks.
    if (this.#state.settings.ack === 'auto') return { value: value as Taken }
    return { value: new Delivery<unknown>(value, more, place, this, this.#line) as Taken }
  }

  #returnLate(answer: AnyTaken): void {
    if (answer === undefined) return
    const [parcel, place, more] = answer
    if (this.#state.settings.ack === 'manual') this.#line.tell('undeliver', place)
    else this.#line.tell('unget', parcel, place, more)
  }
}

type AnyTaken = Taken | undefined

serializable(Queue as unknown as new () => Queue<never, never>, {
  name: 'troupe.Queue',
  toState: (queue) => stateOf(queue),
  fromState: (state: QueueState) => fromState(state),
})

/** For other files here: how its values are acknowledged. */
export function acksOf(queue: Queue<never, unknown>): QueueSettings['ack'] {
  return stateOf(queue).settings.ack
}

/**
 * A queue for values of one type. It lives until it is closed and empty, or its spawner ends.
 *
 * @example
 * const queue = createQueue<number>(system, { maxSize: 100 })
 * await queue.put(1)
 * console.log(await queue.get())
 */
export function createQueue<Item>(
  spawner: Spawner,
  options: QueueOptions & { readonly ack: 'manual' },
): Queue<Item, Delivery<Item>>
export function createQueue<Item>(spawner: Spawner, options?: QueueOptions & { readonly ack?: 'auto' }): Queue<Item>
export function createQueue(spawner: Spawner, options: QueueOptions = {}): unknown {
  const { maxSize, order = 'fifo', ack = 'auto', maxDeliveries = 5, on } = options
  const settings: QueueSettings = {
    maxSize: checkedCount('maxSize', maxSize ?? Number.POSITIVE_INFINITY),
    order: checkedWord('order', order, ['fifo', 'lifo', 'priority']),
    ack: checkedWord('ack', ack, ['auto', 'manual']),
    maxDeliveries: checkedCount('maxDeliveries', maxDeliveries),
  }
  const place = on === undefined ? {} : { on }
  const plain: QueueSettings = { ...settings, maxSize: Number.POSITIVE_INFINITY, order: 'fifo', ack: 'auto' }
  const deadLetters = ack === 'manual' ? spawner.spawn(QueueOwner, [plain], place) : null
  const ref = spawner.spawn(QueueOwner, [settings, deadLetters], place)
  return fromState({ ref, deadLetters, settings })
}

/** The actor that has the queue: for managers. */
export function ownerOfQueue(queue: Queue<never, unknown>): ActorRef<unknown> {
  return stateOf(queue).ref
}

/** A lost line as callers are told of it. */
function asClosed(error: unknown): unknown {
  if (!isTroupeError(error, 'TROUPE_ACTOR_STOPPED') || !('reason' in error)) return error
  // Safe: the reason of an error with this code is an exit reason, also when it came from another node.
  return new QueueClosedError(error.reason as ExitReason, error)
}
