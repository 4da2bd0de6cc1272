/**
 * The promises of docs/SEMANTICS.md, tried in one place after the other: the same tests for one thread, a memory link,
 * worker threads, child processes and other machines.
 */
import { describe } from 'vitest'
import { describeAsks } from './asks.ts'
import { describeEnds } from './ends.ts'
import { describeMessages } from './messages.ts'
import type { Place } from './place.ts'
import { describeStreams } from './streams.ts'
import { describeSupervision } from './supervision.ts'

export interface Placement {
  /** A new place for each test. */
  readonly place: () => Promise<Place>
  /** Milliseconds that one test may take. Default: vitest's. */
  readonly timeout?: number
}

/** Runs the promises as tests of vitest. */
export function describeSemantics(name: string, placement: Placement): void {
  const { timeout } = placement
  describe(`the promises, ${name}`, timeout === undefined ? {} : { timeout }, () => {
    describeMessages(placement.place)
    describeAsks(placement.place)
    describeStreams(placement.place)
    describeEnds(placement.place)
    describeSupervision(placement.place)
  })
}
