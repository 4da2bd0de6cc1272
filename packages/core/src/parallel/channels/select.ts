/**
 * Waits for several things at once, and takes from the first that is ready: multiprocessing's `connection.wait`, Go's `select`.
 */
import { checkedTimeout } from './check.ts'
import { SelectTimeoutError } from './errors.ts'
import { type Choice, isSelectable, type Selectable } from './selectable.ts'

/** Begins something when `select` does; the signal is aborted when another source was first. */
export type SelectStarter = (signal: AbortSignal) => unknown

/**
 * What `select` can wait for: pipe ends, queues, promises of any kind, such as `worker.exited` and futures, and functions that
 * begin something which can be given up, such as `(signal) => lock.acquire({ signal })`. What such a one gives too late is
 * disposed of, if it can be: a lease is given back.
 */
export type SelectSource = Selectable<unknown> | PromiseLike<unknown> | SelectStarter

type ValueOf<Source> =
  Source extends Selectable<infer Value>
    ? Value
    : Source extends (signal: AbortSignal) => infer Value
      ? Awaited<Value>
      : Awaited<Source>

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

/** Milliseconds that the first source which is ready waits for the others to say whether they are, too. */
const FAIR = 5

/**
 * Takes one value from the first source that has one; nothing is taken from the others. When several are ready at the start,
 * chance decides, so that none is starved in a loop. Rejects as that source does: with
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
  const over = new AbortController()
  try {
    const isAlone = !Object.values(sources).some(isSelectable)
    const contenders = keys.map((key) => ({ key, choice: choiceOf(key, sources[key], isAlone, over.signal) }))
    let first = contenders.length > 1 || timeout === 0 ? await firstOfReady(contenders, timeout === 0, over.signal) : null
    if (first === null && timeout > 0) {
      options.signal?.throwIfAborted()
      first = await race(contenders, timeout, over, options.signal)
    }
    if (first === null) throw new SelectTimeoutError(timeout, keys)
    // Safe: the value comes from the source of that key.
    return first as Selected<Sources>
  } finally {
    over.abort()
  }
}

/** Takes from one of those that are ready now; null when none is. Only a poll waits for all answers, however long they take. */
async function firstOfReady(
  contenders: readonly Contender[],
  waitsForAll: boolean,
  over: AbortSignal,
): Promise<{ key: string; value: unknown } | null> {
  const ready: Contender[] = []
  const polls = contenders.map(async (contender) => {
    if (await contender.choice.ready(0, over)) ready.push(contender)
  })
  const all = Promise.all(polls)
  await (waitsForAll ? all : Promise.race([all, elapsed(FAIR)]))
  for (const { key, choice } of shuffled(ready)) {
    const taken = await choice.take()
    if (taken !== null) return { key, value: taken.value }
  }
  return null
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const chances = crypto.getRandomValues(new Uint32Array(items.length))
  return items
    .map((item, index) => ({ item, chance: chances[index] ?? 0 }))
    .sort((one, other) => one.chance - other.chance)
    .map(({ item }) => item)
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

function choiceOf(key: string, source: unknown, isAlone: boolean, over: AbortSignal): Choice<unknown> {
  if (isSelectable(source)) return source.choice()
  if (typeof source === 'function') return new StartedChoice(start(source as SelectStarter, over), isAlone, over) // safe: its type says so
  if (typeof source === 'object' && source !== null && 'then' in source)
    return new PromiseChoice(source as PromiseLike<unknown>, isAlone) // safe: what has `then` is awaited, whatever it is
  throw new TypeError(
    `select cannot wait for "${key}": it takes pipe ends, queues, promises and functions, not ${String(source)}`,
  )
}

async function start(source: SelectStarter, over: AbortSignal): Promise<unknown> {
  return await source(over)
}

/** A promise is ready once it is settled. Its value is taken as often as anybody likes. */
class PromiseChoice implements Choice<unknown> {
  readonly #promise: PromiseLike<unknown>
  readonly #settled: Promise<true>
  /** No owner of a channel minds the time. */
  readonly #isAlone: boolean

  constructor(promise: PromiseLike<unknown>, isAlone: boolean) {
    this.#promise = promise
    this.#isAlone = isAlone
    this.#settled = Promise.resolve(promise).then(
      () => true,
      () => true,
    )
  }

  ready(timeout: number): Promise<boolean> {
    if (timeout === 0) return Promise.race([this.#settled, soon()])
    if (timeout === Number.POSITIVE_INFINITY || !this.#isAlone) return this.#settled
    return Promise.race([this.#settled, elapsed(timeout).then(() => false)])
  }

  async take(): Promise<{ readonly value: unknown }> {
    return { value: await this.#promise }
  }
}

/** What was begun for one select: its value is nobody's when another source was first. */
class StartedChoice extends PromiseChoice {
  #isTaken = false

  constructor(promise: Promise<unknown>, isAlone: boolean, over: AbortSignal) {
    super(promise, isAlone)
    const drop = (): void => {
      if (!this.#isTaken) promise.then(dispose).catch(() => undefined) // it was given up: how that ends is nobody's business
    }
    over.addEventListener('abort', drop, { once: true })
  }

  override take(): Promise<{ readonly value: unknown }> {
    this.#isTaken = true
    return super.take()
  }
}

async function dispose(value: unknown): Promise<void> {
  if (typeof value !== 'object' || value === null) return
  if (Symbol.asyncDispose in value && typeof value[Symbol.asyncDispose] === 'function') {
    // Safe: this is what the method is for.
    await (value as AsyncDisposable)[Symbol.asyncDispose]()
  } else if (Symbol.dispose in value && typeof value[Symbol.dispose] === 'function') (value as Disposable)[Symbol.dispose]()
}

/** False, after what is settled already has said so. */
async function soon(): Promise<false> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve()
  return false
}

/** Resolves when the time is over. There is no system here whose clock could say so. */
async function elapsed(ms: number): Promise<void> {
  await new Promise((resolve) => {
    AbortSignal.timeout(Math.ceil(ms)).addEventListener('abort', resolve, { once: true })
  })
}
