/**
 * Queues and ends of pipes for code that cannot await: a thread blocks until it has what it asked for. Another thread, where this
 * is made, does the work meanwhile; the two share memory.
 */
import { pack, serializable, STOP, unpack } from '../../index.ts'
import type { ActorRef, ExitReason } from '../../index.ts'
import { checkedTimeout } from './check.ts'
import { CannotBlockError, PipeClosedError, QueueClosedError } from './errors.ts'
import { isEnd as isEndOfPipe, ownerOfEnd, PipeEnd, type ReceivingEnd, type SendingEnd } from './pipe.ts'
import { acksOf, ownerOfQueue, Queue, type Spawner } from './queue.ts'
import { isEnd as isEndOfQueue } from './queue-iterator.ts'
import { canBlock, findWaitAsync, SyncMemory } from './sync-memory.ts'
import { type SyncAnswer, type SyncRequest, SyncServer, type SyncServerProtocol, type SyncSource } from './sync-server.ts'

export interface SyncOptions {
  /** Milliseconds on the clock of the channel's owner. 0 does not wait. Default: no limit. */
  readonly timeout?: number
}

interface SyncState {
  readonly ref: ActorRef<SyncServerProtocol>
  readonly memory: SharedArrayBuffer
  /** The thread in which it was made. */
  readonly home: number
  /** What is behind it. */
  readonly kind: 'queue' | 'pipe'
}

/** Stands for this thread, among the few that share a piece of memory. */
const THREAD: number = crypto.getRandomValues(new Int32Array(1))[0] || 1

const NORMAL: ExitReason = { kind: 'normal' }

let stateOf: (channel: SyncChannel<never, never>) => SyncState
let fromState: (state: SyncState) => SyncChannel<never, never>

/**
 * The blocking face of a queue or of the end of a pipe, for one worker thread. Made by {@link createSyncChannel} in another thread
 * of the process, and sent. While the thread blocks it handles nothing else: no messages, no timers.
 */
export class SyncChannel<Receives, Sends> implements Iterable<Receives>, Disposable {
  readonly #ref: ActorRef<SyncServerProtocol>
  readonly #memory: SyncMemory
  readonly #home: number
  readonly #kind: SyncState['kind']

  private constructor({ ref, memory, home, kind }: SyncState) {
    this.#ref = ref
    this.#memory = new SyncMemory(memory)
    this.#home = home
    this.#kind = kind
  }

  static {
    stateOf = (channel) => ({ ref: channel.#ref, memory: channel.#memory.buffer, home: channel.#home, kind: channel.#kind })
    fromState = (state) => {
      const channel = new SyncChannel<never, never>(state)
      // At once: the thread may block in the message that it came with.
      if (state.home !== THREAD) void state.ref.tell('held', THREAD)
      return channel
    }
  }

  /**
   * Blocks until it has the next value. Throws what `get` or `receive` of the channel reject with, and CannotBlockError where
   * nobody may block, or where that would last for ever.
   */
  takeSync(options: SyncOptions = {}): Receives {
    // Safe: the type says what the channel has.
    return this.#call({ kind: 'take', timeout: limitOf(options) }) as Receives
  }

  /** Blocks until the channel has taken a copy of the value. Throws as `takeSync`, and NotSerializableError for what cannot travel. */
  sendSync(value: Sends | typeof STOP, options: SyncOptions = {}): void {
    this.#call({ kind: 'send', value, timeout: limitOf(options) })
  }

  /** Ends this face, not the queue behind it; the end of a pipe is closed. Closing twice is fine. */
  close(): void {
    this.#memory.close()
    void this.#ref.tell('close')
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** The values until STOP or the end of the channel. */
  *[Symbol.iterator](): Generator<Receives, undefined> {
    for (;;) {
      let value: Receives
      try {
        value = this.takeSync()
      } catch (error) {
        if (isEndOfQueue(error) || isEndOfPipe(error)) return undefined
        throw error
      }
      if (value === STOP) return undefined
      yield value
    }
  }

  #call(request: SyncRequest): unknown {
    const bytes = pack(request, { root: 'request' })
    if (this.#home === THREAD)
      throw new CannotBlockError('this is the thread that serves the channel: send it to a worker thread')
    if (!canBlock()) throw new CannotBlockError('the main thread of a page may not block: send the channel to a worker')
    if (!this.#memory.claim(THREAD)) throw new CannotBlockError('another thread uses this channel: make one for each of them')
    const answer = this.#memory.isClosed ? null : this.#memory.call(bytes)
    if (answer === null) throw this.#kind === 'pipe' ? new PipeClosedError('this', NORMAL) : new QueueClosedError(NORMAL)
    // Safe: the server sends nothing else.
    const { kind, ...rest } = unpack(answer, { maxBytes: Number.POSITIVE_INFINITY }) as SyncAnswer
    if (kind === 'failed' && 'error' in rest) throw rest.error
    return 'value' in rest ? rest.value : undefined
  }
}

serializable(SyncChannel as unknown as new () => SyncChannel<never, never>, {
  name: 'troupe.SyncChannel',
  toState: (channel) => stateOf(channel),
  fromState: (state: SyncState) => fromState(state),
})

/**
 * A blocking face of the queue or of the end, which is its own from now on, for one worker thread of this process: to be sent
 * there. This thread serves it, so it must not block itself. Throws where there is no shared memory.
 *
 * @example
 * const queue = createQueue<number>(system)
 * const jobs = createSyncChannel(system, queue) // a worker thread that gets it: jobs.takeSync({ timeout: 1_000 })
 * jobs.close()
 */
export function createSyncChannel<Item>(spawner: Spawner, queue: Queue<Item>): SyncChannel<Item, Item>
export function createSyncChannel<Sends, Receives>(spawner: Spawner, end: PipeEnd<Sends, Receives>): SyncChannel<Receives, Sends>
export function createSyncChannel<Receives>(spawner: Spawner, end: ReceivingEnd<Receives>): SyncChannel<Receives, never>
export function createSyncChannel<Sends>(spawner: Spawner, end: SendingEnd<Sends>): SyncChannel<never, Sends>
export function createSyncChannel(spawner: Spawner, channel: unknown): unknown {
  if (findWaitAsync() === undefined)
    throw new CannotBlockError('there is no Atomics.waitAsync here, with which this thread would serve it')
  const memory = new SyncMemory()
  const ref = spawner.spawn(SyncServer, [sourceOf(channel), memory])
  // For every end, a kill too: who waits goes on.
  void ref.exited.then(() => memory.close())
  return fromState({ ref, memory: memory.buffer, home: THREAD, kind: isQueue(channel) ? 'queue' : 'pipe' })
}

function sourceOf(channel: unknown): SyncSource {
  if (isQueue(channel)) {
    if (acksOf(channel) === 'manual')
      throw new TypeError('a queue with manual acks has no blocking face: settling a delivery takes a promise')
    return {
      address: ownerOfQueue(channel).address,
      take: (options) => channel.get(options),
      send: (value, options) => channel.put(value, options),
    }
  }
  if (isPipeEnd(channel)) {
    return {
      address: ownerOfEnd(channel).address,
      take: (options) => channel.receive(options),
      send: (value, options) => channel.send(value, options),
    }
  }
  throw new TypeError(`a blocking face is for a queue or the end of a pipe, not for ${String(channel)}`)
}

function limitOf({ timeout }: SyncOptions): number | undefined {
  checkedTimeout(timeout)
  return timeout
}

/** The types of the handle in the thread say what passes. */
function isQueue(value: unknown): value is Queue<unknown> {
  return value instanceof Queue
}

function isPipeEnd(value: unknown): value is PipeEnd<unknown, unknown> {
  return value instanceof PipeEnd
}
