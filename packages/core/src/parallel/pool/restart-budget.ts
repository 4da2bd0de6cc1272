/**
 * How many workers may die within a time until the pool gives up. Pure: time is passed in.
 */
import type { WorkerDeath } from './errors.ts'

/** What had become of the worker when it died. */
export type Stage = 'worked' | 'never-ready'

interface Entry {
  readonly at: number
  readonly death: WorkerDeath
  /** It counts whatever the time: starts that fail slowly fail for ever. */
  counts: 'always' | 'for-a-time'
}

export class RestartBudget {
  readonly #most: number
  readonly #within: number
  #entries: Entry[] = []

  /** More than `most` deaths within `within` milliseconds are too many, and so are more than `most` failed starts in a row. */
  constructor(most: number, within: number) {
    this.#most = most
    this.#within = within
  }

  /** 'over' when this one is too many. */
  record(death: WorkerDeath, now: number, stage: Stage): 'restart' | 'over' {
    this.#entries = this.#entries.filter(({ at, counts }) => counts === 'always' || now - at < this.#within)
    this.#entries.push({ at: now, death, counts: stage === 'never-ready' ? 'always' : 'for-a-time' })
    return this.#entries.length > this.#most ? 'over' : 'restart'
  }

  /** A worker came up: failed starts are no longer in a row. */
  started(): void {
    for (const entry of this.#entries) entry.counts = 'for-a-time'
  }

  /** The deaths that count now, the oldest first. */
  get history(): readonly WorkerDeath[] {
    return this.#entries.map(({ death }) => death)
  }
}
