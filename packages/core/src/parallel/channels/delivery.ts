/**
 * What consumers of a queue with manual acks get: a value that is theirs until they settle it, or die.
 */
import type { Line } from './line.ts'

/** One delivery of a value. While it is neither done nor failed the queue keeps the value, and delivers it again if its consumer dies. */
export class Delivery<Item> {
  readonly value: Item
  /** How often the value was delivered, this time included. */
  readonly deliveries: number
  readonly #token: number
  readonly #line: Line
  /** Holds the queue's handle: its line must stay open while this is unsettled. */
  readonly #queue: object

  /** Deliveries come from `get`; programs do not construct them. */
  constructor(value: Item, deliveries: number, token: number, queue: object, line: Line) {
    this.value = value
    this.deliveries = deliveries
    this.#token = token
    this.#queue = queue
    this.#line = line
  }

  /** The value is done with; counts for `join`. Rejects DeliverySettledError when this was settled before. */
  async done(): Promise<void> {
    await this.#settle('done')
  }

  /**
   * It could not be done: the value is delivered again, in its old place, or becomes a dead letter with this error. Rejects
   * DeliverySettledError when this was settled before.
   */
  async fail(error?: unknown): Promise<void> {
    await this.#settle('failed', error)
  }

  async #settle(method: 'done' | 'failed', ...args: readonly unknown[]): Promise<void> {
    void this.#queue
    await this.#line.call(method, [this.#token, ...args])
  }
}
