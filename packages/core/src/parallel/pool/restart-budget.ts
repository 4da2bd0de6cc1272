/**
 * How many workers may die within a time until the pool gives up. Pure: time is passed in.
 */
import type { WorkerDeath } from './errors.ts'

export class RestartBudget {
  readonly #most: number
  readonly #within: number
  #deaths: { readonly at: number; readonly death: WorkerDeath }[] = []

  /** More than `most` deaths within `within` milliseconds are too many. */
  constructor(most: number, within: number) {
    this.#most = most
    this.#within = within
  }

  /** 'over' when this one is too many. */
  record(death: WorkerDeath, now: number): 'restart' | 'over' {
    this.#deaths = this.#deaths.filter(({ at }) => now - at < this.#within)
    this.#deaths.push({ at: now, death })
    return this.#deaths.length > this.#most ? 'over' : 'restart'
  }

  /** The deaths that count now, the oldest first. */
  get history(): readonly WorkerDeath[] {
    return this.#deaths.map(({ death }) => death)
  }
}
