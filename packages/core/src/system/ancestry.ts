/**
 * Whose an actor is: the node's that spawned it, or that spawned an actor above it.
 */
import { Cell } from '../actor/cell.ts'
import type { NodeId } from '../model/address.ts'
import type { Target } from '../model/target.ts'

/** Whether an actor of node `here` was spawned by `peer`, or lives below one that was. What only stands for an actor elsewhere is nobody's. */
export function isBelow(target: Target, here: NodeId, peer: NodeId): boolean {
  let at: Target | null = target
  while (at instanceof Cell) {
    const { node, origin } = at.address
    if (node === here && origin === peer) return true
    at = at.parent.target
  }
  return false
}
