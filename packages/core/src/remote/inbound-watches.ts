/**
 * A peer's watches on actors of this node. The notice travels in the data lane, behind everything that the actor sent.
 */
import { type ExitReason, NOT_FOUND } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { Connection } from './connection.ts'
import { pushReason } from './portable.ts'
import { Entry } from './wire.ts'

interface InboundWatch {
  readonly target: Target
  readonly watcher: Watcher
}

export class InboundWatches {
  readonly #connection: Connection
  readonly #byId = new Map<number, InboundWatch>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#byId.size
  }

  has(id: number): boolean {
    return this.#byId.has(id)
  }

  /** A target of null is nobody: the peer hears so at once. */
  add(id: number, target: Target | null, of: 'place' | 'life' = 'place'): void {
    if (target === null) {
      this.#notify(id, NOT_FOUND)
      return
    }
    const watcher: Watcher = {
      ...(of === 'life' ? { of } : {}),
      ended: (reason) => {
        if (this.#byId.delete(id)) this.#notify(id, reason)
      },
    }
    this.#byId.set(id, { target, watcher })
    target.watch(watcher)
  }

  remove(id: number): void {
    const watch = this.#byId.get(id)
    if (watch === undefined) return
    this.#byId.delete(id)
    watch.target.unwatch(watch.watcher)
  }

  end(): void {
    const watches = [...this.#byId.values()]
    this.#byId.clear()
    for (const { target, watcher } of watches) target.unwatch(watcher)
  }

  #notify(id: number, reason: ExitReason): void {
    pushReason(this.#connection.data, [Entry.down, id], reason)
  }
}
