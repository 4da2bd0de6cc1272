/**
 * Watchers of this node on actors at a peer. One watch goes over the wire for each actor, and one for its life, however many
 * watch it; each watcher hears exactly one end: the actor's, or the session's.
 */
import { formatAddress } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Watcher } from '../model/target.ts'
import type { Connection } from './connection.ts'
import type { RemoteTarget } from './remote-target.ts'
import { Entry, LIFE } from './wire.ts'

interface RemoteWatch {
  readonly id: number
  readonly key: string
  readonly watchers: Set<Watcher>
}

export class RemoteWatches {
  readonly #connection: Connection
  readonly #byId = new Map<number, RemoteWatch>()
  readonly #byAddress = new Map<string, RemoteWatch>()
  #lastId = 0

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#byId.size + this.#byAddress.size
  }

  add(target: RemoteTarget, watcher: Watcher): void {
    const { data, ended } = this.#connection
    if (ended !== null) {
      watcher.ended(ended)
      return
    }
    const key = keyOf(target, watcher)
    const known = this.#byAddress.get(key)
    if (known !== undefined) {
      known.watchers.add(watcher)
      return
    }
    const watch: RemoteWatch = { id: ++this.#lastId, key, watchers: new Set([watcher]) }
    this.#byId.set(watch.id, watch)
    this.#byAddress.set(key, watch)
    const entry = [Entry.watch, watch.id, target.wire]
    data.push(watcher.of === 'life' ? [...entry, LIFE] : entry, null, 'watch')
  }

  remove(target: RemoteTarget, watcher: Watcher): void {
    const watch = this.#byAddress.get(keyOf(target, watcher))
    if (watch === undefined || !watch.watchers.delete(watcher) || watch.watchers.size > 0) return
    this.#forget(watch)
    this.#connection.data.push([Entry.unwatch, watch.id], null, 'watch')
  }

  /** The peer says that the actor ended. */
  down(id: number, reason: ExitReason): void {
    const watch = this.#byId.get(id)
    if (watch === undefined) return
    this.#forget(watch)
    for (const watcher of watch.watchers) watcher.ended(reason)
  }

  end(reason: ExitReason): void {
    const watches = [...this.#byId.values()]
    this.#byId.clear()
    this.#byAddress.clear()
    for (const { watchers } of watches) for (const watcher of watchers) watcher.ended(reason)
  }

  #forget(watch: RemoteWatch): void {
    this.#byId.delete(watch.id)
    this.#byAddress.delete(watch.key)
  }
}

function keyOf(target: RemoteTarget, { of }: Watcher): string {
  const address = formatAddress(target.address)
  return of === 'life' ? `${address} life` : address
}
