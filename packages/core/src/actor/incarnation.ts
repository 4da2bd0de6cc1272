/**
 * What one life of an actor owns besides its handlers: all of it ends with that life, whatever the reason. Made when an
 * actor first needs any of it, so that an idle actor costs nothing here.
 */
import type { Timer } from '../base/clock.ts'
import type { StopHook } from '../model/definition.ts'
import type { Envelope, ReplyPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { LaunchedNode } from '../model/node.ts'
import type { Child, Target, Watcher } from '../model/target.ts'
import type { Children } from './children.ts'
import type { OpenRequests } from './request-view.ts'

/** What takes over an actor's children: a supervisor. */
export interface Supervision {
  /** For `inspect` and `self.children`. */
  list(): readonly Target[]
  childReady(child: Child): void
  childEnded(child: Child, reason: ExitReason): void
  /** As {@link ParentPort.patienceWith}. */
  patienceWith(child: Child): number | null
  /** Ends the children as their specifications say; `done` comes once. */
  stopAll(done: () => void): void
  /** Ends them now. */
  killAll(): void
}

export interface Idle {
  /** A message came. */
  touch(): void
  cancel(): void
}

export class Incarnation {
  children: Children | null = null
  supervision: Supervision | null = null
  /** The worker that this actor stands for. Written by node-actor. */
  node: LaunchedNode | null = null
  /** True while setup is done but children are still starting. Written by supervisors. */
  rising = false
  hooks: StopHook[] | null = null
  /** Runs for a kill, in place of hooks: for actors that stand for something outside, such as a worker. */
  onKill: (() => void) | null = null
  trap: ((from: Target, reason: ExitReason) => unknown) | null = null
  idle: Idle | null = null
  /** By address: targets behind a link are made anew for each use. */
  links: Map<string, Target> | null = null
  watching: Map<Watcher, Target> | null = null
  /** Who watches this life, and not the place. */
  watchers: Set<Watcher> | null = null
  timers: Set<Timer> | null = null
  /** What ends the streams that the actor feeds. */
  streams: Map<object, (reason: ExitReason) => void> | null = null
  /** Asks that are answered later. */
  deferred: Set<ReplyPort> | null = null
  stashed: Envelope[] | null = null
  controller: AbortController | null = null
  requests: OpenRequests | null = null

  /** Ends what needs no waiting: timers, watches, streams, the signal. */
  release(reason: ExitReason): void {
    if (this.timers !== null) for (const timer of this.timers) timer.cancel()
    if (this.watching !== null) for (const [watcher, target] of this.watching) target.unwatch(watcher)
    if (this.streams !== null) for (const end of [...this.streams.values()]) end(reason)
    this.timers = null
    this.watching = null
    this.streams = null
    this.idle = null
    this.controller?.abort(reason)
    this.requests?.abort(reason)
  }
}

/** What belongs to an actor's place and outlives a restart. */
export class Place {
  watchers: Set<Watcher> | null = null
  waiting: { resolve(): void; reject(error: unknown): void }[] | null = null
}
