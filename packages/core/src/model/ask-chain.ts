/**
 * Who waits for whom: the askers behind a message. It travels with asks between nodes, so that a cycle of actors that
 * wait for each other is found wherever its members live.
 */
import type { Address } from './address.ts'

/** One asker that is held up until its ask settles. */
export interface ChainLink {
  readonly address: Address
  /** For people: `troupe://shop/cart`. */
  readonly path: string
  /** Which turn of the asker waits; a later turn of the same actor is not held up by this ask. */
  readonly turn: number
}
