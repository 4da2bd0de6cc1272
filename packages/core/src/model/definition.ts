/**
 * Definitions: what an actor is, as data. With `module`, another thread, process or machine finds the same definition as
 * pickle finds a class, by module and exported name; source is never shipped.
 */
import type { ExitReason } from './exit-reason.ts'
import type { Self } from './self.ts'

/** An actor before it lives. Made by `actor`, `machine`, `supervisor` and by transports that offer workers. */
export interface ActorDefinition<Protocol = unknown, Args extends readonly unknown[] = readonly never[]> {
  readonly name: string
  /** URL of the module that exports it under `name`; needed to spawn it on another node. */
  readonly module: string | undefined
  /** Carries the protocol's type; never present at run time. */
  readonly protocol?: Protocol
  /** Called once per incarnation. */
  readonly setup: (self: Self, ...args: Args) => Protocol | Promise<Protocol>
}

/** How a definition is named on the wire. */
export interface DefinitionName {
  readonly module: string | undefined
  readonly name: string
}

/** What a full mailbox does with the next message. */
export type OverflowPolicy = 'backpressure' | 'refuse' | 'drop-newest' | 'drop-oldest'

/** A mailbox as data: it can be sent to the node where the actor will live. */
export type MailboxSpec =
  | { readonly kind: 'unbounded' }
  | { readonly kind: 'bounded'; readonly capacity: number; readonly overflow: OverflowPolicy }
  /** Lower numbers first; equal ones in the order sent. The function stays on its node. */
  | { readonly kind: 'priority'; readonly priority: (method: string, args: readonly unknown[]) => number }

/** Hooks that run when an actor ends. */
export type StopHook = (reason: ExitReason) => unknown
