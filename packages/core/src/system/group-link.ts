/**
 * One open link, as the groups of this node see it: what the peer may take part in, and how much it may announce.
 */
import type { Address } from '../model/address.ts'
import type { LinkPolicy, PeerInfo } from '../model/link-policy.ts'
import type { GroupOutlet } from '../remote/local-node.ts'

/** A worker of this node, the program that started this node, or another program. */
export type Relation = 'worker' | 'parent' | 'other'

/** Joins that another program may have announced at a time. */
const MOST_JOINS = 10_000
/** Decisions of `authorize` that are kept; then it is asked again. */
const MOST_DECISIONS = 10_000

export class GroupLink {
  readonly peer: PeerInfo
  readonly relation: Relation
  readonly outlet: GroupOutlet
  /** Joins that the peer announced and did not take back. Written by Groups. */
  joins = 0
  readonly #policy: LinkPolicy
  readonly #decisions = new Map<string, boolean>()

  constructor(peer: PeerInfo, relation: Relation, outlet: GroupOutlet, policy: LinkPolicy) {
    this.peer = peer
    this.relation = relation
    this.outlet = outlet
    this.#policy = policy
  }

  /** Whether the peer may take part in the group: hear of its members, and have some. */
  shares(group: string): boolean {
    const { authorize } = this.#policy
    if (this.relation !== 'other' || authorize === undefined) return true
    const known = this.#decisions.get(group)
    if (known !== undefined) return known
    if (this.#decisions.size >= MOST_DECISIONS) this.#decisions.clear()
    const decided = this.#ask(authorize, group)
    this.#decisions.set(group, decided)
    return decided
  }

  /** Whether the peer may say so. Parts of one program believe each other; another program speaks for its own actors only. */
  believes(group: string, address: Address, more: number): boolean {
    if (this.relation !== 'other') return true
    return address.node === this.peer.id && this.joins + more <= MOST_JOINS && this.shares(group)
  }

  #ask(authorize: NonNullable<LinkPolicy['authorize']>, group: string): boolean {
    try {
      // A promise is no yes, whatever it will be.
      const answer: unknown = authorize(this.peer, 'group', group)
      return answer === true
    } catch {
      return false // throwing is a no
    }
  }
}
