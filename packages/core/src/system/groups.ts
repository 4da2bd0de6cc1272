/**
 * Who is a member of which group, on this node and on those that it is connected to. There is no agreement between nodes: each
 * announces its own members, and knows those of others a moment later, while the link to them is open.
 *
 * News spreads like this: a node tells another program of its own actors; a worker tells the program that started it of its own
 * and its workers'; a program tells its workers of all that it knows. So no news goes in a circle, and nobody is told what it said.
 */
import { Cell } from '../actor/cell.ts'
import type { Kernel } from '../actor/kernel.ts'
import { Relay } from '../actor/relay.ts'
import { Observable } from '../base/observable.ts'
import { type Address, formatAddress } from '../model/address.ts'
import type { GroupChange } from '../model/group.ts'
import { ActorRef, type AnyRef } from '../model/ref.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { GroupDesk, GroupOutlet } from '../remote/local-node.ts'
import { addressedName } from '../remote/name-address.ts'
import { GroupLink, type Relation } from './group-link.ts'
import { Member } from './group-member.ts'
import { GroupState } from './group-state.ts'

export class Groups implements GroupDesk {
  readonly #kernel: Kernel
  /** Only those that have members or listeners. */
  readonly #states = new Map<string, GroupState>()
  readonly #links = new Map<GroupOutlet, GroupLink>()
  #closed = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** How many groups are kept. */
  get size(): number {
    return this.#states.size
  }

  /** What is known of a group; null when it has neither members nor listeners. */
  find(name: string): GroupState | null {
    return this.#states.get(name) ?? null
  }

  /** Throws TypeError for what cannot be a member here. One that has ended does not join. */
  join(name: string, target: Target): void {
    this.#checkOwn(name, target)
    const key = formatAddress(target.address)
    const own = this.#states.get(name)?.members.get(key)?.own ?? null
    const life = lifeOf(target)
    if (own !== null) {
      // The joins of an earlier life are replaced, so that an actor that joins in its setup is a member once.
      const times = own.life === life ? own.times + 1 : 1
      this.#update(name, target.address, (member) => (member.own = { ...own, life, times }))
      return
    }
    let ended = (target.outcome ?? null) !== null
    const watcher: Watcher = {
      ended: () => {
        ended = true
        if (this.#states.get(name)?.members.get(key)?.own?.watcher !== watcher) return
        this.#update(name, target.address, (member) => (member.own = null))
      },
    }
    if (!ended) target.watch(watcher)
    if (!ended) this.#update(name, target.address, (member) => (member.own = { target, watcher, life, times: 1 }))
  }

  /** False when it did not join here. */
  leave(name: string, { address }: Target): boolean {
    const own = this.#states.get(name)?.members.get(formatAddress(address))?.own ?? null
    if (own === null) return false
    const { target, watcher, times } = own
    if (times === 1) target.unwatch(watcher)
    this.#update(name, address, (member) => (member.own = times === 1 ? null : { ...own, times: times - 1 }))
    return true
  }

  changes(name: string): Observable<GroupChange> {
    return new Observable<GroupChange>((listener) => {
      const state = this.#open(name)
      if (this.#closed) state.changes.close()
      const subscription = state.changes.stream.subscribe(listener)
      return () => {
        subscription.unsubscribe()
        this.#tidy(name, state)
      }
    })
  }

  /** A session is open: the peer is told who is a member. Before anything of it is taken in. */
  opened(outlet: GroupOutlet, relation: Relation): void {
    const link = new GroupLink(outlet, relation)
    this.#links.set(outlet, link)
    for (const [name, { members }] of this.#states)
      for (const member of members.values()) this.#tell(link, name, member, this.#timesFor(link, member))
  }

  heard(from: GroupOutlet, name: string, address: Address, path: string, times: number): void {
    const link = this.#links.get(from)
    if (link === undefined) return
    const known = this.#states.get(name)?.members.get(formatAddress(address))?.heard.get(link) ?? null
    const more = times - (known?.times ?? 0)
    if (more === 0) return
    if (more > 0 && !link.takes(name, address, more)) return
    const target = known?.target ?? from.targetFor(address, path)
    if (target === null) return
    link.joins += more
    this.#update(name, address, ({ heard }) => {
      if (times === 0) heard.delete(link)
      else heard.set(link, { target, times })
    })
  }

  closed(from: GroupOutlet): void {
    const link = this.#links.get(from)
    if (link === undefined) return
    this.#links.delete(from)
    for (const [name, state] of this.#states) {
      const lost = [...state.members.values()].filter(({ heard }) => heard.has(link))
      const left = lost.flatMap((member) => {
        const times = member.times
        const { ref } = member
        this.#apply(name, state, member, ({ heard }) => heard.delete(link))
        return repeat(ref, times - member.times)
      })
      this.#report(name, state, { joined: [], left })
    }
  }

  /** The system is down. */
  close(): void {
    this.#closed = true
    for (const { changes } of this.#states.values()) changes.close()
    this.#states.clear()
    this.#links.clear()
  }

  /** Changes what is known of a member, tells those peers for whom that makes a difference, then who listens here. */
  #update(name: string, address: Address, change: (member: Member) => unknown): void {
    const state = this.#open(name)
    const key = formatAddress(address)
    const member = state.members.get(key) ?? new Member(address, (target) => new ActorRef(this.#kernel.courier, target))
    state.members.set(key, member)
    const before = member.times
    const old = before > 0 ? member.ref : null
    this.#apply(name, state, member, change)
    const more = member.times - before
    const ref = old ?? member.ref
    this.#report(name, state, { joined: repeat(ref, more), left: repeat(ref, -more) })
  }

  #apply(name: string, state: GroupState, member: Member, change: (member: Member) => unknown): void {
    const links = [...this.#links.values()]
    const before = links.map((link) => this.#timesFor(link, member))
    const { target } = member
    change(member)
    if (member.times === 0) state.members.delete(member.key)
    state.changed()
    links.forEach((link, index) => {
      const times = this.#timesFor(link, member)
      if (times !== before[index]) this.#tell(link, name, member, times, target)
    })
  }

  /** `last` is where it was while it was a member. */
  #tell(link: GroupLink, name: string, member: Member, times: number, last: Target | null = null): void {
    const target = member.target ?? last
    if (target !== null) link.tell(name, target, times)
  }

  #timesFor(link: GroupLink, member: Member): number {
    return member.timesFor(link, this.#kernel.nodeId)
  }

  /** Listeners run in the middle of actors' turns, but are no part of them. */
  #report(name: string, state: GroupState, change: GroupChange): void {
    if (change.joined.length + change.left.length > 0 && state.changes.hasListeners)
      this.#kernel.asNobody(() => state.changes.emit(change))
    this.#tidy(name, state)
  }

  #open(name: string): GroupState {
    const known = this.#states.get(name)
    if (known !== undefined) return known
    const state = new GroupState(this.#kernel.nodeId)
    this.#states.set(name, state)
    return state
  }

  #tidy(name: string, state: GroupState): void {
    if (!state.isUnused || this.#states.get(name) !== state) return
    this.#states.delete(name)
    for (const link of this.#links.values()) link.forget(name)
  }

  #checkOwn(name: string, { address, path }: Target): void {
    if (addressedName(address) !== null)
      throw new TypeError(`group "${name}" takes actors, not names: ${path} may be another one tomorrow`)
    const { node } = address
    if (node === this.#kernel.nodeId) return
    for (const { relation, outlet } of this.#links.values()) if (relation === 'worker' && outlet.peerId === node) return
    throw new TypeError(
      `group "${name}" takes actors of this node and of its workers; ${path} lives on ${node}: let it join there, with self.system.group("${name}").join(self.ref)`,
    )
  }
}

/** How often an actor of this node was restarted. */
function lifeOf(target: Target): number {
  return target instanceof Cell || target instanceof Relay ? target.restarts : 0
}

function repeat(ref: AnyRef, times: number): readonly AnyRef[] {
  return times > 0 ? new Array<AnyRef>(times).fill(ref) : []
}
