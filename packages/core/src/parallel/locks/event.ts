/**
 * Handles on events: something has happened, or not yet. They may be sent anywhere.
 */
import { serializable } from '../../index.ts'
import { type LockWaitOptions, settle, toAskOptions } from './calls.ts'
import { LockTimeoutError } from './errors.ts'
import { Keys } from './keys.ts'
import type { HandleState } from './lock.ts'
import { describeLock } from './protocol.ts'

let readState: (event: Event) => HandleState

/** Where an event leads. */
export function stateOfEvent(event: Event): HandleState {
  return readState(event)
}

/** Set or clear. A set wakes all who wait, also when a clear follows at once; those who died wait no more. */
export class Event {
  readonly #state: HandleState
  readonly #keys = new Keys()

  static {
    readState = (event) => event.#state
  }

  /** Events come from `createEvent` and managers; programs do not construct them. */
  constructor(state: HandleState) {
    this.#state = state
  }

  /** Wakes all who wait; nothing when it is set already. */
  async set(): Promise<void> {
    await this.#state.owner.ask('set', this.#state.id)
  }

  /** Whoever comes from now on waits. */
  async clear(): Promise<void> {
    await this.#state.owner.ask('clear', this.#state.id)
  }

  /** At the moment of the answer. */
  async isSet(): Promise<boolean> {
    return await this.#state.owner.ask('isSet', this.#state.id)
  }

  /**
   * Resolves once it is set, at once when it is, with the number of that set, rising from 1. Rejects with LockTimeoutError, the
   * signal's reason, or ActorStoppedError when the owner is gone.
   */
  async wait(options: LockWaitOptions = {}): Promise<number> {
    const { owner, id, kind, name } = this.#state
    const { timeout } = options
    const what = describeLock(kind, name, id)
    const key = this.#keys.next()
    if (timeout === 0) {
      options.signal?.throwIfAborted()
      if (!(await this.isSet())) throw new LockTimeoutError(what, 0)
    }
    const asked = owner.with(toAskOptions(timeout === 0 ? { ...options, timeout: Number.POSITIVE_INFINITY } : options))
    return await settle(asked.ask('waitForSet', id, key), {
      what,
      timeout,
      takeBack: (why) => void owner.tell('giveUp', id, key, why),
    })
  }

  /** Ends it for all: whoever waits is refused with LockClosedError. */
  close(): void {
    void this.#state.owner.tell('close', this.#state.id)
  }
}

serializable(Event, {
  name: 'troupe.Event',
  toState: stateOfEvent,
  fromState: (state: HandleState) => new Event(state),
})
