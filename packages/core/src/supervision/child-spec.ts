/**
 * What a supervisor is told about its children, as data: the vocabulary of OTP's child specifications and supervisor
 * flags. Programs write `SupervisorOptions` and `ChildSpec`; the supervisor works with the settings made from them by
 * `supervisor-settings.ts`, in which every choice is present and valid.
 */
import type { ActorDefinition, MailboxSpec } from '../model/definition.ts'

/** Who is affected when a child is restarted: it alone, all, it and those started after it, or it alone among many of one kind. */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one' | 'simple-one-for-one'

/** When a child that ended is started anew: always, after a failure, never. */
export type RestartType = 'permanent' | 'transient' | 'temporary'

/** How a child is stopped: asked, and killed after so many milliseconds; killed at once; asked, and waited for without limit. */
export type ShutdownPolicy = number | 'brutal-kill' | 'infinity'

/** Whether the supervisor stops, with reason shutdown, when significant children ended for good. */
export type AutoShutdown = 'never' | 'any-significant' | 'all-significant'

/** How long to wait before a child is started anew. Without it, restarts follow at once. */
export interface Backoff {
  /** Milliseconds before the first restart, 1 or more. The wait doubles with every further one. */
  readonly min: number
  /** The longest wait in milliseconds. A child that ran this long starts over at `min`. */
  readonly max: number
  /** From 0 to 1: the share by which a wait is made longer at random, so that many children do not come back at once. Default 0. */
  readonly jitter?: number
}

/** Any definition, whatever its protocol and arguments. */
export type AnyDefinition = ActorDefinition<unknown, never>

/** A child as programs write it. */
export interface ChildSpec {
  /** Unique among siblings, and the last part of the child's path: letters, digits, `_`, `-` and `.`. */
  readonly id: string
  /** An actor, machine or supervisor, or a node such as `thread()`. */
  readonly actor: AnyDefinition
  /** What its setup takes. Default: none. */
  readonly args?: readonly unknown[]
  /** Default 'permanent'. */
  readonly restart?: RestartType
  /** Default 5 000; for a supervisor 'infinity', so that its own children get their time. */
  readonly shutdown?: ShutdownPolicy
  /** Its end counts for `autoShutdown`. Not for permanent children. Default false. */
  readonly significant?: boolean
  /** The id of a sibling that is a node: the child starts after it, lives there, goes down with it and is restarted with it. */
  readonly on?: string
  readonly mailbox?: MailboxSpec
}

/** A supervisor as programs write it. */
export interface SupervisorOptions {
  readonly name: string
  /** `import.meta.url` of the module that exports it under `name`; needed to run it on another node. */
  readonly module?: string
  /** Default 'one-for-one'. */
  readonly strategy?: Strategy
  /** More restarts than this within `within` milliseconds end the supervisor. Default 3; Infinity never gives up. */
  readonly maxRestarts?: number
  /** Milliseconds. Default 5 000. */
  readonly within?: number
  readonly backoff?: Backoff
  /** Default 'never'. */
  readonly autoShutdown?: AutoShutdown
  /** In the order to start them, but a node before the children that live on it. With 'simple-one-for-one' exactly one: the template for `startChild`. */
  readonly children: readonly ChildSpec[]
}

/** A child spec with every choice made. */
export interface ChildSettings {
  readonly id: string
  readonly actor: AnyDefinition
  readonly args: readonly unknown[]
  readonly restart: RestartType
  readonly shutdown: ShutdownPolicy
  readonly significant: boolean
  /** The sibling node that it lives on; null for the supervisor's own node. */
  readonly on: string | null
  readonly mailbox: MailboxSpec | null
}

/** Supervisor options with every choice made. */
export interface SupervisorSettings {
  readonly name: string
  readonly module: string | undefined
  readonly strategy: Strategy
  readonly maxRestarts: number
  readonly within: number
  readonly backoff: Required<Backoff> | null
  readonly autoShutdown: AutoShutdown
  /** In start order. */
  readonly children: readonly ChildSettings[]
}

/** What a supervisor's definition carries, so that a parent supervisor knows it for one. */
export interface Supervising {
  readonly supervises: SupervisorSettings
}

export function isSupervising(definition: AnyDefinition): definition is AnyDefinition & Supervising {
  return 'supervises' in definition
}

/** True for the definition of a node: a thread, a process, or what another transport offers. */
export function isNodeDefinition(definition: AnyDefinition): boolean {
  return 'launch' in definition && typeof definition.launch === 'function'
}
