/**
 * This node as one link sees it: the peer at its other end may do what was granted, and nothing else.
 */
import type { Clock } from '../base/clock.ts'
import { NotOfferedError } from '../errors/remote-errors.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import type { Address, NodeId } from '../model/address.ts'
import type { DeadLetter, SystemEvent } from '../model/event.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { PeerAction, PeerInfo, Quotas } from '../model/link-policy.ts'
import type { AnyRef } from '../model/ref.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { GroupDesk, LocalNode, Via } from '../remote/local-node.ts'
import type { Codec } from '../serialization/codec.ts'
import { msgpackCodec } from '../serialization/msgpack-codec.ts'
import type { AnyDefinition, FindDefinition, Grant } from './access.ts'
import { Authority } from './authority.ts'

/** What is of one link. */
type LinksOwn = 'codec' | 'spawn' | 'shutdownRequested' | 'met' | 'mayUse' | 'allows' | 'refused' | 'quotas'

/** What is the same for all links of a node. */
export interface NodeServices extends Omit<LocalNode, LinksOwn> {
  spawn(request: SpawnRequest, parent: ParentPort, find: FindDefinition): Child
}

export class LinkNode implements LocalNode {
  readonly codec: Codec = msgpackCodec
  readonly #node: NodeServices
  readonly #grant: Grant
  readonly #authority: Authority
  /** What the peer's wish that this system ends does. */
  readonly #onShutdown: (reason: ExitReason) => void

  constructor(node: NodeServices, grant: Grant, onShutdown: (reason: ExitReason) => void) {
    this.#node = node
    this.#grant = grant
    this.#authority = new Authority(grant.policy, (event) => node.emit(event))
    this.#onShutdown = onShutdown
  }

  get id(): NodeId {
    return this.#node.id
  }

  get name(): string {
    return this.#node.name
  }

  get groups(): GroupDesk {
    return this.#node.groups
  }

  get clock(): Clock {
    return this.#node.clock
  }

  get quotas(): Quotas {
    return this.#grant.policy.quotas ?? {}
  }

  met(peer: PeerInfo): void {
    this.#authority.met(peer)
  }

  mayUse(action: PeerAction, name: string): boolean {
    return this.#authority.mayUse(action, name)
  }

  allows(action: PeerAction, name: string): boolean {
    return this.#authority.allows(action, name)
  }

  refused(action: string, name: string): void {
    this.#authority.refused(action, name)
  }

  isOwn(node: NodeId): boolean {
    return this.#node.isOwn(node)
  }

  isBehind(node: NodeId, via: Via): boolean {
    return this.#node.isBehind(node, via)
  }

  parted(via: Via): void {
    this.#node.parted(via)
  }

  isOf(peer: NodeId, target: Target): boolean {
    return this.#node.isOf(peer, target)
  }

  refTo(target: Target): AnyRef {
    return this.#node.refTo(target)
  }

  find(origin: NodeId, seq: number): Target | null {
    return this.#node.find(origin, seq)
  }

  targetFor(address: Address, path: string): Target {
    return this.#node.targetFor(address, path)
  }

  exported(target: Target): void {
    this.#node.exported(target)
  }

  lookup(name: string): Target | null {
    return this.#node.lookup(name)
  }

  spawn(request: SpawnRequest, _peer: NodeId, parent: ParentPort): Child {
    return this.#node.spawn(request, parent, this.#find)
  }

  orphaned(child: Child, reason: ExitReason): void {
    this.#node.orphaned(child, reason)
  }

  deadLetter(letter: DeadLetter): void {
    this.#node.deadLetter(letter)
  }

  emit(event: SystemEvent): void {
    this.#node.emit(event)
  }

  shutdownRequested(reason: ExitReason): void {
    this.#onShutdown(reason)
  }

  /** What is offered, and then allowed. Asked at each start, a restart too. */
  readonly #find: FindDefinition = (request) => {
    const { name } = request.definition
    let found: AnyDefinition | Promise<AnyDefinition>
    try {
      found = this.#grant.find(request)
    } catch (error) {
      if (isTroupeError(error, 'TROUPE_NOT_OFFERED')) this.#authority.refused('spawn', name)
      throw error
    }
    if (this.#authority.mayUse('spawn', name)) return found
    throw new NotOfferedError(this.#node.name, 'spawn', name)
  }
}
