/**
 * A place where the actors under test live.
 */
import type { Node, System } from '@troupe/core'

/** Where the actors under test live. */
export interface Place {
  readonly system: System
  /** Undefined: in the same thread. */
  readonly node: Node | undefined
  /** Ends the node by force; what waits for it must hear. Absent where there is none. */
  lose?(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** `spawn` options for a place. */
export function at(place: Place): { on?: Node } {
  return place.node === undefined ? {} : { on: place.node }
}
