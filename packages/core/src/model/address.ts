/**
 * Where an actor lives and who named it. The spawner chooses the number, so a ref to an actor on another machine is usable
 * before that machine has heard of it; a restart under a supervisor keeps it, a new incarnation of a node never reuses it.
 */

declare const nodeIdBrand: unique symbol

/** A node's name and incarnation: `shop~V1StGXR8`. A node that ends never comes back under its old id. */
export type NodeId = string & { readonly [nodeIdBrand]: true }

/** The identity of an actor. Two refs with equal addresses mean the same actor. */
export interface Address {
  /** The node on which the actor lives. */
  readonly node: NodeId
  /** The node that chose `seq`: `node` itself, or the one that spawned the actor over a link. */
  readonly origin: NodeId
  /** Rising from 1 at `origin`; never used twice. */
  readonly seq: number
}

export function toNodeId(name: string, incarnation: string): NodeId {
  // Safe: this is the one place where a node id is made from its two parts.
  return `${name}~${incarnation}` as NodeId
}

/** In the place of an origin: what lives at the address is no actor but the node itself. */
const NODE_ITSELF = '!'

/** What stands for a node: whoever speaks there and is no actor. No actor has seq 0. */
export function nodeAddress(node: NodeId): Address {
  // Safe: no node id is that short, so this origin means nothing else.
  return { node, origin: NODE_ITSELF as NodeId, seq: 0 }
}

export function isNodeAddress({ origin, seq }: Pick<Address, 'origin' | 'seq'>): boolean {
  return seq === 0 && origin === NODE_ITSELF
}

/** The name that a node id was made from. */
export function nodeName(id: NodeId): string {
  const end = id.lastIndexOf('~')
  return end < 0 ? id : id.slice(0, end)
}

/** `troupe://shop~V1StGXR8/12`, or with a foreign origin `troupe://w1~Q7a/shop~V1StGXR8/12`: unique over all nodes. */
export function formatAddress(address: Address): string {
  const own = address.origin === address.node
  return own ? `troupe://${address.node}/${address.seq}` : `troupe://${address.node}/${address.origin}/${address.seq}`
}

export function sameAddress(one: Address, other: Address): boolean {
  return one.seq === other.seq && one.origin === other.origin && one.node === other.node
}
