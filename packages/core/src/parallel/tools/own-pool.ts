/**
 * Where decorated tasks run: a pool that was passed, or one of their own, which starts with the first call and belongs to a system.
 */
import type { System } from '../../index.ts'
import { PoolClosedError } from '../pool/errors.ts'
import { Pool, createPool } from '../pool/pool.ts'
import { type PoolOptions, toPoolSettings } from '../pool/options.ts'

/** A pool that somebody else ends; or a system, and the options of a pool that ends with it. */
export type PoolPlace = { readonly pool: Pool } | ({ readonly system: System } & PoolOptions)

export class OwnPool {
  readonly #place: PoolPlace
  /** The pool of its own, once somebody has called. */
  #started: Promise<Pool> | null = null
  #ready: Pool | null = null
  #ended = false

  /** Throws TypeError or RangeError for what is no place to run. */
  constructor(who: string, place: PoolPlace) {
    if (typeof place !== 'object' || place === null || !('pool' in place || 'system' in place))
      throw new TypeError(`${who} takes { pool }, or { system, worker } and other options of createPool, not ${typeof place}`)
    if ('pool' in place) {
      if (!(place.pool instanceof Pool)) throw new TypeError(`${who}: pool takes what createPool resolves to`)
      this.#ready = place.pool
    } else toPoolSettings(place)
    this.#place = place
  }

  /** The pool, if it is there already. */
  get ready(): Pool | null {
    return this.#ready
  }

  async get(): Promise<Pool> {
    if ('pool' in this.#place) return this.#place.pool
    if (this.#ended) throw new PoolClosedError('the function was disposed of: its pool takes no more work')
    const { system, ...options } = this.#place
    this.#started ??= createPool(system, { min: 0, ...options })
    try {
      return (this.#ready = await this.#started)
    } catch (error) {
      this.#started = null // the next call tries again
      throw error
    }
  }

  /** Ends a pool of its own, when its work is done. */
  async end(): Promise<void> {
    this.#ended = true
    const started = await this.#started?.catch(() => null)
    await started?.[Symbol.asyncDispose]()
  }
}
