/**
 * What the actors of the chat say to each other. The lobby and the rooms live on the server, a member on each client.
 */
import type { ActorRef } from '@troupe/core'

/** The one name that clients may look up. */
export const LOBBY = 'lobby'

export interface Line {
  /** Rises by one within a room. */
  readonly number: number
  /** Null: the room says so itself. */
  readonly from: string | null
  readonly text: string
}

/** A client's actor. While it lives and can be reached, its person is in the room. */
export interface MemberProtocol {
  line(line: Line): void
  /** From its own client: it is in the room. */
  entered(entered: Entered): void
  /** From its own client: it is not, for now. */
  away(): void
  /** Who is in the room now. */
  members(names: readonly string[]): void
}

export interface RoomProtocol {
  name(): string
  enter(name: string, member: ActorRef<MemberProtocol>): Entered | Refused
  /** From a member, who is known as the sender. */
  say(text: string): void
  population(): number
}

export interface LobbyProtocol {
  /** The room of that name; it is opened when there is none. */
  room(name: string): Promise<Opened | Refused>
  rooms(): Promise<readonly RoomInfo[]>
}

export interface Opened {
  readonly kind: 'opened'
  readonly room: ActorRef<RoomProtocol>
}

export interface Entered {
  readonly kind: 'entered'
  /** When the room was opened: lines of another time have numbers of their own. */
  readonly since: number
  /** What was said last, the oldest line first. */
  readonly lines: readonly Line[]
  readonly members: readonly string[]
}

/** Not an error: callers are strangers, and what they ask for must not end an actor. */
export interface Refused {
  readonly kind: 'refused'
  readonly why: string
}

export interface RoomInfo {
  readonly name: string
  readonly members: number
}
