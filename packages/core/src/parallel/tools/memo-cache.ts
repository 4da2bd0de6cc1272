/**
 * Results by key: computed once for all who ask meanwhile, kept for a time, the least recently used ones dropped first.
 */
import { packByContent } from '../managers/same-value.ts'
import type { TimeSource } from './timed.ts'

export interface MemoOptions {
  /** How many results are kept. Default 128; Infinity keeps all. */
  readonly max?: number
  /** Milliseconds for which a result counts, from when it was there. Default: for ever. */
  readonly ttl?: number
}

export interface MemoInfo {
  /** Calls that found a result, or one on its way. */
  readonly hits: number
  /** Calls that had it computed. */
  readonly misses: number
  readonly size: number
  readonly max: number
}

interface Entry<Result> {
  readonly result: Promise<Result>
  /** When it counts no more; null while it is computed. */
  expires: number | null
}

export class MemoCache<Result> {
  readonly #max: number
  readonly #ttl: number
  readonly #clock: TimeSource
  /** The least recently used one first. */
  readonly #entries = new Map<string, Entry<Result>>()
  #hits = 0
  #misses = 0

  /** Throws RangeError for options that are none. */
  constructor(options: MemoOptions, clock: TimeSource) {
    const { max, ttl } = checkMemo(options)
    this.#max = max
    this.#ttl = ttl
    this.#clock = clock
  }

  /** The result for the key: the one that is there, the one on its way, or what `compute` gives. An error is nobody's but theirs who wait for it. */
  get(key: string, compute: () => Result | PromiseLike<Result>): Promise<Result> {
    const known = this.#fresh(key)
    if (known !== null) {
      this.#hits++
      return known.result
    }
    this.#misses++
    const entry: Entry<Result> = { result: settle(compute), expires: null }
    this.#entries.set(key, entry)
    entry.result.then(
      () => this.#done(entry),
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key)
      },
    )
    return entry.result
  }

  delete(key: string): boolean {
    return this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
    this.#hits = 0
    this.#misses = 0
  }

  info(): MemoInfo {
    return { hits: this.#hits, misses: this.#misses, size: this.#entries.size, max: this.#max }
  }

  #fresh(key: string): Entry<Result> | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    this.#entries.delete(key)
    if (entry.expires !== null && entry.expires <= this.#clock.now()) return null
    this.#entries.set(key, entry)
    return entry
  }

  #done(entry: Entry<Result>): void {
    entry.expires = this.#clock.now() + this.#ttl
    let over = this.#entries.size - this.#max
    for (const [key, { expires }] of this.#entries) {
      if (over <= 0) return
      if (expires === null) continue // somebody waits for it
      this.#entries.delete(key)
      over--
    }
  }
}

/** The options with their defaults. Throws RangeError for what is none. */
export function checkMemo({ max = 128, ttl = Number.POSITIVE_INFINITY }: MemoOptions): Required<MemoOptions> {
  if (typeof max !== 'number' || (max !== Number.POSITIVE_INFINITY && !Number.isSafeInteger(max)) || max < 1)
    throw new RangeError(`memo: max is ${String(max)}, expected a whole number from 1 up, or Infinity`)
  if (typeof ttl !== 'number' || Number.isNaN(ttl) || ttl < 0)
    throw new RangeError(`memo: ttl is ${String(ttl)}, expected milliseconds from 0 up`)
  return { max, ttl }
}

/** Arguments as a key: the same for the same content. Throws NotSerializableError for what has none. */
export function keyOf(args: readonly unknown[]): string {
  let key = ''
  for (const byte of packByContent(args, 'args')) key += String.fromCharCode(byte)
  return key
}

/** What is thrown at once is a rejection too. */
async function settle<Result>(compute: () => Result | PromiseLike<Result>): Promise<Result> {
  return await compute()
}
