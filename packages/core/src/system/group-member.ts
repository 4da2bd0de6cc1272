/**
 * One member of a group, with everybody who says that it is one: this node, and peers. They are not added up, because the same
 * join is heard over several ways; whoever says most counts. When the last one takes it back, it has left.
 */
import { type Address, type NodeId, formatAddress } from '../model/address.ts'
import type { AnyRef } from '../model/ref.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { Candidate } from './rendezvous.ts'
import type { GroupLink } from './group-link.ts'

/** Joins made on this node. */
export interface OwnJoins {
  readonly target: Target
  readonly watcher: Watcher
  /** How often the actor had been restarted when they were made. */
  readonly life: number
  readonly times: number
}

/** What one peer says. */
export interface HeardJoins {
  readonly target: Target
  readonly times: number
}

export class Member implements Candidate {
  /** The address as text. */
  readonly key: string
  readonly address: Address
  /** Written by Groups. */
  own: OwnJoins | null = null
  /** Written by Groups. */
  readonly heard: Map<GroupLink, HeardJoins> = new Map()
  readonly #refTo: (target: Target) => AnyRef
  #ref: AnyRef | null = null
  #refersTo: Target | null = null

  constructor(address: Address, refTo: (target: Target) => AnyRef) {
    this.key = formatAddress(address)
    this.address = address
    this.#refTo = refTo
  }

  /** How often it is a member; 0 when it is none any more. */
  get times(): number {
    return this.#most(() => true)
  }

  /** How often it is one for the peer at this link, who is never told what it said itself. */
  timesFor(link: GroupLink, node: NodeId): number {
    switch (link.relation) {
      case 'worker':
        return this.#most((other) => other !== link)
      case 'parent':
        return this.#most((other) => other.relation === 'worker')
      case 'other':
        return this.address.node === node ? (this.own?.times ?? 0) : 0
    }
  }

  /** Where messages to it go: straight to it, else through the first peer that told of it. Null when it has left. */
  get target(): Target | null {
    if (this.own !== null) return this.own.target
    for (const { target } of this.heard.values()) return target
    return null
  }

  /** The last one that there was, when it has left. */
  get ref(): AnyRef {
    const target = this.target
    if (this.#ref !== null && (target === null || target === this.#refersTo)) return this.#ref
    if (target === null) throw new Error('Troupe invariant violated: a member was never one')
    this.#refersTo = target
    return (this.#ref = this.#refTo(target))
  }

  #most(counts: (link: GroupLink) => boolean): number {
    let most = this.own?.times ?? 0
    for (const [link, { times }] of this.heard) if (times > most && counts(link)) most = times
    return most
  }
}
