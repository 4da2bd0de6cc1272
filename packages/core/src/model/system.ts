/**
 * A system as programs see it. Types only; `createSystem` makes one.
 */
import type { Clock } from '../base/clock.ts'
import type { Observable } from '../base/observable.ts'
import type { NodeId } from './address.ts'
import type { DeadLetter, NodeEvent, SystemEvent } from './event.ts'
import type { ExitReason } from './exit-reason.ts'
import type { Group } from './group.ts'
import type { Node, NodeDefinition, RemoteNode } from './node.ts'
import type { Dynamic } from './protocol.ts'
import type { ActorRef, AnyRef } from './ref.ts'
import type { Spawn } from './self.ts'
import type { Connector, Listener } from './link.ts'
import type { LinkPolicy } from './link-policy.ts'

/** What is said here counts instead of what the listener or the connector says. */
export interface ListenOptions extends LinkPolicy {}

/** A bound listener. */
export interface Listening {
  /** As the transport writes it. */
  readonly address: string
  /** Takes no more calls; open links stay. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** One actor in the tree that `inspect` returns. */
export interface ActorInfo {
  readonly path: string
  readonly address: string
  readonly definition: string
  readonly state: 'starting' | 'running' | 'suspended' | 'stopping' | 'restarting' | 'stopped'
  /** Messages waiting. */
  readonly mailbox: number
  /** Messages put aside. */
  readonly stashed: number
  /** How often it was started anew. */
  readonly restarts: number
  readonly children: readonly ActorInfo[]
}

export interface System {
  readonly name: string
  readonly id: NodeId
  /** The time by which it lives: real time, unless `createSystem` was given another. */
  readonly clock: Clock
  readonly spawn: Spawn
  /** Starts a worker as a node; resolves when it is ready to take actors. Rejects StartFailedError. */
  start<Handle extends Node>(definition: NodeDefinition<Handle>): Promise<Handle>
  /** Takes calls from other nodes. */
  listen(listener: Listener, options?: ListenOptions): Promise<Listening>
  /**
   * Calls another node, once: rejects with why there is no link. A link that is lost later is called again when the connector
   * has `reconnect`.
   */
  connect(connector: Connector, options?: ListenOptions): Promise<RemoteNode>
  register(name: string, ref: AnyRef): void
  unregister(name: string): void
  /** A late-bound ref to a registered name, here or on another node. */
  lookup<Protocol = Dynamic>(name: string, options?: { readonly on?: Node }): ActorRef<Protocol>
  /** The group of this name, over all connected nodes: `join`, `leave`, `members`, and messages to all or to one of them. */
  group<Protocol = Dynamic>(name: string): Group<Protocol>
  /** The node with that id: one that was called, one that called, a worker. Null when it is not up. */
  node(id: NodeId): Node | null
  /** Nodes that come up and go down. A new subscriber first hears of those that are up. */
  readonly nodes: Observable<NodeEvent>
  readonly events: Observable<SystemEvent>
  readonly deadLetters: Observable<DeadLetter>
  /**
   * What a module of this program exports, by its URL; in a worker as its parent's definitions are found: TypeScript is read, and
   * `./x.js` is `./x.ts` where that is there. Never pass on what a peer of another program says: importing runs code.
   */
  load(module: string): Promise<object>
  /** The tree of actors with states and mailbox sizes. */
  inspect(): ActorInfo
  /** Stops everything in order: listeners, trees in reverse, links, workers. Calling it again returns the same promise. */
  shutdown(reason?: ExitReason): Promise<void>
  /** Resolves with the reason once the system is down. */
  readonly terminated: Promise<ExitReason>
  [Symbol.asyncDispose](): Promise<void>
}
