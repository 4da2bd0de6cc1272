/**
 * Where fencing tokens come from. They rise over all locks of a node, and go on rising when the owner of the locks is started
 * anew, there or on a node that took the place of a dead one: whatever refuses lower tokens than it has seen never refuses a
 * holder of now, nor lets one of an earlier life through.
 */
import type { System } from '../../index.ts'

/** So many tokens for each millisecond that has passed since the first day: more than are ever granted in one. */
const PER_MILLISECOND = 4_096

/** 2025-01-01: safe integers reach from there to the year 2094. */
const FIRST_DAY = 1_735_689_600_000

export class Tokens {
  #last: number

  constructor(first: number) {
    this.#last = first
  }

  next(): number {
    return ++this.#last
  }
}

/** One source for each system, which outlives the owners of locks that it has. */
const sources = new WeakMap<System, Tokens>()

/** The source of this node. It begins where no earlier life of the node can have come to, as long as the machine's date is not set back. */
export function tokensOf(system: System): Tokens {
  const known = sources.get(system)
  if (known !== undefined) return known
  const source = new Tokens(Math.max(0, system.clock.wallTime() - FIRST_DAY) * PER_MILLISECOND)
  sources.set(system, source)
  return source
}
