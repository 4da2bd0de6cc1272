/**
 * Actors of this node whose mailbox is full of a peer's messages: the peer hears once that it should wait, and once that
 * there is room again. What it sends all the same is taken, on its credit.
 */
import type { Connection } from './connection.ts'
import { type WireTarget, Entry, targetKey } from './wire.ts'

export class FullMailboxes {
  readonly #connection: Connection
  /** How many messages wait, by target. */
  readonly #waiting = new Map<string | number, number>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#waiting.size
  }

  /** A message for that target, as the peer wrote it, waits until `accepted` settles. */
  add(target: WireTarget, accepted: Promise<void>): void {
    const key = targetKey(target)
    const waiting = this.#waiting.get(key) ?? 0
    this.#waiting.set(key, waiting + 1)
    if (waiting === 0) this.#connection.control.push([Entry.full, target], null, 'mailbox')
    const done = (): void => this.#accepted(key, target)
    void accepted.then(done, done)
  }

  end(): void {
    this.#waiting.clear()
  }

  #accepted(key: string | number, target: WireTarget): void {
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    if (waiting > 1) {
      this.#waiting.set(key, waiting - 1)
      return
    }
    this.#waiting.delete(key)
    this.#connection.control.push([Entry.room, target], null, 'mailbox')
  }
}
