/**
 * Pools, as programs hold them: workers that run tasks, and the ways to give them some.
 */
import { type System, actor } from '../../index.ts'
import type { Future } from '../futures/future.ts'
import { type Task, type TaskParts, partsOf } from '../tasks/task.ts'
import {
  type CallOptions,
  type ImapOptions,
  type MapOptions,
  checkCallOptions,
  checkImapOptions,
  checkMapOptions,
  checkNumber,
} from './call-options.ts'
import { Call } from './call.ts'
import { ImapResults } from './imap.ts'
import { MapRun } from './map-run.ts'
import { type PoolOptions, toPoolSettings } from './options.ts'
import { PoolCore, type PoolHandlers } from './pool-core.ts'
import { snapshot, snapshotItems } from './snapshot.ts'

type Collected<Result> = PromiseSettledResult<Awaited<Result>>
type Collecting = { readonly onError: 'collect' }
type Items<Item> = Iterable<Item> | AsyncIterable<Item>

/** The ways to run tasks: a pool's, or those of its `with`. */
export class PoolCalls {
  readonly #core: PoolCore
  readonly #options: CallOptions

  /** Pools come from `createPool`. */
  constructor(core: PoolCore, options: CallOptions) {
    this.#core = core
    this.#options = options
  }

  /**
   * Runs a task once, on some worker, with a copy of the arguments. Resolves to its result. Rejects with what the task threw,
   * WorkerDiedError, TaskTimeoutError, NotSerializableError for arguments or a result that cannot be pickled, NotATaskError,
   * TaskNotFoundError, PoolClosedError or PoolBrokenError.
   */
  run<Args extends readonly unknown[], Result>(task: Task<Args, Result>, ...args: NoInfer<Args>): Promise<Awaited<Result>> {
    return this.submit(task, ...args)
  }

  /** The same, with a future: it says how far the task is, and cancels it. */
  submit<Args extends readonly unknown[], Result>(task: Task<Args, Result>, ...args: NoInfer<Args>): Future<Awaited<Result>> {
    // Safe: the task's own type says what it results in.
    return this.#call(task, args, this.#options) as Future<Awaited<Result>>
  }

  /**
   * Runs a task for each item, in chunks, and resolves to the results in the order of the items. Rejects with the first error, and
   * cancels the rest; with `onError: 'collect'` it runs all, and resolves to PromiseSettledResults. Items are read and copied at the call.
   */
  map<Item, Result>(
    task: Task<[Item], Result>,
    items: Iterable<NoInfer<Item>>,
    options: MapOptions & Collecting,
  ): Future<Collected<Result>[]>
  map<Item, Result>(task: Task<[Item], Result>, items: Iterable<NoInfer<Item>>, options?: MapOptions): Future<Awaited<Result>[]>
  map<Item, Result>(task: Task<[Item], Result>, items: Iterable<Item>, options: MapOptions = {}): unknown {
    return this.#map(task, items, 'one', options)
  }

  /** As `map`, for tasks of several arguments: each item is the list of them. */
  starmap<Args extends readonly unknown[], Result>(
    task: Task<Args, Result>,
    items: Iterable<NoInfer<Args>>,
    options: MapOptions & Collecting,
  ): Future<Collected<Result>[]>
  starmap<Args extends readonly unknown[], Result>(
    task: Task<Args, Result>,
    items: Iterable<NoInfer<Args>>,
    options?: MapOptions,
  ): Future<Awaited<Result>[]>
  starmap<Args extends readonly unknown[], Result>(
    task: Task<Args, Result>,
    items: Iterable<Args>,
    options: MapOptions = {},
  ): unknown {
    return this.#map(task, items, 'spread', options)
  }

  /**
   * Runs a task for each item, and hands out the results as they are asked for: in the order of the items, or as they come. The
   * input is read `ahead` items ahead of what was taken, and no further; it may be endless. Leaving the loop cancels the rest.
   */
  imap<Item, Result>(
    task: Task<[Item], Result>,
    items: Items<NoInfer<Item>>,
    options: ImapOptions & Collecting,
  ): AsyncIterableIterator<Collected<Result>, undefined>
  imap<Item, Result>(
    task: Task<[Item], Result>,
    items: Items<NoInfer<Item>>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<Result>, undefined>
  imap<Item, Result>(task: Task<[Item], Result>, items: Items<Item>, options: ImapOptions = {}): unknown {
    checkImapOptions(options)
    partsOf('imap', task)
    const merged = { ...this.#options, ...options }
    const submit = (item: unknown): Future<unknown> => this.#call(task, [item], merged)
    return new ImapResults(iteratorOf(items), submit, options, this.#core.settings.max * AHEAD)
  }

  #call(task: unknown, args: readonly unknown[], options: CallOptions): Future<unknown> {
    const core = this.#core
    const { router } = core
    let call: Call
    try {
      checkCallOptions(options)
      options.signal?.throwIfAborted()
      const parts = partsOf('a pool', task)
      const fn = router.numberOf(parts)
      const place = options.key === undefined ? null : core.placeOf(options.key)
      const all = withBound(parts, args)
      const own = core.refusal !== null || router.takesNow(fn, place) ? all : snapshot(all, 'args')
      call = new Call(router, { fn, name: parts.name }, own, options, place)
    } catch (error) {
      call = new Call(router, NO_TASK, [], {}, null)
      call.fail(error)
      return call.future
    }
    core.add(call)
    return call.future
  }

  #map(task: unknown, items: unknown, how: 'one' | 'spread', options: MapOptions): Future<unknown> {
    const core = this.#core
    const { router } = core
    const { key: _key, ...defaults } = this.#options
    let run: MapRun
    try {
      const merged = { ...defaults, ...options }
      checkMapOptions(merged)
      merged.signal?.throwIfAborted()
      const parts = partsOf('a pool', task)
      const all = itemsOf(parts, items, how)
      const isSpread = how === 'spread' || parts.bound.length > 0
      run = new MapRun(router, { fn: router.numberOf(parts), name: parts.name }, all, isSpread ? 'spread' : 'one', merged)
    } catch (error) {
      run = new MapRun(router, NO_TASK, [], how, {})
      run.fail(error)
      return run.future
    }
    core.add(run)
    run.begin()
    return run.future
  }
}

/** Items that an imap reads ahead for each worker. */
const AHEAD = 16

/** For calls that fail before their task is known. */
const NO_TASK = { fn: -1, name: '' }

/** Workers that run tasks. Made by {@link createPool}; its end is `close`, `terminate`, or that of its system. */
export class Pool extends PoolCalls {
  readonly #core: PoolCore
  readonly #ended: Promise<unknown>

  constructor(core: PoolCore, ended: Promise<unknown>) {
    super(core, {})
    this.#core = core
    this.#ended = ended
  }

  /** The same pool with options for what is run through the result. Throws for wrong options. */
  with(options: CallOptions): PoolCalls {
    checkCallOptions(options)
    return new PoolCalls(this.#core, options)
  }

  /** Takes no more work: what comes now rejects PoolClosedError. Resolves when all that was taken is settled; the workers end then. */
  close(): Promise<void> {
    return this.#core.close()
  }

  /**
   * Whether all workers have ended, after waiting at most `timeout` milliseconds for that; undefined waits without a limit. Rejects
   * PoolOpenError for a pool that is open.
   */
  async join(timeout?: number): Promise<boolean> {
    if (timeout !== undefined) checkNumber('join', timeout, 'milliseconds', 0)
    this.#core.mustBeClosed()
    return this.#endsWithin(timeout)
  }

  /** Rejects all that is not settled with PoolClosedError, and ends the workers: at once, or after the grace. Resolves when they have ended. */
  async terminate(): Promise<void> {
    this.#core.terminate()
    await this.#ended
  }

  /** Closes it, and terminates it when its work is not done within the time that `drain` gives. */
  async [Symbol.asyncDispose](): Promise<void> {
    void this.#core.close()
    if (!(await this.#endsWithin(this.#core.settings.drain))) await this.terminate()
  }

  async #endsWithin(timeout: number | undefined): Promise<boolean> {
    if (timeout === undefined || timeout === Infinity) {
      await this.#ended
      return true
    }
    const { clock } = this.#core.router
    return await new Promise<boolean>((resolve) => {
      const timer = clock.start(timeout, () => resolve(false), 'deadline')
      void this.#ended.then(() => {
        timer.cancel()
        resolve(true)
      })
    })
  }
}

/**
 * Starts a pool: resolves when its first workers are there. It heals: a worker that dies fails only its own task, and is replaced,
 * until too many die. Dispose of it with `await using`, which waits for its tasks. Rejects TypeError or RangeError for wrong options,
 * PoolBrokenError when the workers do not start.
 *
 * @example
 * await using pool = await createPool(system, { size: 4, worker: thread() })
 * await pool.map(square, [1, 2, 3]) // [1, 4, 9]
 */
export async function createPool(system: System, options: PoolOptions): Promise<Pool> {
  const settings = toPoolSettings(options)
  let core: PoolCore | null = null
  const setup = (self: ConstructorParameters<typeof PoolCore>[0]): PoolHandlers => {
    core = new PoolCore(self, settings)
    return core.handlers
  }
  const ref = system.spawn(actor({ name: 'Pool', setup }))
  await ref.ready
  // Safe: setup has run.
  const started = core as PoolCore | null as PoolCore
  const ended = ref.exited.then(() => started.ended('the actor of the pool ended'))
  await started.start()
  return new Pool(started, ended)
}

function withBound(parts: TaskParts, args: readonly unknown[]): readonly unknown[] {
  return parts.bound.length === 0 ? args : [...parts.bound, ...args]
}

/** The items as they are now; lists of arguments where something is bound. */
function itemsOf(parts: TaskParts, items: unknown, how: 'one' | 'spread'): readonly unknown[] {
  if (typeof items !== 'object' || items === null || !(Symbol.iterator in items)) {
    const hint = typeof items === 'object' && items !== null && Symbol.asyncIterator in items ? ': imap takes it' : ''
    throw new TypeError(`map takes an iterable of items, not ${typeof items}${hint}`)
  }
  // Safe: an iterable gives something.
  const all: unknown[] = [...(items as Iterable<unknown>)]
  if (how === 'spread') {
    const wrong = all.findIndex((item) => !Array.isArray(item))
    if (wrong >= 0) throw new TypeError(`starmap takes lists of arguments: items[${wrong}] is none`)
  }
  if (parts.bound.length === 0) return snapshotItems(all)
  // Safe: for 'spread' each item was found to be a list.
  const spread = all.map((item) => withBound(parts, how === 'one' ? [item] : (item as readonly unknown[])))
  return snapshotItems(spread)
}

function iteratorOf(items: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof items === 'object' && items !== null) {
    // Safe: what has the method gives an iterator.
    if (Symbol.asyncIterator in items) return (items as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    if (Symbol.iterator in items) return (items as Iterable<unknown>)[Symbol.iterator]()
  }
  throw new TypeError(`imap takes an iterable of items, or an async one, not ${typeof items}`)
}
