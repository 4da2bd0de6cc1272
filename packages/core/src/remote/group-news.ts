/**
 * Who is a member of which group, to and from one peer. Each entry says how often an actor is a member from now on, so that
 * repeating one changes nothing. They travel in the data lane: nobody hears that a member left before what it sent. Whom to believe,
 * and who is told, is the system's to decide.
 */
import type { Address, NodeId } from '../model/address.ts'
import type { Target } from '../model/target.ts'
import type { Connection } from './connection.ts'
import { EntryFields } from './entry-fields.ts'
import type { GroupOutlet } from './local-node.ts'
import { addressedName } from './name-address.ts'
import { Entry } from './wire.ts'

/** Characters of a group's name. Part of the protocol. */
export const LONGEST_GROUP_NAME = 255
/** Characters of a member's path. Part of the protocol; what is longer is cut. */
const LONGEST_PATH = 1_024

export class GroupNews implements GroupOutlet {
  readonly #connection: Connection
  readonly #fields: EntryFields

  constructor(connection: Connection) {
    this.#connection = connection
    this.#fields = new EntryFields(connection.peerName)
  }

  get peerId(): NodeId {
    return this.#connection.peerId
  }

  allows(group: string): boolean {
    return this.#connection.local.allows('group', group)
  }

  mayUse(group: string): boolean {
    return this.#connection.local.mayUse('group', group)
  }

  refused(group: string): void {
    this.#connection.local.refused('group', group)
  }

  announce(group: string, target: Target, times: number): void {
    const { book, data, ended } = this.#connection
    if (ended !== null) return
    const { address, path } = target
    const wire = book.writeTarget(address)
    if (times === 0) {
      data.push([Entry.leave, group, wire], null, 'group')
      return
    }
    book.given(target)
    data.push([Entry.join, group, wire, path.slice(0, LONGEST_PATH), times], null, 'group')
  }

  targetFor(address: Address, path: string): Target | null {
    return this.#connection.book.memberOf(address, path)
  }

  /** Throws ProtocolError. */
  join(entry: readonly unknown[]): void {
    const fields = this.#fields
    const path = fields.text(entry[3], 'the path of a member')
    if (path.length > LONGEST_PATH) throw fields.broken(`the path of a member has ${path.length} characters`)
    const times = fields.amount(entry[4], 'a number of joins')
    if (times === 0) throw fields.broken('a join of no times')
    this.#heard(entry, path, times)
  }

  /** Throws ProtocolError. */
  leave(entry: readonly unknown[]): void {
    this.#heard(entry, '', 0)
  }

  end(): void {
    this.#connection.local.groups.closed(this)
  }

  #heard(entry: readonly unknown[], path: string, times: number): void {
    const { book, local } = this.#connection
    const group = this.#fields.text(entry[1], 'a group')
    if (group === '' || group.length > LONGEST_GROUP_NAME)
      throw this.#fields.broken(`a group's name has ${group.length} characters`)
    const address = book.readTarget(entry[2])
    if (address === null || addressedName(address) !== null) throw this.#fields.broken('a member is spelled wrongly')
    local.groups.heard(this, group, address, path, times)
  }
}
