/**
 * A map under way: its items, cut into chunks as workers take them, and its results in the order of the items.
 */
import type { Clock } from '../../index.ts'
import { CancelledError } from '../futures/errors.ts'
import { Future, type FutureSource, fulfilFuture, rejectFuture } from '../futures/future.ts'
import { TaskTimeoutError } from './errors.ts'
import type { MapOptions } from './call-options.ts'
import type { Handed, Limited, Order, Part, Work, WorkHost } from './work.ts'

/** Items that wait, by number. */
interface Range {
  from: number
  readonly to: number
  readonly retries: number
}

export class MapRun implements Work, Limited, FutureSource {
  readonly fn: number
  readonly name: string
  readonly items: readonly unknown[]
  readonly how: 'one' | 'spread'
  readonly onError: 'fail-fast' | 'collect'
  readonly chunkSize: number | null
  readonly priority: number
  readonly seq: number
  readonly place = null
  readonly taskTimeout: number | null
  readonly future: Future<unknown>
  readonly #host: WorkHost
  readonly #onProgress: ((progress: unknown) => void) | null
  /** Each one is written before anybody gets to see it. */
  readonly #results: unknown[] = []
  readonly #ranges: Range[]
  readonly #chunks = new Set<Chunk>()
  #left: number
  #unsettled: number
  #over = false
  #company: 'items' | 'none' = 'items'
  #stopWatching: (() => void) | null = null

  constructor(
    host: WorkHost,
    task: { readonly fn: number; readonly name: string },
    items: readonly unknown[],
    how: 'one' | 'spread',
    options: MapOptions,
  ) {
    this.#host = host
    this.fn = task.fn
    this.name = task.name
    this.items = items
    this.how = how
    this.onError = options.onError ?? 'fail-fast'
    this.taskTimeout = options.taskTimeout ?? null
    this.chunkSize = options.chunkSize ?? (this.taskTimeout === null ? null : 1)
    this.priority = options.priority ?? 0
    this.seq = host.opened()
    this.#onProgress = options.onProgress ?? null
    this.#results.length = items.length
    this.#ranges = [{ from: 0, to: items.length, retries: options.retries ?? host.retries }]
    this.#left = items.length
    this.#unsettled = items.length
    this.future = new Future<unknown>(this)
    if (options.timeout !== undefined || options.signal !== undefined) this.#stopWatching = host.watchLimits(this, options)
  }

  get clock(): Clock {
    return this.#host.clock
  }

  get left(): number {
    return this.#over ? 0 : this.#left
  }

  get hearsProgress(): boolean {
    return this.#onProgress !== null
  }

  /** Whether items may be sent together. */
  get company(): 'items' | 'none' {
    return this.#company
  }

  /** Whether the chunk's items are not settled. */
  awaits(chunk: Chunk): boolean {
    return !this.#over && this.#chunks.has(chunk)
  }

  /** A map of nothing is done. */
  begin(): void {
    if (this.#unsettled === 0) this.#finish()
  }

  isRunning(): boolean {
    for (const { slice } of this.#chunks) if (slice.isFirst) return true
    return false
  }

  cut(count: number, slice: Handed): Chunk {
    const [range] = this.#ranges
    // A router asks while there is something left.
    const { from, to, retries } = range ?? { from: 0, to: 0, retries: 0 }
    const size = Math.min(count, to - from)
    if (range !== undefined) {
      range.from += size
      if (range.from === to) this.#ranges.shift()
    }
    this.#left -= size
    const chunk = new Chunk(this, slice, from, size, retries)
    this.#chunks.add(chunk)
    return chunk
  }

  /** Items of the first range: a chunk does not reach over its end. */
  get next(): number {
    const [range] = this.#ranges
    return range === undefined ? 0 : range.to - range.from
  }

  values(from: number, values: readonly unknown[], start: number, count: number): void {
    if (this.#over) return
    const results = this.#results
    if (this.onError === 'collect') {
      for (let at = 0; at < count; at++) results[from + at] ??= { status: 'fulfilled', value: values[start + at] }
    } else for (let at = 0; at < count; at++) results[from + at] = values[start + at]
  }

  failure(index: number, error: unknown): void {
    if (this.#over) return
    if (this.onError === 'fail-fast') this.giveUp(error, 'rejected', 'loud')
    else this.#results[index] = { status: 'rejected', reason: error }
  }

  /** All items of the chunk are settled. */
  settled(chunk: Chunk): void {
    if (!this.#chunks.delete(chunk) || this.#over) return
    this.#unsettled -= chunk.count
    if (this.#unsettled === 0) this.#finish()
  }

  /** The chunk's items are settled, while its worker may still be at them. */
  leave(chunk: Chunk, error: Error): void {
    if (this.#over) return
    this.settled(chunk)
    this.#host.abandon(chunk.slice, -1, error)
  }

  /** The chunk's items wait again. */
  putBack(chunk: Chunk, retries: number): Work | null {
    if (!this.#chunks.delete(chunk) || this.#over) return null
    this.#ranges.unshift({ from: chunk.from, to: chunk.from + chunk.count, retries })
    this.#left += chunk.count
    return this
  }

  sendAlone(chunk: Chunk): Work | null {
    this.#company = 'none'
    return this.putBack(chunk, chunk.retries)
  }

  progress(value: unknown): void {
    if (!this.#over && this.#onProgress !== null) this.#host.callBack(this.#onProgress, value)
  }

  cancel(reason: unknown): void {
    this.giveUp(new CancelledError(`map of "${this.name}"`, reason), 'cancelled', 'quiet')
  }

  expire(timeout: number): void {
    this.giveUp(new TaskTimeoutError(this.name, `was not done with all items within ${timeout} ms`), 'rejected', 'loud')
  }

  fail(error: unknown, notice: 'quiet' | 'loud' = 'loud'): void {
    if (this.#end()) rejectFuture(this.future, error, 'rejected', notice)
  }

  /** Settles the future now: what waits is dropped, and workers that are at it are told. */
  giveUp(error: unknown, as: 'rejected' | 'cancelled', notice: 'quiet' | 'loud'): void {
    if (!this.#end()) return
    rejectFuture(this.future, error, as, notice)
    for (const { slice } of this.#chunks) this.#host.abandon(slice, -1, error)
    this.#chunks.clear()
  }

  #finish(): void {
    if (this.#end()) fulfilFuture(this.future, this.#results)
  }

  #end(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#stopWatching?.()
    this.#stopWatching = null
    this.#host.settled()
    return true
  }
}

/** Items of a map that one worker has. */
export class Chunk implements Part {
  readonly slice: Handed
  readonly from: number
  readonly count: number
  readonly retries: number
  readonly #map: MapRun

  constructor(map: MapRun, slice: Handed, from: number, count: number, retries: number) {
    this.#map = map
    this.slice = slice
    this.from = from
    this.count = count
    this.retries = retries
  }

  get isOver(): boolean {
    return !this.#map.awaits(this)
  }

  get fn(): number {
    return this.#map.fn
  }

  get hearsProgress(): boolean {
    return this.#map.hearsProgress
  }

  get order(): Order {
    const { items, how, onError } = this.#map
    const { from, count } = this
    return {
      kind: 'chunk',
      items: items.slice(from, from + count),
      how,
      onError: onError === 'fail-fast' ? 'stop' : 'go-on',
      from,
    }
  }

  value(index: number, value: unknown): void {
    this.#map.values(this.from + index, [value], 0, 1)
  }

  failure(index: number, error: unknown): void {
    this.#map.failure(this.from + index, error)
  }

  done(values: readonly unknown[], from: number): void {
    this.#map.values(this.from, values, from, Math.min(this.count, values.length))
    this.#map.settled(this)
  }

  progress(value: unknown): void {
    this.#map.progress(value)
  }

  died(error: Error): Work | null {
    if (this.isOver) return null
    if (this.retries > 0) return this.#map.putBack(this, this.retries - 1)
    for (let index = 0; index < this.count; index++) this.failure(index, error)
    this.#map.settled(this)
    return null
  }

  fail(error: unknown, notice: 'quiet' | 'loud' = 'loud'): void {
    this.#map.fail(error, notice)
  }

  ranTooLong(ms: number): void {
    const error = new TaskTimeoutError(this.#map.name, `ran for more than ${ms} ms`)
    for (let index = 0; index < this.count; index++) this.failure(index, error)
    this.#map.leave(this, error)
  }

  putBack(): Work | null {
    return this.#map.putBack(this, this.retries)
  }

  sendAlone(): Work | null {
    return this.#map.sendAlone(this)
  }
}
