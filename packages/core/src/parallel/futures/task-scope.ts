/**
 * Structured concurrency: several things at once that end together. Nothing that a scope has started outlives it, the first failure
 * cancels the others, and no error is lost. As Python's TaskGroup.
 */
import type { Clock, Self, System } from '../../index.ts'
import { TaskTimeoutError } from '../pool/errors.ts'
import { CancelledError, ScopeClosedError } from './errors.ts'
import { Future } from './future.ts'

export interface ScopeOptions {
  /**
   * Whose scope it is. `self`: it is cancelled when whoever asked gives up, or the actor ends. A system, outside of actors. Whichever
   * it is has the clock that `timeout` goes by.
   */
  readonly by?: Self | System
  /** Milliseconds, after which all is cancelled, and the scope rejects TaskTimeoutError. Takes `by`. Default: no limit. */
  readonly timeout?: number
  /** Its abort cancels all; the scope rejects with its reason. */
  readonly signal?: AbortSignal
}

/** What a scope starts: a function that is given the scope's signal, or a promise; a future is cancelled with the scope. */
export type ScopeChild<Value> = ((signal: AbortSignal) => Value) | PromiseLike<Value>

/** How a scope ends early. 'cancelled' by its own `cancel`: that is no failure. */
interface Early {
  readonly why: 'failed' | 'cancelled' | 'ended'
  readonly reason: unknown
}

type Body<Value> = (scope: TaskScope) => Value

let enter: <Value>(run: Body<Value>, options: ScopeOptions) => Promise<Awaited<Value>>

/** What `taskScope` hands to its function. */
export class TaskScope {
  readonly #controller = new AbortController()
  readonly #futures = new Set<Future<unknown>>()
  /** Children that have not settled. */
  readonly #running = new Set<Promise<unknown>>()
  readonly #failures: unknown[] = []
  #early: Early | null = null
  #isOver = false

  static {
    enter = async <Value>(run: Body<Value>, options: ScopeOptions): Promise<Awaited<Value>> => {
      const { clock, signals } = limitsOf(options)
      for (const signal of signals) signal.throwIfAborted()
      const scope = new TaskScope()
      const leave = scope.#limit(clock, options.timeout, signals)
      try {
        return await scope.#live(run)
      } finally {
        scope.#isOver = true
        leave()
      }
    }
  }

  /** Aborted when the scope fails or is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * Starts a child. What it returns need not be awaited: the scope does. Rejects with what the child failed with. In a scope that is
   * being cancelled nothing starts: it rejects with the reason. Throws ScopeClosedError when the scope is over.
   */
  run<Value>(work: (signal: AbortSignal) => Value): Promise<Awaited<Value>> {
    if (typeof work !== 'function')
      throw new TypeError(`scope.run takes a function, not ${typeof work}: scope.add takes promises`)
    this.#mustBeOpen()
    const { signal } = this
    const child: Promise<Awaited<Value>> = signal.aborted ? Promise.reject(signal.reason) : call(work, signal)
    return this.add(child)
  }

  /** Takes a promise in, and returns it. A future is cancelled when the scope is. Throws ScopeClosedError, and cancels the future. */
  add<Child extends PromiseLike<unknown>>(child: Child): Child {
    const future = child instanceof Future ? child : null
    if (this.#isOver || this.signal.aborted) future?.cancel(this.signal.reason)
    this.#mustBeOpen()
    if (future !== null) this.#futures.add(future)
    const settled: Promise<unknown> = Promise.resolve(child)
      .then(ignore, (error: unknown) => this.#failed(error))
      .finally(() => {
        if (future !== null) this.#futures.delete(future)
        this.#running.delete(settled)
      })
    this.#running.add(settled)
    return child
  }

  /** `Promise.all` of children: functions are started, promises are taken in. */
  all<const Children extends readonly ScopeChild<unknown>[]>(
    children: Children,
  ): Promise<{ -readonly [At in keyof Children]: ValueOf<Children[At]> }> {
    const started = children.map((child) => (typeof child === 'function' ? this.run(child) : this.add(child)))
    const all = Promise.all(started)
    all.catch(ignore) // each child has told the scope
    // Safe: `all` has the children's values, in their order.
    return all as Promise<{ -readonly [At in keyof Children]: ValueOf<Children[At]> }>
  }

  /** Enough: cancels the children. That is no failure: the scope resolves to what its function returns. */
  cancel(reason?: unknown): void {
    this.#end('cancelled', new CancelledError('a scope', reason))
  }

  async #live<Value>(run: Body<Value>): Promise<Awaited<Value>> {
    let result: { readonly value: Awaited<Value> } | { readonly error: unknown }
    try {
      result = { value: await run(this) }
    } catch (error) {
      this.#failed(error)
      result = { error }
    }
    while (this.#running.size > 0) await Promise.all(this.#running)
    const failures = this.#early?.why === 'ended' ? [this.#early.reason, ...this.#failures] : this.#failures
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} failures in a scope`, { cause: failures[0] })
    if (failures.length === 1) throw failures[0]
    if ('value' in result) return result.value
    throw result.error
  }

  /** Ends the scope by its limits. Returns what lifts them. */
  #limit(clock: Clock | null, timeout: number | undefined, signals: readonly AbortSignal[]): () => void {
    const limits = new AbortController()
    for (const each of signals)
      each.addEventListener('abort', () => this.#end('ended', each.reason), { once: true, signal: limits.signal })
    const late = (): void => this.#end('ended', new TaskTimeoutError('taskScope', `was not done within ${timeout} ms`))
    const timer = clock === null || timeout === undefined || timeout === Infinity ? null : clock.start(timeout, late, 'deadline')
    return () => {
      limits.abort()
      timer?.cancel()
    }
  }

  #failed(error: unknown): void {
    // A child that was told to give up, and did, has not failed; one error that two children have failed once.
    if (this.#isConsequence(error) || this.#failures.includes(error)) return
    this.#failures.push(error)
    this.#end('failed', error)
  }

  #isConsequence(error: unknown): boolean {
    if (this.#early === null) return false
    return error === this.#early.reason || error instanceof CancelledError || isAbort(error)
  }

  #end(why: Early['why'], reason: unknown): void {
    if (this.#early !== null || this.#isOver) return
    this.#early = { why, reason }
    this.#controller.abort(reason)
    for (const future of this.#futures) future.cancel(reason)
  }

  #mustBeOpen(): void {
    if (this.#isOver) throw new ScopeClosedError()
  }
}

/** What a child resolves to. */
type ValueOf<Child> = Child extends (signal: AbortSignal) => infer Value ? Awaited<Value> : Awaited<Child>

/**
 * Runs a function that starts children with `scope.run` and `scope.add`, and resolves to what it returns once all of them have settled.
 * When the function or a child fails, the others are cancelled: `scope.signal` aborts, futures are cancelled; once all have settled,
 * the scope rejects with that error, or, where several have failed, with an AggregateError of them, the first one first. Rejects
 * RangeError for a negative timeout.
 *
 * @example
 * const [user, orders] = await taskScope((scope) => scope.all([pool.submit(loadUser, id), (signal) => fetchOrders(id, signal)]))
 */
export async function taskScope<Value>(run: (scope: TaskScope) => Value, options: ScopeOptions = {}): Promise<Awaited<Value>> {
  if (typeof run !== 'function') throw new TypeError(`taskScope takes a function, not ${typeof run}`)
  return await enter(run, options)
}

function limitsOf({ by, timeout, signal }: ScopeOptions): {
  readonly clock: Clock | null
  readonly signals: readonly AbortSignal[]
} {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('taskScope: signal takes an AbortSignal')
  const signals = signal === undefined ? [] : [signal]
  if (by !== undefined && 'request' in by) signals.push(by.request.signal, by.signal)
  const clock = by === undefined ? null : 'request' in by ? by.system.clock : by.clock
  if (timeout === undefined) return { clock, signals }
  if (typeof timeout !== 'number' || Number.isNaN(timeout))
    throw new TypeError(`taskScope: timeout takes a number of milliseconds, not ${String(timeout)}`)
  if (timeout < 0) throw new RangeError(`taskScope: timeout takes milliseconds from 0 up, not ${timeout}`)
  if (clock === null)
    throw new TypeError('taskScope: timeout goes by the clock of `by`: pass { by: self } in an actor, { by: system } outside')
  return { clock, signals }
}

/** What it throws is rejected. */
async function call<Value>(work: (signal: AbortSignal) => Value, signal: AbortSignal): Promise<Awaited<Value>> {
  return await work(signal)
}

/** What functions of the platform reject with when their signal aborts without a reason of ours. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function ignore(): void {
  // The scope has taken notice.
}
