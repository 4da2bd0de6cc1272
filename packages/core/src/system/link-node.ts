/**
 * This node as one link sees it: the peer at its other end may do what was granted, and nothing else.
 */
import type { Clock } from '../base/clock.ts'
import type { Address, NodeId } from '../model/address.ts'
import type { DeadLetter, SystemEvent } from '../model/event.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { AnyRef } from '../model/ref.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { LocalNode } from '../remote/local-node.ts'
import type { Codec } from '../serialization/codec.ts'
import { msgpackCodec } from '../serialization/msgpack-codec.ts'
import type { FindDefinition, Grant } from './access.ts'

/** What is the same for all links of a node. */
export interface NodeServices extends Omit<LocalNode, 'codec' | 'spawn' | 'shutdownRequested'> {
  spawn(request: SpawnRequest, parent: ParentPort, find: FindDefinition): Child
}

export class LinkNode implements LocalNode {
  readonly codec: Codec = msgpackCodec
  readonly #node: NodeServices
  readonly #grant: Grant
  /** What the peer's wish that this system ends does. */
  readonly #onShutdown: (reason: ExitReason) => void

  constructor(node: NodeServices, grant: Grant, onShutdown: (reason: ExitReason) => void) {
    this.#node = node
    this.#grant = grant
    this.#onShutdown = onShutdown
  }

  get id(): NodeId {
    return this.#node.id
  }

  get name(): string {
    return this.#node.name
  }

  get clock(): Clock {
    return this.#node.clock
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
    return this.#node.spawn(request, parent, this.#grant.find)
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
}
