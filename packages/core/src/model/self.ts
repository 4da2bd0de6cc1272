/**
 * What an actor sees of itself and its surroundings while it lives: the `self` of `setup`. Types only; the actor engine
 * implements them.
 */
import type { ActorDefinition, MailboxSpec, StopHook } from './definition.ts'
import type { ExitReason } from './exit-reason.ts'
import type { Node } from './node.ts'
import type { Dynamic } from './protocol.ts'
import type { ActorRef, AnyRef } from './ref.ts'
import type { System } from './system.ts'

/** Where an actor writes for people. Each line carries the actor's path. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void
  info(message: string, ...details: unknown[]): void
  warn(message: string, ...details: unknown[]): void
  error(message: string, ...details: unknown[]): void
}

export interface SpawnOptions {
  /** Unique among siblings. Letters, digits, `_`, `-`, `.`; not starting with `$`. Default: the definition's name with a number. */
  readonly name?: string
  /** Where it shall live. Default: here. */
  readonly on?: Node
  readonly mailbox?: MailboxSpec
  /** Ties its life to the spawner's, both ways. Default false. */
  readonly link?: boolean
}

/** Takes a definition and its arguments: arguments may be left out when there are none. */
export type Spawn = <Protocol, Args extends readonly unknown[]>(
  definition: ActorDefinition<Protocol, Args>,
  ...rest: [] extends Args ? [args?: Args, options?: SpawnOptions] : [args: Args, options?: SpawnOptions]
) => ActorRef<Protocol>

/** The message being handled. After the handler's first await it is still the same message. */
export interface Request {
  /** Who sent it, where that is known. */
  readonly sender: AnyRef | null
  /**
   * What stands for the node that it came from: the sender's, or that of the program which sent it. It can be compared and
   * watched, also over several links: a watcher hears when the node is lost. It takes no messages.
   */
  readonly node: AnyRef
  /** Aborted when the asker gives up: its signal, its deadline, its link; also when this actor ends. */
  readonly signal: AbortSignal
  /** When the asker stops waiting, on this node's clock in milliseconds; null for a tell and for an ask without limit. */
  readonly deadline: number | null
  /** W3C trace context that came with it. */
  readonly trace: string | null
}

/** An answer that is given later, so that the actor can go on. Settling it twice is fine: the first one counts. */
export interface Deferred<Value> {
  resolve(value: Value): void
  /** The asker gets `error`; the actor does not end of it. */
  reject(error: unknown): void
}

export interface Self {
  readonly ref: ActorRef<Dynamic>
  /** Null for an actor that the program itself spawned. */
  readonly parent: AnyRef | null
  /** In the order spawned. */
  readonly children: readonly AnyRef[]
  /** `troupe://shop/cart`. */
  readonly path: string
  readonly system: System
  readonly log: Logger
  /** Aborted when this incarnation ends; its reason is the ExitReason. */
  readonly signal: AbortSignal
  /** The message being handled. Outside of one: no sender, and a signal that is the actor's own. */
  readonly request: Request

  /** Spawns a child: it ends before this actor does. */
  readonly spawn: Spawn
  /** Ends this actor after the current message; what is queued is not handled. Default reason: normal. */
  stop(reason?: ExitReason): void
  /** Runs when the actor ends, for every end but a kill; several run in reverse order, each with a deadline. */
  onStop(hook: StopHook): void
  /**
   * Calls back exactly once when `ref` ends, as a message of its own. Returns what takes it back. `of`: a supervised actor's place
   * ends when it is not started anew; its life ends with each restart. Default: its place.
   */
  watch(ref: AnyRef, ended: (reason: ExitReason) => unknown, of?: 'place' | 'life'): () => void
  /** Ties two lives: when one ends with a failure, so does the other, unless it traps exits. */
  link(ref: AnyRef): void
  unlink(ref: AnyRef): void
  /** From now on the end of a linked actor is a call instead of this actor's end. */
  trapExit(exited: (ref: AnyRef, reason: ExitReason) => unknown): void
  /** Sends itself a message once, `ms` milliseconds from now. Ends with the actor. Returns what cancels it. */
  after(ms: number, method: string, ...args: unknown[]): () => void
  /** Sends itself a message every `ms` milliseconds; never two of them wait at once. */
  every(ms: number, method: string, ...args: unknown[]): () => void
  /** Sends itself `method` whenever no message came for `ms` milliseconds. A new call replaces the last. Returns what cancels it. */
  idle(ms: number, method: string): () => void
  /** From the next message on, these handlers answer. */
  become(handlers: object): void
  /** Puts the current message aside; the ask that it may be stays open. */
  stash(): void
  /** All messages put aside come next, in their order, before what is queued. */
  unstash(): void
  /** The current ask will be answered later. */
  defer<Value = unknown>(): Deferred<Value>
}
