/**
 * Waits for the setup of actors at a peer. Each settles: with the actor's setup, its end, or the end of the session.
 */
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connection } from './connection.ts'
import { stoppedError } from './refusal.ts'
import type { RemoteTarget } from './remote-target.ts'
import { Entry } from './wire.ts'

interface ReadyWait {
  readonly path: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class ReadyWaits {
  readonly #connection: Connection
  readonly #waiting = new Map<number, ReadyWait>()
  #lastId = 0

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#waiting.size
  }

  add(target: RemoteTarget): Promise<void> {
    const { data, ended } = this.#connection
    if (ended !== null) return Promise.reject(stoppedError(target.path, ended))
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#waiting.set(id, { path: target.path, resolve, reject })
      data.push([Entry.awaitReady, id, target.wire], null, 'ready')
    })
  }

  ready(id: number): void {
    this.#take(id)?.resolve()
  }

  failed(id: number, error: unknown): void {
    this.#take(id)?.reject(error)
  }

  end(reason: ExitReason): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { path, reject } of waiting) reject(stoppedError(path, reason))
  }

  #take(id: number): ReadyWait | undefined {
    const wait = this.#waiting.get(id)
    this.#waiting.delete(id)
    return wait
  }
}
