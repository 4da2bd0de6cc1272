/**
 * Waits for several things at once, and takes from the first that is ready: multiprocessing's `connection.wait`, Go's `select`.
 */
import { checkedTimeout } from './check.ts'
import { SelectTimeoutError } from './errors.ts'
import { type Choice, isSelectable, type Selectable } from './selectable.ts'

/** What `select` can wait for: pipe ends, queues, and promises of any kind, such as `worker.exited` and futures. */
export type SelectSource = Selectable<unknown> | PromiseLike<unknown>

type ValueOf<Source> = Source extends Selectable<infer Value> ? Value : Awaited<Source>

/** Which one was ready, and what it gave: a union discriminated by `key`. */
export type Selected<Sources> = {
  [Key in keyof Sources]: { readonly key: Key; readonly value: ValueOf<Sources[Key]> }
}[keyof Sources]

export interface SelectOptions {
  /** Milliseconds; 0 polls once. With a pipe or queue among the sources, on the clock of its owner. Default: no limit. */
  readonly timeout?: number
  /** Its abort rejects with its reason. */
  readonly signal?: AbortSignal
}

interface Contender {
  readonly key: string
  readonly choice: Choice<unknown>
}

/**
 * Takes one value from the first source that has one; nothing is taken from the others. Rejects as that source does: with
 * PipeClosedError for a pipe that is closed and drained, with QueueClosedError, with what a promise rejects with. Rejects
 * SelectTimeoutError at the deadline.
 *
 * @example
 * const [left, right] = createPipe<string>(system)
 * const queue = createQueue<number>(system)
 * await queue.put(1)
 * const { key, value } = await select({ pipe: right, queue })
 * console.log(key, value)
 */
export async function select<const Sources extends Readonly<Record<string, SelectSource>>>(
  sources: Sources,
  options: SelectOptions = {},
): Promise<Selected<Sources>> {
  const timeout = checkedTimeout(options.timeout)
  options.signal?.throwIfAborted()
  const keys = Object.keys(sources)
  if (keys.length === 0) throw new TypeError('select takes an object of one source or more, not an empty one')
  const isTimed = Object.values(sources).some(isSelectable)
  const contenders = Object.entries(sources).map(([key, source]) => ({ key, choice: choiceOf(key, source, !isTimed) }))
  const over = new AbortController()
  try {
    const first = await race(contenders, timeout, over, options.signal)
    if (first === null) throw new SelectTimeoutError(timeout, keys)
    // Safe: the value comes from the source of that key.
    return first as Selected<Sources>
  } finally {
    over.abort()
  }
}

/** The first one that gives a value; null at the deadline. Whatever ends it waits for a take under way: that may be the end. */
function race(
  contenders: readonly Contender[],
  timeout: number,
  over: AbortController,
  signal: AbortSignal | undefined,
): Promise<{ key: string; value: unknown } | null> {
  return new Promise((resolve, reject) => {
    const turn = new Turn()
    const end = (settle: () => void): Promise<void> =>
      turn.take(async () => {
        if (over.signal.aborted) return
        over.abort()
        settle()
      })
    const abort = (): void => void end(() => reject(signal?.reason))
    signal?.addEventListener('abort', abort, { once: true })
    over.signal.addEventListener('abort', () => signal?.removeEventListener('abort', abort), { once: true })
    const run = async ({ key, choice }: Contender): Promise<void> => {
      while (await choice.ready(timeout, over.signal)) {
        const isOver = await turn.take(async () => {
          if (over.signal.aborted) return true
          const taken = await choice.take()
          if (taken === null) return false
          over.abort()
          resolve({ key, value: taken.value })
          return true
        })
        if (isOver) return
      }
      await end(() => resolve(null))
    }
    for (const contender of contenders) {
      run(contender).catch((error: unknown) => end(() => reject(error)))
    }
  })
}

/** One contender takes at a time: the next one begins when the one before has nothing. */
class Turn {
  #last: Promise<unknown> = Promise.resolve()

  take<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act)
    this.#last = result.catch(() => undefined)
    return result
  }
}

function choiceOf(key: string, source: SelectSource, isAlone: boolean): Choice<unknown> {
  if (isSelectable(source)) return source.choice()
  if (typeof source === 'object' && source !== null && 'then' in source) return new PromiseChoice(source, isAlone)
  throw new TypeError(`select cannot wait for "${key}": it takes pipe ends, queues and promises, not ${String(source)}`)
}

/** A promise is ready once it is settled. Its value is taken as often as anybody likes. */
class PromiseChoice implements Choice<unknown> {
  readonly #promise: PromiseLike<unknown>
  /** No owner of a channel minds the time. */
  readonly #isAlone: boolean

  constructor(promise: PromiseLike<unknown>, isAlone: boolean) {
    this.#promise = promise
    this.#isAlone = isAlone
  }

  ready(timeout: number): Promise<boolean> {
    const settled = Promise.resolve(this.#promise).then(
      () => true,
      () => true,
    )
    if (timeout === Number.POSITIVE_INFINITY || !this.#isAlone) return settled
    return Promise.race([settled, elapsed(timeout).then(() => false)])
  }

  async take(): Promise<{ readonly value: unknown }> {
    return { value: await this.#promise }
  }
}

/** Resolves when the time is over. There is no system here whose clock could say so. */
async function elapsed(ms: number): Promise<void> {
  if (ms === 0) return
  await new Promise((resolve) => {
    AbortSignal.timeout(Math.ceil(ms)).addEventListener('abort', resolve, { once: true })
  })
}
