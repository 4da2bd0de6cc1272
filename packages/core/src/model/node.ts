/**
 * Another place where actors live: a worker thread, a child process, another machine. Types only.
 */
import type { NodeId } from './address.ts'
import type { ActorDefinition } from './definition.ts'
import type { ExitReason } from './exit-reason.ts'
import type { Dynamic } from './protocol.ts'
import type { Link } from './link.ts'
import type { ActorRef } from './ref.ts'

/** A handle on a node that is, or was, connected to this one. */
export interface Node {
  /** The name that it was given. */
  readonly name: string
  /** Name and incarnation. */
  readonly id: NodeId
  /** False once the node ended or its link is lost. */
  readonly alive: boolean
  /** Resolves with the reason when it ended. Never rejects. */
  readonly exited: Promise<ExitReason>
  /** A late-bound ref to the name there: each message finds the actor registered at that moment. */
  lookup<Protocol = Dynamic>(name: string): ActorRef<Protocol>
  /** Ends the connection in order: what was sent is flushed first. Resolves when it is closed. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A handle on a node of another program, as `connect` gives it. With `reconnect` it outlives its links: it is down between
 * two of them, `id` is that of the last incarnation, and it has exited only when it is closed or this system ends.
 */
export interface RemoteNode extends Node {
  /**
   * True once the link is open, at once when it is; false when it was not within `timeout` milliseconds, or will never be
   * again. Default: no limit. Throws a RangeError for a negative timeout; 0 polls.
   */
  up(timeout?: number): Promise<boolean>
}

/** What a definition of a node offers when spawned. */
export interface NodeProtocol {
  /** Its name and id, for people. */
  info(): { readonly name: string; readonly id: string }
  /**
   * Whether the node, while it runs, keeps this program running: for those who own nodes that are at rest, as pools do. Without
   * effect on a daemon, and on nodes that are no part of this program.
   */
  hold(keepsRunning: boolean): void
}

/** A node before it runs: `system.start` and supervisors take it. It is an actor definition too: its end is the node's. */
export interface NodeDefinition<Handle extends Node = Node> extends ActorDefinition<NodeProtocol, readonly []> {
  /** Starts the node; its actor ends with the node's reason. */
  readonly launch: (host: NodeHost) => Promise<LaunchedNode<Handle>>
}

/** A node that runs. */
export interface LaunchedNode<Handle extends Node = Node> {
  readonly handle: Handle
  /** Ends it: tree first, hooks run, then by force once `graceMs` are over. Resolves when it has ended. */
  terminate(graceMs: number): Promise<ExitReason>
  /** Ends it at once. */
  kill(): void
  /** Whether it keeps this program running, if it is of a kind that can. */
  hold?(keepsRunning: boolean): void
}

/** What a node's definition gets from the system that starts it. */
export interface NodeHost {
  /** The program's name of this system. */
  readonly systemName: string
  /** Takes over an open link to a worker of this program: handshake, heartbeat, delivery. Rejects when the peer does not answer the handshake. */
  attach(link: Link): Promise<Peer>
}

/** The far end of a link that has shaken hands. */
export interface Peer {
  readonly id: NodeId
  readonly name: string
  /** Resolves when the link is gone. Never rejects. */
  readonly closed: Promise<ExitReason>
  /** A ref by name there. */
  lookup<Protocol = Dynamic>(name: string): ActorRef<Protocol>
  /** Asks the far system to end: its trees stop, hooks run, and it closes the link. Does not wait. */
  requestShutdown(reason: ExitReason): void
  /** Closes the link after what was sent. */
  close(reason?: ExitReason): void
}
