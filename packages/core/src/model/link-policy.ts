/**
 * What a link to another program is allowed to do, and how it is kept. A connector or a listener carries it; core applies it.
 * Types only. Links to workers of the same program have none of it: they are trusted.
 */
import type { NodeId } from './address.ts'
import type { ActorDefinition } from './definition.ts'

/**
 * What both ends know, and prove to each other without sending it: 16 characters or more. A list of two is for rotation: the
 * first is used to call, either is taken from callers.
 */
export type Secret = string | readonly [current: string, previous: string]

/** Who is at the other end, once it has proved itself. */
export interface PeerInfo {
  /** The name that it gives itself. */
  readonly name: string
  readonly id: NodeId
  /** For people, from the transport: `wss://10.0.0.2:7400`. */
  readonly address: string
}

/** What a peer may ask for by name: to spawn a definition, to reach a registered actor, to take part in a group. */
export type PeerAction = 'spawn' | 'lookup' | 'group'

/** What one peer may have open here at a time; above it the request is refused with a `peer-refused` event. */
export interface Quotas {
  /** Actors that it spawned here and that live. Default 10 000. */
  readonly actors?: number
  /** Asks and streams that are not answered. Default 10 000. */
  readonly requests?: number
  /** Watches and links. Default 10 000. */
  readonly watches?: number
  /** Messages per second, with bursts of as many. Default: no limit but flow control's. */
  readonly messages?: number
}

/**
 * How a lost link is called again, until it is closed: after `min` milliseconds, then twice as long each time up to `max`, each
 * shortened by up to `jitter` of itself. A peer that refuses us is called again after `max`.
 */
export interface Reconnect {
  /** Default 100. */
  readonly min?: number
  /** Default 30 000. */
  readonly max?: number
  /** From 0 to 1. Default 0.5. */
  readonly jitter?: number
}

export interface LinkPolicy {
  /** Without it nobody proves anything: only for links that nobody else can reach. */
  readonly secret?: Secret
  /** The definitions that peers may spawn here, by name. Default: none. */
  readonly offer?: readonly ActorDefinition<unknown, never>[]
  /** Asked for each spawn of what is offered, each first use of a registered name, each group. Default: all of them. Throwing is a no. */
  readonly authorize?: (peer: PeerInfo, action: PeerAction, name: string) => boolean
  readonly quotas?: Quotas
}
