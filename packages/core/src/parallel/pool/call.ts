/**
 * One call of a task that was submitted: its future, and where it is on its way there.
 */
import type { Clock } from '../../index.ts'
import { CancelledError } from '../futures/errors.ts'
import { Future, type FutureSource, fulfilFuture, rejectFuture } from '../futures/future.ts'
import { TaskTimeoutError } from './errors.ts'
import type { CallOptions } from './call-options.ts'
import type { Handed, Limited, Order, Part, Work, WorkHost } from './work.ts'

export class Call implements Work, Part, Limited, FutureSource {
  readonly fn: number
  readonly name: string
  readonly args: readonly unknown[]
  readonly priority: number
  readonly seq: number
  readonly place: number | null
  readonly future: Future<unknown>
  readonly taskTimeout: number | null
  readonly #host: WorkHost
  readonly #onProgress: ((progress: unknown) => void) | null
  #retries: number
  #slice: Handed | null = null
  #over = false
  #company: 'calls' | 'none' = 'calls'
  #stopWatching: (() => void) | null = null

  constructor(
    host: WorkHost,
    task: { readonly fn: number; readonly name: string },
    args: readonly unknown[],
    options: CallOptions,
    place: number | null,
  ) {
    this.#host = host
    this.fn = task.fn
    this.name = task.name
    this.args = args
    this.priority = options.priority ?? 0
    this.seq = host.opened()
    this.place = place
    this.taskTimeout = options.taskTimeout ?? null
    this.#onProgress = options.onProgress ?? null
    this.#retries = options.retries ?? host.retries
    this.future = new Future<unknown>(this)
    if (options.timeout !== undefined || options.signal !== undefined) this.#stopWatching = host.watchLimits(this, options)
  }

  get clock(): Clock {
    return this.#host.clock
  }

  get left(): number {
    return this.#over || this.#slice !== null ? 0 : 1
  }

  get next(): number {
    return this.left
  }

  get chunkSize(): number {
    return 1
  }

  get count(): number {
    return 1
  }

  get order(): Order {
    return { kind: 'call', args: this.args }
  }

  get hearsProgress(): boolean {
    return this.#onProgress !== null
  }

  get isOver(): boolean {
    return this.#over
  }

  get company(): 'calls' | 'none' {
    return this.#company
  }

  isRunning(): boolean {
    return this.#slice !== null && this.#slice.isFirst
  }

  cut(_count: number, slice: Handed): Part {
    this.#slice = slice
    return this
  }

  value(_index: number, value: unknown): void {
    if (this.#end()) fulfilFuture(this.future, value)
  }

  failure(_index: number, error: unknown): void {
    this.fail(error)
  }

  done(values: readonly unknown[], from: number): void {
    this.value(0, values[from])
  }

  progress(value: unknown): void {
    if (!this.#over && this.#onProgress !== null) this.#host.callBack(this.#onProgress, value)
  }

  died(error: Error): Work | null {
    if (this.#over) return null
    if (this.#retries > 0) {
      this.#retries--
      return this.putBack()
    }
    this.fail(error)
    return null
  }

  putBack(): Work | null {
    this.#slice = null
    return this.#over ? null : this
  }

  sendAlone(): Work | null {
    this.#company = 'none'
    return this.putBack()
  }

  ranTooLong(ms: number): void {
    this.giveUp(new TaskTimeoutError(this.name, `ran for more than ${ms} ms`), 'rejected', 'loud')
  }

  fail(error: unknown, notice: 'quiet' | 'loud' = 'loud'): void {
    if (this.#end()) rejectFuture(this.future, error, 'rejected', notice)
  }

  cancel(reason: unknown): void {
    this.giveUp(new CancelledError(`task "${this.name}"`, reason), 'cancelled', 'quiet')
  }

  expire(timeout: number): void {
    this.giveUp(new TaskTimeoutError(this.name, `was not done within ${timeout} ms`), 'rejected', 'loud')
  }

  /** Settles the future now; a worker that is at it is told. */
  giveUp(error: unknown, as: 'rejected' | 'cancelled', notice: 'quiet' | 'loud'): void {
    const slice = this.#slice
    if (!this.#end()) return
    rejectFuture(this.future, error, as, notice)
    if (slice !== null) this.#host.abandon(slice, slice.indexOf(this), error)
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
