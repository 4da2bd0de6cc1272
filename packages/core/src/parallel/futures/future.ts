/**
 * A future: the promise of a task's result, which also knows how far the task is and can be cancelled. Whoever runs the task
 * settles it; nobody else can.
 */
import type { Clock } from '../../index.ts'

/** 'cancelled' is a rejection by `cancel` or by an AbortSignal. */
export type FutureState = 'pending' | 'running' | 'fulfilled' | 'rejected' | 'cancelled'

/** What a future stands for, at whoever runs it. */
export interface FutureSource {
  readonly clock: Clock
  /** True once a worker has begun. */
  isRunning(): boolean
  /** Gives it up, and settles the future. */
  cancel(reason: unknown): void
}

type Executor<Value> = (resolve: (value: Value) => void, reject: (error: unknown) => void) => void

/** Methods, so that a future of a string is a future of something: only who runs the task settles it. */
interface Settle<Value> {
  resolve(value: Value): void
  reject(error: unknown): void
}

let fulfil: <Value>(future: Future<Value>, value: Value) => void
let reject: (future: Future<unknown>, error: unknown, as: 'rejected' | 'cancelled', quiet: boolean) => void
let sourceOf: (future: Future<unknown>) => FutureSource

export class Future<Value> extends Promise<Value> {
  #source: FutureSource
  #final: 'fulfilled' | 'rejected' | 'cancelled' | null = null
  readonly #settle: Settle<Value>

  /** What `then` returns is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static {
    fulfil = (future, value) => {
      if (future.#final !== null) return
      future.#final = 'fulfilled'
      future.#settle.resolve(value)
    }
    reject = (future, error, as, quiet) => {
      if (future.#final !== null) return
      future.#final = as
      if (quiet) future.catch(ignore)
      future.#settle.reject(error)
    }
    sourceOf = (future) => future.#source
  }

  /** Futures come from pools; programs do not construct them. */
  constructor(source: FutureSource) {
    let resolve: (value: Value) => void = ignore
    let reject: (error: unknown) => void = ignore
    const take: Executor<Value> = (resolves, rejects) => {
      resolve = resolves
      reject = rejects
    }
    super(take)
    this.#source = source
    this.#settle = { resolve, reject }
  }

  get state(): FutureState {
    return this.#final ?? (this.#source.isRunning() ? 'running' : 'pending')
  }

  /** Whether it has settled, in whichever way. */
  get done(): boolean {
    return this.#final !== null
  }

  /**
   * Gives the task up: it rejects with CancelledError now. One that waits is never run. One that runs is told by
   * `currentTask().signal`, and ends with its worker when it has not ended after the pool's grace; no other task does. True if
   * the task will not or did not run to its end; false when it was done before.
   */
  cancel(reason?: unknown): boolean {
    if (this.#final === null) this.#source.cancel(reason)
    return this.#final === 'cancelled'
  }
}

/** For whoever runs the task. The first settlement counts. */
export function fulfilFuture<Value>(future: Future<Value>, value: Value): void {
  fulfil(future, value)
}

/** `quiet`: nobody has to take notice of the rejection, because somebody asked for it. */
export function rejectFuture(
  future: Future<unknown>,
  error: unknown,
  as: 'rejected' | 'cancelled',
  notice: 'quiet' | 'loud' = 'loud',
): void {
  reject(future, error, as, notice === 'quiet')
}

/** The time by which a future lives. */
export function clockOf(future: Future<unknown>): Clock {
  return sourceOf(future).clock
}

function ignore(): void {
  // Nobody has to take notice.
}
