/**
 * What a system tells whoever operates it, as a union by `kind`. Events are for eyes and metrics: no promise of the
 * runtime depends on anybody listening.
 */
import type { NodeId } from './address.ts'
import type { ExitReason } from './exit-reason.ts'

/** A message that reached nobody. */
export interface DeadLetter {
  /** The path that it was meant for. */
  readonly target: string
  readonly method: string
  readonly args: readonly unknown[]
  /** The path of the actor that sent it, or of the node whose code did; null for code of this node. */
  readonly sender: string | null
  readonly why: 'stopped' | 'not-found' | 'mailbox-full' | 'dropped' | 'unknown-method' | 'disconnected' | 'refused'
}

export interface NodeEvent {
  /** The node's name. */
  readonly node: string
  readonly id: NodeId
  readonly state: 'up' | 'down'
  /** Why it is down; null while it is up. */
  readonly reason: ExitReason | null
}

export type SystemEvent =
  | { readonly kind: 'actor-started'; readonly path: string; readonly restarts: number }
  | { readonly kind: 'actor-stopped'; readonly path: string; readonly reason: ExitReason }
  /** A supervisor starts a child anew. `attempt` counts restarts within the window. */
  | {
      readonly kind: 'child-restarting'
      readonly path: string
      readonly supervisor: string
      readonly child: string
      readonly reason: ExitReason
      readonly attempt: number
      readonly delay: number
    }
  | { readonly kind: 'restart-limit'; readonly supervisor: string; readonly child: string; readonly reason: ExitReason }
  | { readonly kind: 'mailbox-pressure'; readonly path: string; readonly size: number }
  | { readonly kind: 'link-pressure'; readonly node: string; readonly bytes: number }
  /** Something failed where nobody could be told: a stop hook, a late answer, an event listener. */
  | { readonly kind: 'unhandled-error'; readonly path: string; readonly error: unknown; readonly during: string }
  /** A peer tried what it may not. Told again when it has done so 10, 100, 1 000 … `times`. */
  | {
      readonly kind: 'peer-refused'
      readonly node: string
      readonly action: string
      readonly name: string
      readonly times?: number
    }
  | { readonly kind: 'node-up'; readonly node: string; readonly id: NodeId }
  | { readonly kind: 'node-down'; readonly node: string; readonly id: NodeId; readonly reason: ExitReason }
  /** A lost link was called again in vain, for the `attempt`th time in a row; the next call follows in `delay` milliseconds. */
  | {
      readonly kind: 'redial-failed'
      readonly node: string
      readonly attempt: number
      readonly delay: number
      readonly error: unknown
    }
  /** The event loop of this node did not turn for `ms` milliseconds; `path` is the actor whose handler held it, where known. */
  | { readonly kind: 'blocked'; readonly path: string | null; readonly ms: number }
