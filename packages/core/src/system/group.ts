/**
 * The handle on a group: what `system.group` returns. It holds a name only; who is a member is looked up for each message.
 */
import { print } from '../base/check.ts'
import type { Observable, Stream } from '../base/observable.ts'
import { NoMembersError } from '../errors/remote-errors.ts'
import type { Group, GroupChange, GroupMessenger } from '../model/group.ts'
import { NOT_FOUND } from '../model/exit-reason.ts'
import type { ArgsOf, ItemOf, MethodsOf, ReplyOf } from '../model/protocol.ts'
import { type ActorRef, type AnyRef, type AskOptions, type Courier, type Messenger, targetOf } from '../model/ref.ts'
import type { Target } from '../model/target.ts'
import { LONGEST_GROUP_NAME } from '../remote/group-news.ts'
import { nameAddress } from '../remote/name-address.ts'
import type { Kernel } from '../actor/kernel.ts'
import type { Groups } from './groups.ts'
import type { Member } from './group-member.ts'
import { Nowhere } from './nowhere.ts'
import { rendezvous } from './rendezvous.ts'

/** What sends to one member, chosen anew for each message. */
class Chosen<Protocol> implements Messenger<Protocol> {
  readonly #courier: Courier
  readonly #options: AskOptions | null
  readonly #choose: () => Target

  constructor(courier: Courier, options: AskOptions | null, choose: () => Target) {
    this.#courier = courier
    this.#options = options
    this.#choose = choose
  }

  tell<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): void | PromiseLike<void> {
    return this.#courier.tell(this.#choose(), method, args, this.#options)
  }

  ask<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): Promise<ReplyOf<Protocol, Method>> {
    // Safe: the group's protocol says what its members' handlers return; nothing at run time could check it.
    return this.#courier.ask(this.#choose(), method, args, this.#options) as Promise<ReplyOf<Protocol, Method>>
  }

  stream<Method extends MethodsOf<Protocol>>(
    method: Method,
    ...args: ArgsOf<Protocol, Method>
  ): Stream<ItemOf<Protocol, Method>> {
    // Safe for the same reason.
    return this.#courier.stream(this.#choose(), method, args, this.#options) as Stream<ItemOf<Protocol, Method>>
  }
}

class Sender<Protocol> extends Chosen<Protocol> implements GroupMessenger<Protocol> {
  readonly name: string
  protected readonly groups: Groups
  protected readonly kernel: Kernel
  readonly #options: AskOptions | null
  readonly #nobody: Target

  constructor(groups: Groups, kernel: Kernel, name: string, options: AskOptions | null) {
    const nobody = new Nobody(kernel, name)
    super(kernel.courier, options, () => groups.find(name)?.next()?.target ?? nobody)
    this.name = name
    this.groups = groups
    this.kernel = kernel
    this.#options = options
    this.#nobody = nobody
  }

  /** To all. What cannot be sent to one of them is thrown when the others have it. */
  override tell<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): void | PromiseLike<void> {
    const rooms: (void | PromiseLike<void>)[] = []
    const failures: unknown[] = []
    for (const { target } of this.list()) {
      if (target === null) continue
      try {
        rooms.push(this.kernel.courier.tell(target, method, args, this.#options))
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    const waiting = rooms.filter((room) => room !== undefined)
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined)
  }

  by(key: string | number): Messenger<Protocol> {
    if (typeof key !== 'string' && typeof key !== 'number')
      throw new TypeError(`by takes a string or a number as the key, not ${print(key)}`)
    return new Chosen<Protocol>(this.kernel.courier, this.#options, () => {
      const members = this.groups.find(this.name)?.members.values() ?? []
      return rendezvous(String(key), members)?.target ?? this.#nobody
    })
  }

  protected list(): readonly Member[] {
    return this.groups.find(this.name)?.list() ?? []
  }
}

export class GroupHandle<Protocol> extends Sender<Protocol> implements Group<Protocol> {
  readonly #mustRun: (action: string) => void

  /** Throws TypeError or RangeError for a name that is none. */
  constructor(groups: Groups, kernel: Kernel, name: string, mustRun: (action: string) => void) {
    if (typeof name !== 'string' || name === '') throw new TypeError(`group takes a name that is not empty, not ${print(name)}`)
    if (name.length > LONGEST_GROUP_NAME)
      throw new RangeError(`group takes a name of up to ${LONGEST_GROUP_NAME} characters, not of ${name.length}`)
    super(groups, kernel, name, null)
    this.#mustRun = mustRun
  }

  join(ref: ActorRef<Protocol>): void {
    this.#mustRun(`let ${ref.path} join group "${this.name}"`)
    this.groups.join(this.name, targetOf(ref))
  }

  leave(ref: ActorRef<Protocol>): boolean {
    return this.groups.leave(this.name, targetOf(ref))
  }

  members(): readonly ActorRef<Protocol>[] {
    return this.#typed(this.list().map(({ ref }) => ref))
  }

  local(): readonly ActorRef<Protocol>[] {
    const here = this.list().filter((member) => member.address.node === this.kernel.nodeId)
    return this.#typed(here.map(({ ref }) => ref))
  }

  with(options: AskOptions): GroupMessenger<Protocol> {
    return new Sender<Protocol>(this.groups, this.kernel, this.name, options)
  }

  get changes(): Observable<GroupChange<Protocol>> {
    // Safe: as for members.
    return this.groups.changes(this.name) as Observable<GroupChange<Protocol>>
  }

  #typed(refs: readonly AnyRef[]): readonly ActorRef<Protocol>[] {
    // Safe: who is in the group is the caller's to know; nothing at run time could check it.
    return refs as readonly ActorRef<Protocol>[]
  }
}

/** Whom a message to one member reaches when there is none. */
class Nobody extends Nowhere {
  readonly #group: string

  constructor(kernel: Kernel, group: string) {
    const { nodeId, name, outlets } = kernel
    super(nameAddress(nodeId, group), `troupe://${name}/group ${group}`, NOT_FOUND, outlets)
    this.#group = group
  }

  protected override stopped(): Error {
    return new NoMembersError(this.#group)
  }
}
