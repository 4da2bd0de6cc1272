/**
 * Groups of actors under a name, over nodes: OTP's pg. Types only; `system.group` gives a handle.
 */
import type { Observable } from '../base/observable.ts'
import type { ActorRef, AskOptions, Messenger } from './ref.ts'

/** What became of a group. A member that joined twice is listed twice. */
export interface GroupChange<Protocol = unknown> {
  readonly joined: readonly ActorRef<Protocol>[]
  readonly left: readonly ActorRef<Protocol>[]
}

/**
 * What sends to a group. `tell` goes to all members; its promise resolves when all of them have room. `ask` and `stream` go to
 * one member, to the next one each time; with no member an ask rejects NoMembersError.
 */
export interface GroupMessenger<Protocol> extends Messenger<Protocol> {
  /**
   * Sends to one member, which is the same for the same key on every node, for as long as it is a member. One that joins or
   * leaves moves only its own share of the keys. 1 and '1' are the same key. A tell with no member is a dead letter.
   */
  by(key: string | number): Messenger<Protocol>
}

/** A group of actors. It costs nothing while it has no members, and is forgotten then. */
export interface Group<Protocol = unknown> extends GroupMessenger<Protocol> {
  readonly name: string
  /**
   * Makes an actor of this node, or of a worker of this node, a member. Joins are counted, as in OTP: one that joined twice is
   * listed twice, and leaves when it left twice. One that ends leaves. Throws TypeError for actors of other nodes, which join there.
   */
  join(ref: ActorRef<Protocol>): void
  /** Takes back one join that was made on this node. False when there is none. */
  leave(ref: ActorRef<Protocol>): boolean
  /** Those of all connected nodes, the ones on this node first, each as often as it joined. */
  members(): readonly ActorRef<Protocol>[]
  /** Those on this node. */
  local(): readonly ActorRef<Protocol>[]
  /** The same group with other options for what is sent through the result. */
  with(options: AskOptions): GroupMessenger<Protocol>
  /** Who joins and leaves. A new subscriber first hears of those who are in it. */
  readonly changes: Observable<GroupChange<Protocol>>
}
