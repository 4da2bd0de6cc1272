/**
 * Runs tasks, one at a time, where a worker is: takes slices, reports each when it is done, and lets the report leave before it
 * begins the next one. Nothing that a task does or throws gets past it.
 */
import { type Clock, type Messenger, NotSerializableError, RemoteError, type Yield, createYield } from '../../index.ts'
import { type CurrentTask, type TaskHost, beginCall, endCall, settledAs, waitAs } from '../tasks/current-task.ts'
import type { FindTask, TaskFunction } from '../tasks/find-task.ts'
import type { PoolProtocol, WorkerProtocol } from './messages.ts'

/** What a slice still has to do. */
interface Slice {
  readonly id: number
  readonly count: number
  readonly onError: 'stop' | 'go-on'
  readonly progress: 'tell' | 'keep'
  /** The task of one call, and the call. */
  fnAt(index: number): number
  callAt(index: number, fn: TaskFunction): unknown
  /** Reasons of the calls that were given up, by index; -1: of all. */
  aborted: Map<number, unknown> | null
}

/** Where a value is in the message that brings it. */
const VALUE = 'args[2]'

export class TaskRunner implements TaskHost {
  /** Says who tells it: a pool hears of a slice from the worker that has it. */
  readonly #pool: Messenger<PoolProtocol>
  readonly #find: FindTask
  readonly #clock: Clock
  readonly #nextTurn: Yield = createYield()
  /** Bytes of memory in use; 0 where nobody asked. */
  readonly #bytes: () => number
  /** By number: the function, or its promise, or the error that it could not be found with. */
  readonly #functions = new Map<number, TaskFunction | Promise<TaskFunction | Error> | Error>()
  #waiting: Slice[] = []
  #slice: Slice | null = null
  #index = 0
  /** The signal of the call that runs, once it asked for it. */
  #controller: AbortController | null = null

  constructor(pool: Messenger<PoolProtocol>, find: FindTask, clock: Clock, bytes: () => number) {
    this.#pool = pool
    this.#find = find
    this.#clock = clock
    this.#bytes = bytes
  }

  define(fn: number, module: string, name: string): void {
    const found = (async () => await this.#find(module, name))().catch(toError)
    this.#functions.set(fn, found)
    void found.then((settled) => this.#functions.set(fn, settled))
  }

  calls(id: number, calls: readonly unknown[], progress: 'tell' | 'keep'): void {
    this.#push({
      id,
      count: calls.length / 2,
      onError: 'go-on',
      progress,
      // Safe: what the pool sends: number, arguments, by turns.
      fnAt: (index) => calls[index * 2] as number,
      callAt: (index, fn) => fn(...(calls[index * 2 + 1] as never[])),
      aborted: null,
    })
  }

  chunk(...[id, fn, items, how, onError, progress]: Parameters<WorkerProtocol['chunk']>): void {
    // Safe: for 'spread' the pool sends lists; arguments were checked, by type, where the call was written.
    const callAt: Slice['callAt'] =
      how === 'one' ? (index, run) => run(items[index] as never) : (index, run) => run(...(items[index] as never[]))
    this.#push({ id, count: items.length, onError, progress, fnAt: () => fn, callAt, aborted: null })
  }

  abort(id: number, index: number, reason: unknown): void {
    const slice = this.#slice?.id === id ? this.#slice : this.#waiting.find((each) => each.id === id)
    if (slice === undefined) return
    ;(slice.aborted ??= new Map()).set(index, reason)
    if (slice === this.#slice && (index === -1 || index === this.#index)) this.#controller?.abort(reason)
  }

  /** The worker ends: what runs is told, and is no task of this thread any more, however long it goes on. */
  end(reason: unknown): void {
    settledAs(this)
    this.#waiting = []
    const slice = this.#slice
    if (slice !== null) this.abort(slice.id, -1, reason)
  }

  view(): CurrentTask {
    const slice = this.#slice
    const index = this.#index
    const controller = (this.#controller ??= new AbortController())
    if (slice !== null && abortedAt(slice, index)) controller.abort(slice.aborted?.get(index) ?? slice.aborted?.get(-1))
    return {
      signal: controller.signal,
      report: (progress) => {
        if (slice !== null && slice.progress === 'tell') void this.#pool.tell('progress', slice.id, index, progress)
      },
    }
  }

  #push(slice: Slice): void {
    this.#waiting.push(slice)
    if (this.#slice === null) void this.#work()
  }

  async #work(): Promise<void> {
    for (let slice = this.#waiting.shift(); slice !== undefined; slice = this.#waiting.shift()) {
      this.#slice = slice
      await this.#run(slice)
      // The report leaves, through streams, too, which write once per turn; and what came meanwhile is heard, such as an abort.
      await new Promise<void>((resolve) => this.#nextTurn(resolve))
      this.#slice = null
    }
  }

  async #run(slice: Slice): Promise<void> {
    const values: unknown[] = []
    const failures: unknown[] = []
    const start = this.#clock.now()
    let fn: TaskFunction = unnamed
    let known = -1
    for (let index = 0; index < slice.count; index++) {
      this.#index = index
      if (slice.aborted !== null && abortedAt(slice, index)) {
        values.push(undefined)
        continue
      }
      try {
        const number = slice.fnAt(index)
        if (number !== known) {
          let found = this.#functions.get(number)
          if (found instanceof Promise) found = await found
          if (found instanceof Error) throw found
          fn = found ?? unnamed
          known = number
        }
        const outer = beginCall(this)
        let result: unknown
        try {
          result = slice.callAt(index, fn)
        } finally {
          endCall(outer)
        }
        values.push(isThenable(result) ? await this.#settled(result) : result)
      } catch (error) {
        values.push(undefined)
        failures.push(index, error)
        if (slice.onError === 'stop') break
      } finally {
        this.#controller = null
      }
    }
    await this.#report(slice.id, this.#clock.now() - start, values, failures)
  }

  async #settled(result: PromiseLike<unknown>): Promise<unknown> {
    waitAs(this)
    try {
      return await result
    } finally {
      settledAs(this)
    }
  }

  /** Waits while the link to the pool is full. What cannot be sent fails by itself, and nothing else does. */
  async #report(id: number, ms: number, values: readonly unknown[], failures: readonly unknown[]): Promise<void> {
    try {
      await this.#pool.tell('done', id, ms, values, failures, this.#bytes())
    } catch {
      await this.#reportEach(id, ms, values, failures)
    }
  }

  async #reportEach(id: number, ms: number, values: readonly unknown[], failures: readonly unknown[]): Promise<void> {
    const failed = new Set(failures.filter((_, at) => at % 2 === 0))
    for (const [index, value] of values.entries()) {
      if (failed.has(index)) continue
      try {
        await this.#pool.tell('value', id, index, value)
      } catch (error) {
        await this.#reportFailure(id, index, renamed(error))
      }
    }
    for (let at = 0; at < failures.length; at += 2) {
      // Safe: index, error, by turns.
      await this.#reportFailure(id, failures[at] as number, failures[at + 1])
    }
    await this.#pool.tell('done', id, ms, [], [], this.#bytes())
  }

  async #reportFailure(id: number, index: number, error: unknown): Promise<void> {
    try {
      await this.#pool.tell('failure', id, index, error)
    } catch (problem) {
      await this.#pool.tell('failure', id, index, inWords(error, problem))
    }
  }
}

function unnamed(): never {
  throw new TypeError('the pool has not said which task that is')
}

function abortedAt(slice: Slice, index: number): boolean {
  return slice.aborted !== null && (slice.aborted.has(-1) || slice.aborted.has(index))
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** As the caller knows the value. */
function renamed(error: unknown): unknown {
  if (!(error instanceof NotSerializableError) || !error.path.startsWith(VALUE)) return error
  return new NotSerializableError(
    `result${error.path.slice(VALUE.length)}`,
    error.message.slice(error.path.length + 2),
    error.cause,
  )
}

/** What was thrown cannot be pickled: its class name, message and stack can. */
function inWords(thrown: unknown, problem: unknown): Error {
  if (!(thrown instanceof Error))
    return problem instanceof Error ? problem : new NotSerializableError('error', 'it cannot be pickled')
  const copy = new RemoteError(String(thrown.name), String(thrown.message))
  copy.stack = String(thrown.stack)
  return copy
}
