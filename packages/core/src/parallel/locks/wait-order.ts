/**
 * Which of two waits began later. All owners of locks on one node draw from one source, so that there the order is exact; between
 * nodes it is as exact as their dates are.
 */
import type { Clock, System } from '../../index.ts'

/** So many waits can begin within one millisecond before the order runs ahead of the date. */
const PER_MILLISECOND = 1_000

export class WaitOrder {
  readonly #clock: Pick<Clock, 'wallTime'>
  #last = 0

  constructor(clock: Pick<Clock, 'wallTime'>) {
    this.#clock = clock
  }

  /** Greater than all before it. */
  next(): number {
    return (this.#last = Math.max(this.#last + 1, this.#clock.wallTime() * PER_MILLISECOND))
  }
}

/** One source for each system. */
const sources = new WeakMap<System, WaitOrder>()

/** The source of this node. */
export function waitOrderOf(system: System): WaitOrder {
  const known = sources.get(system)
  if (known !== undefined) return known
  const source = new WaitOrder(system.clock)
  sources.set(system, source)
  return source
}
