/**
 * What calls of each task cost, as workers measure it. Pure: no clock, no messages.
 */

/** Runs that the average remembers, about: costs change when code gets warm. */
const MEMORY = 64
/**
 * How far above the average one measurement counts: a machine that was busy with something else for some milliseconds says nothing
 * of the task. A task that has become dearer is believed after a few.
 */
const MOST = 4
const LEAST_MS = 0.001

interface Cost {
  /** Calls that were measured. */
  runs: number
  /** Milliseconds of one. */
  ms: number
}

export class CostTable {
  readonly #costs: Cost[] = []

  record(fn: number, runs: number, ms: number): void {
    if (runs <= 0 || !(ms >= 0)) return
    const cost = (this.#costs[fn] ??= { runs: 0, ms: 0 })
    const before = Math.min(cost.runs, MEMORY)
    const measured = cost.runs < MEMORY ? ms : Math.min(ms, runs * cost.ms * MOST + LEAST_MS)
    cost.ms = (cost.ms * before + measured) / (before + runs)
    cost.runs += runs
  }

  /** Null for a task that no worker has finished a call of. */
  of(fn: number): Readonly<Cost> | null {
    return this.#costs[fn] ?? null
  }
}
