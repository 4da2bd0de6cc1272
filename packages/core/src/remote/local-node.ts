/**
 * What a session needs of the node that it belongs to. The system implements it; tests implement it with a few lines.
 */
import type { Clock } from '../base/clock.ts'
import type { Address, NodeId } from '../model/address.ts'
import type { DeadLetter, SystemEvent } from '../model/event.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { PeerAction, PeerInfo, Quotas } from '../model/link-policy.ts'
import type { AnyRef } from '../model/ref.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { Codec } from '../serialization/codec.ts'

/** The way by which one peer hears of groups. */
export interface GroupOutlet {
  readonly peerId: NodeId
  /** Whether the peer may take part in the group. */
  allows(group: string): boolean
  /** The same, where the peer announced a member. */
  mayUse(group: string): boolean
  /** The peer announced what it may not. */
  refused(group: string): void
  /** How often the target is a member from now on; 0 when it is none any more. */
  announce(group: string, target: Target, times: number): void
  /** The target for an address that the peer announced: through the peer, or an actor of this node; null when that is gone. */
  targetFor(address: Address, path: string): Target | null
}

/** What this node does with a peer's news of groups. */
export interface GroupDesk {
  /** The peer says how often an actor is a member from now on. */
  heard(from: GroupOutlet, group: string, address: Address, path: string, times: number): void
  /** The session ended: what the peer said counts no more. */
  closed(from: GroupOutlet): void
}

/** The way to actors behind a peer. */
export interface Via {
  targetFor(address: Address, path: string): Target
}

export interface LocalNode {
  readonly id: NodeId
  readonly name: string
  readonly clock: Clock
  readonly codec: Codec
  readonly groups: GroupDesk
  /** How much the peer may have open here. */
  readonly quotas: Quotas
  /** Who is at the other end; called once, before anything of the peer is taken in. */
  met(peer: PeerInfo): void
  /** Whether the peer may do that by name. A no is told as an event; the caller answers the peer. */
  mayUse(action: PeerAction, name: string): boolean
  /** The same, where the peer did not ask: a no is told to nobody. */
  allows(action: PeerAction, name: string): boolean
  /** The peer tried what it may not: an event, but no flood of them. */
  refused(action: string, name: string): void
  /** Whether a node is reached without leaving this program: a worker, or whatever only the parent can reach. */
  isOwn(node: NodeId): boolean
  /** The peer speaks of a node: true where `via` is the way to it, known or from now on; false where it is known otherwise. */
  isBehind(node: NodeId, via: Via): boolean
  /** The link is gone: nothing is behind it any more. */
  parted(via: Via): void
  /** Whether an actor of this node was spawned by the peer, or below one that was. */
  isOf(peer: NodeId, target: Target): boolean
  /** A ref for a target, bound to this system. */
  refTo(target: Target): AnyRef
  /** The actor that lives here under this address; null when there is none, or none any more. */
  find(origin: NodeId, seq: number): Target | null
  /** The target for an address on any node: here, at a peer, through a peer, or unreachable. Never null, never throws. */
  targetFor(address: Address, path: string): Target
  /** A local target's address leaves this node: from now on `find` must know it until it ends. Cheap to call again. */
  exported(target: Target): void
  /** The ref registered here under a name. */
  lookup(name: string): Target | null
  /**
   * A peer spawns here. Returns at once; loading the module and setup go on behind it, and messages queue meanwhile.
   * What cannot be found or is not offered ends as a failed start: `parent.childEnded` with reason error.
   */
  spawn(request: SpawnRequest, peer: NodeId, parent: ParentPort): Child
  /** The peer that spawned it is gone: stop it in order, then by force. */
  orphaned(child: Child, reason: ExitReason): void
  deadLetter(letter: DeadLetter): void
  emit(event: SystemEvent): void
  /** The far system asks this one to end. */
  shutdownRequested(reason: ExitReason): void
}
