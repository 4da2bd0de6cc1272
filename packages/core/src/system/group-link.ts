/**
 * One open link, as the groups of this node see it: who the peer is to this node, and what it may announce.
 */
import type { Address } from '../model/address.ts'
import type { Target } from '../model/target.ts'
import type { GroupOutlet } from '../remote/local-node.ts'

/** A worker of this node, the program that started this node, or another program. */
export type Relation = 'worker' | 'parent' | 'other'

/** Joins that another program may have announced at a time. */
const MOST_JOINS = 10_000

export class GroupLink {
  readonly outlet: GroupOutlet
  readonly relation: Relation
  /** Joins that the peer announced and did not take back. Written by Groups. */
  joins = 0
  /** Groups of which the peer heard: as long as there is such a group, it is decided once. */
  readonly #told = new Set<string>()

  constructor(outlet: GroupOutlet, relation: Relation) {
    this.outlet = outlet
    this.relation = relation
  }

  /** Tells the peer, if it may take part, how often the target is a member; that it left only if it knows the group. */
  tell(group: string, target: Target, times: number): void {
    if (!this.#told.has(group)) {
      if (times === 0 || !this.outlet.allows(group)) return
      this.#told.add(group)
    }
    this.outlet.announce(group, target, times)
  }

  /** The group has no members here any more. */
  forget(group: string): void {
    this.#told.delete(group)
  }

  /**
   * Whether the peer may say so; a no is an event. Parts of one program believe each other; another program speaks for its own
   * actors only, in groups in which it may take part.
   */
  takes(group: string, address: Address, more: number): boolean {
    if (this.relation !== 'other') return true
    if (address.node === this.outlet.peerId && this.joins + more <= MOST_JOINS) return this.outlet.mayUse(group)
    this.outlet.refused(group)
    return false
  }
}
