/**
 * What a ref points at: a local actor, an actor behind a link, a relay, or nobody. Both engines speak to each other only
 * through these interfaces. None of the methods throws; none calls user code before it returns.
 */
import type { Address } from './address.ts'
import type { Envelope } from './envelope.ts'
import type { ExitReason } from './exit-reason.ts'

/** Hears once how a target ended. */
export interface Watcher {
  /** Of the life that the target has now, which a restart under a supervisor ends too. Else of its place. */
  readonly of?: 'life'
  /** Exactly once, after the last message that the target sent to the watcher's node. */
  ended(reason: ExitReason): void
}

export interface Target {
  readonly address: Address
  /** For people: `troupe://shop/cart`. */
  readonly path: string
  /** How it ended, where that is known; null while it lives. */
  readonly outcome?: ExitReason | null
  /** Takes a message. A promise: the mailbox is full and its policy is backpressure; it resolves when there is room. */
  deliver(envelope: Envelope): void | Promise<void>
  /** Ends it now, without its queue and without hooks; reason `killed`. */
  kill(): void
  /** Each watcher hears exactly one `ended`, also when the target is dead already ('not-found') or its node is lost. */
  watch(watcher: Watcher): void
  unwatch(watcher: Watcher): void
  /** Resolves when setup is done; rejects StartFailedError. */
  ready(): Promise<void>
  /** Ties `peer`'s life to this one, one way: when this target ends, `peer.linkedExit` is called once. The caller ties the other way. */
  link(peer: Target): void
  unlink(peer: Target): void
  /** A linked actor ended. A local actor ends with the same reason when it is a failure, or hands it to its trapExit. */
  linkedExit(from: Target, reason: ExitReason): void
}

/** A target with the verdicts of whoever supervises it: this node's supervisor, or one behind a link. */
export interface Child extends Target {
  /** After `childEnded`: set up anew; queue and address stay. `childReady` or `childEnded` follows. */
  restart(): void
  /** After `childEnded`, or before it to disown: the place is empty for good; watchers hear the reason. */
  bury(reason: ExitReason): void
}

/** Where a child reports to. `held`: it waits for `restart` or `bury`; its watchers have heard nothing yet. */
export interface ParentPort {
  /** The parent as others see it; null when it is the node itself. */
  readonly target: Target | null
  /** Setup is done, for the first time or after a restart. */
  childReady(child: Child): void
  /** Milliseconds that the children and each hook of a child have that it is stopping now; null: as long as the system gives all. */
  patienceWith?(child: Child): number | null
  /** It ended, with its children and hooks done. A failed start comes as reason `error` with a StartFailedError. */
  childEnded(child: Child, reason: ExitReason): void
}

/** Identity for `watch` maps and cycle detection. */
export function isSameTarget(one: Target, other: Target): boolean {
  return (
    one === other ||
    (one.address.seq === other.address.seq &&
      one.address.origin === other.address.origin &&
      one.address.node === other.address.node)
  )
}
