/**
 * The handle's end of a line: numbers the calls to the owner of a channel and settles each with the answer that comes back.
 * Other than an ask, a call that was given up still hears its answer, so that what came for it can be given back.
 */
import type { AnyRef, Self } from '../../index.ts'
import { ALL_DONE, DONE, FAILED, type Reply } from './lines.ts'

/** What a call changes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly by?: Pick<Self, 'ref'> | undefined
  /** Gets the answer of a call that was given up. */
  readonly late?: (value: unknown) => void
}

interface Call {
  resolve(value: unknown): void
  reject(error: unknown): void
  readonly late: ((value: unknown) => void) | undefined
  unlisten: (() => void) | null
}

interface Open {
  readonly id: string
  readonly unsubscribe: () => void
}

/** Calls of one method, made in one turn: numbered one after the other. */
class Batch {
  readonly method: string
  readonly first: number
  /** What is to be sent: empty once it was. */
  items: unknown[] = []
  readonly resolves: ((value: unknown) => void)[] = []
  readonly rejects: ((error: unknown) => void)[] = []
  #settled = 0

  constructor(method: string, first: number) {
    this.method = method
    this.first = first
  }

  has(number: number): boolean {
    return number >= this.first && number < this.first + this.resolves.length
  }

  get isSettled(): boolean {
    return this.#settled >= this.resolves.length
  }

  /** Settles one of its calls; one that is settled already stays so. */
  settle(number: number, outcome: typeof DONE | typeof FAILED, value: unknown): void {
    const at = number - this.first
    this.#settled++
    if (outcome === DONE) this.resolves[at]?.(value)
    else this.rejects[at]?.(value)
  }
}

/** Calls that go out before the turn ends. */
const MOST = 1_024

export class Line {
  readonly #ref: AnyRef
  readonly #extra: () => readonly unknown[]
  readonly #explain: (error: unknown) => unknown
  readonly #calls = new Map<number, Call>()
  readonly #news = new Map<number, () => void>()
  #open: Open | null = null
  #count = 0
  /** The one that grows, and all that wait for answers, the oldest first. */
  #batch: Batch | null = null
  readonly #batches = new Set<Batch>()
  #released = false
  readonly #flushBatch = (): void => this.flush()

  /** `extra` is what the owner is told of the line besides its id; `explain` makes of a lost line what callers are told. */
  constructor(ref: AnyRef, explain: (error: unknown) => unknown, extra: () => readonly unknown[] = () => []) {
    this.#ref = ref
    this.#explain = explain
    this.#extra = extra
  }

  /** Sends what waits for the end of the turn. */
  flush(): void {
    const batch = this.#batch
    this.#batch = null
    if (batch === null || batch.items.length === 0) return
    const { items } = batch
    batch.items = []
    this.#send(batch, items)
  }

  /** A number that no call and no iteration of this line has. */
  nextNumber(): number {
    this.flush()
    return ++this.#count
  }

  /**
   * One of many calls, to the owner's handler `method(line, first, items)`. The first one in a turn goes out at once, so that
   * the owner knows who calls; those that follow in the same turn go out together, before anything else. The item must not
   * change any more.
   */
  callWithOthers(method: string, item: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let batch = this.#batch
      const isFirst = batch === null || batch.method !== method || batch.resolves.length === MOST
      if (batch === null || isFirst) this.#batches.add((batch = new Batch(method, this.nextNumber())))
      else this.#count++
      batch.resolves.push(resolve)
      batch.rejects.push(reject)
      if (!isFirst) {
        if (batch.items.push(item) === MOST - 1) this.flush()
        return
      }
      this.#send(batch, [item])
      if (!this.#batches.has(batch)) return
      this.#batch = batch
      queueMicrotask(this.#flushBatch)
    })
  }

  /** Calls the owner's handler `method(line, call, ...args)`. Rejects with the signal's reason at its abort. */
  call(method: string, args: readonly unknown[], { signal, by, late }: CallOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
      if (signal?.aborted === true) return reject(signal.reason)
      const number = this.nextNumber()
      const call: Call = { resolve, reject, late, unlisten: null }
      // Known before the line is opened: the owner may be gone, and then the line fails at once.
      this.#calls.set(number, call)
      try {
        const { id } = this.opened()
        if (this.#calls.has(number)) void this.#messenger(by).tell(method, id, number, ...args)
      } catch (error) {
        this.#calls.delete(number)
        return reject(error)
      }
      if (signal !== undefined && this.#calls.has(number)) this.#giveUpOn(signal, number, call)
    })
  }

  /** Tells the owner's handler `method(line, ...args)`. */
  tell(method: string, ...args: readonly unknown[]): void {
    this.flush()
    void this.#ref.tell(method, this.opened().id, ...args)
  }

  /** `hear` is called for each news of that number. */
  listen(number: number, hear: () => void): void {
    this.#news.set(number, hear)
  }

  /** Nothing more is heard of that number. */
  ignore(number: number): void {
    this.#news.delete(number)
    this.#letGo()
  }

  /** The handle is no more: the line ends as soon as nobody waits for anything. */
  release(): void {
    this.#released = true
    this.#letGo()
  }

  /** The line, opened when it is not. */
  opened(): Open {
    if (this.#open !== null) return this.#open
    const id = newLineId()
    let over = false
    const open: Open = { id, unsubscribe: () => subscription.unsubscribe() }
    this.#open = open
    const end = (error: unknown): void => {
      if (over) return
      over = true
      if (this.#open === open) this.#open = null
      this.#fail(error)
    }
    const subscription = this.#ref.stream('line', id, ...this.#extra()).subscribe({
      // Safe: an owner's line carries lists of replies.
      next: (batch) => this.#take(batch as readonly Reply[]),
      error: end,
      complete: () => end(null),
    })
    return open
  }

  /** The items are those of its last calls. */
  #send(batch: Batch, items: readonly unknown[]): void {
    const first = batch.first + batch.resolves.length - items.length
    try {
      const { id } = this.opened()
      if (this.#batches.has(batch)) void this.#ref.tell(batch.method, id, first, items)
    } catch (error) {
      for (let number = first; number < first + items.length; number++) this.#settle(number, FAILED, error)
    }
  }

  #messenger(by: Pick<Self, 'ref'> | undefined): Pick<AnyRef, 'tell'> {
    return by === undefined ? this.#ref : this.#ref.with({ by })
  }

  #take(batch: readonly Reply[]): void {
    for (const [number, outcome, value] of batch) {
      if (outcome === DONE || outcome === FAILED) this.#settle(number, outcome, value)
      else if (outcome === ALL_DONE) this.#settleRow(number, Number(value))
      else this.#news.get(number)?.()
    }
    this.#letGo()
  }

  #settle(number: number, outcome: typeof DONE | typeof FAILED, value: unknown): void {
    const call = this.#calls.get(number)
    if (call === undefined) {
      this.#batchOf(number)?.settle(number, outcome, value)
      return
    }
    this.#calls.delete(number)
    call.unlisten?.()
    if (outcome === DONE) call.resolve(value)
    else call.reject(value)
  }

  /** So many calls of one batch, from that number on. */
  #settleRow(first: number, count: number): void {
    const batch = this.#batchOf(first)
    for (let number = first; number < first + count; number++) batch?.settle(number, DONE, undefined)
  }

  /** The batch with a call of that number. Those that are settled are forgotten on the way. */
  #batchOf(number: number): Batch | undefined {
    for (const batch of this.#batches) {
      if (batch.isSettled && batch !== this.#batch) this.#batches.delete(batch)
      else if (batch.has(number)) return batch
    }
    return undefined
  }

  #giveUpOn(signal: AbortSignal, number: number, call: Call): void {
    const abort = (): void => {
      call.unlisten?.()
      call.reject(signal.reason)
      if (this.#open === null) return
      // The entry stays until the owner says how it ended: with something to give back, or with nothing.
      call.resolve = (value) => call.late?.(value)
      call.reject = () => undefined
      this.tell('cancel', number)
    }
    signal.addEventListener('abort', abort, { once: true })
    call.unlisten = () => {
      signal.removeEventListener('abort', abort)
      call.unlisten = null
    }
  }

  #fail(error: unknown): void {
    const calls = [...this.#calls.values()]
    const batches = [...this.#batches]
    this.#calls.clear()
    this.#batches.clear()
    this.#batch = null
    const explained = this.#explain(error)
    for (const batch of batches) for (const reject of batch.rejects) reject(explained)
    for (const call of calls) {
      call.unlisten?.()
      call.reject(explained)
    }
  }

  #letGo(): void {
    if (!this.#released || this.#calls.size > 0 || this.#news.size > 0) return
    for (const batch of this.#batches) if (!batch.isSettled) return
    const open = this.#open
    this.#open = null
    open?.unsubscribe()
  }
}

/** Unique over all nodes: each handle chooses its own, and the owner has heard of none of them. */
function newLineId(): string {
  return [...crypto.getRandomValues(new Uint32Array(3))].map((word) => word.toString(36)).join('')
}
