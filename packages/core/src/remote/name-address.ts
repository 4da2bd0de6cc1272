/**
 * The address of "whoever is registered under this name there": no actor has seq 0, so it stands for a name, which takes
 * the origin's place behind a question mark. It compares, travels and is routed like any other address.
 */
import { type Address, type NodeId, isNodeAddress } from '../model/address.ts'

export function nameAddress(node: NodeId, name: string): Address {
  // Safe: with seq 0 the origin is a name and is only read by addressedName.
  return { node, origin: `?${name}` as NodeId, seq: 0 }
}

/** The name that an address stands for; null for an actor's own address, and for a node's. */
export function addressedName(address: Address): string | null {
  return address.seq === 0 && !isNodeAddress(address) ? address.origin.slice(1) : null
}
