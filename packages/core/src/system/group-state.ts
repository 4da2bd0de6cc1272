/**
 * What a node knows of one group: its members, whose turn is next, and who listens. Kept while there is one of these.
 */
import { EventOutlet } from '../events/event-outlet.ts'
import type { GroupChange } from '../model/group.ts'
import type { NodeId } from '../model/address.ts'
import type { AnyRef } from '../model/ref.ts'
import type { Member } from './group-member.ts'

export class GroupState {
  /** By their addresses as text, as they came. */
  readonly members: Map<string, Member> = new Map()
  readonly changes: EventOutlet<GroupChange>
  readonly #node: NodeId
  /** Each as often as it joined, those of this node first; null when somebody came or went since. */
  #list: readonly Member[] | null = null
  #turn = 0

  constructor(node: NodeId) {
    this.#node = node
    this.changes = new EventOutlet<GroupChange>(() => (this.members.size === 0 ? [] : [{ joined: this.refs(), left: [] }]))
  }

  get isUnused(): boolean {
    return this.members.size === 0 && !this.changes.hasListeners
  }

  list(): readonly Member[] {
    if (this.#list !== null) return this.#list
    const here: Member[] = []
    const elsewhere: Member[] = []
    for (const member of this.members.values()) {
      const list = this.isHere(member) ? here : elsewhere
      for (let left = member.times; left > 0; left--) list.push(member)
    }
    return (this.#list = [...here, ...elsewhere])
  }

  refs(): readonly AnyRef[] {
    return this.list().map(({ ref }) => ref)
  }

  isHere({ address }: Member): boolean {
    return address.node === this.#node
  }

  /** The next one, round and round; null when there is none. */
  next(): Member | null {
    const list = this.list()
    if (this.#turn >= list.length) this.#turn = 0
    return list[this.#turn++] ?? null
  }

  /** Call it when somebody came or went. */
  changed(): void {
    this.#list = null
  }
}
