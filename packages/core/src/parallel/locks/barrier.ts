/**
 * Handles on barriers: a place where a number of parties wait for each other. They may be sent anywhere.
 */
import { isTroupeError, serializable } from '../../index.ts'
import { type LockWaitOptions, toAskOptions, toQuickOptions } from './calls.ts'
import { BarrierBrokenError, LockTimeoutError } from './errors.ts'
import { Keys } from './keys.ts'
import type { HandleState } from './lock.ts'
import { type GivenUp, type Passed, describeLock } from './protocol.ts'

/** What the last party of each round does before all go on. A task, where the barrier is sent to other nodes. */
export type BarrierAction = () => unknown

export interface BarrierState extends HandleState {
  readonly action: BarrierAction | null
}

let readState: (barrier: Barrier) => BarrierState

/** Where a barrier leads. */
export function stateOfBarrier(barrier: Barrier): BarrierState {
  return readState(barrier)
}

/**
 * Opens when all parties wait at it, then is whole again for the next round. It breaks when a party gives up, when its action
 * fails, and by `abort`, and stays so until `reset`; when a party dies, only the round that it waited in fails.
 */
export class Barrier {
  readonly #state: BarrierState
  readonly #keys = new Keys()

  static {
    readState = (barrier) => barrier.#state
  }

  /** Barriers come from `createBarrier` and managers; programs do not construct them. */
  constructor(state: BarrierState) {
    this.#state = state
  }

  /**
   * Resolves when all are there, with a number from 0 to n - 1 that no other party of the round gets: its place in the order of
   * arrival. Rejects with BarrierBrokenError, whose cause is the death or the timeout that broke it; after an abort of the own
   * signal with its reason. The last party runs the action; what that throws rejects its call, and breaks the barrier.
   */
  async wait(options: LockWaitOptions = {}): Promise<number> {
    const { owner, id, action } = this.#state
    const key = this.#keys.next()
    const { index, acts } = await this.#arrive(key, options)
    if (!acts) return index
    try {
      await action?.()
    } catch (error) {
      await owner.ask('acted', id, key, 'failed')
      throw error
    }
    await owner.ask('acted', id, key, 'done')
    return index
  }

  /** Breaks it: whoever waits gets BarrierBrokenError, and so does who comes, until `reset`. */
  async abort(): Promise<void> {
    await this.#state.owner.ask('abort', this.#state.id)
  }

  /** Whole and empty: whoever waits gets BarrierBrokenError. */
  async reset(): Promise<void> {
    await this.#state.owner.ask('reset', this.#state.id)
  }

  /** Whether it is broken until `reset`. */
  async broken(): Promise<boolean> {
    return await this.#state.owner.ask('isBroken', this.#state.id)
  }

  /** Ends it for all: whoever waits is refused with LockClosedError. */
  close(): void {
    void this.#state.owner.tell('close', this.#state.id)
  }

  async #arrive(key: string, options: LockWaitOptions): Promise<Passed> {
    const { owner, id, kind, name } = this.#state
    const what = describeLock(kind, name, id)
    const takeBack = (why: GivenUp): void => void owner.tell('giveUp', id, key, why)
    try {
      if (options.timeout === 0) return await owner.with(toQuickOptions(options)).ask('arrive', id, key, 'poll')
      return await owner.with(toAskOptions(options)).ask('arrive', id, key, 'wait')
    } catch (error) {
      if (isTroupeError(error, 'TROUPE_ASK_TIMEOUT')) {
        const limit = options.timeout ?? null
        takeBack({ kind: 'timeout', timeout: limit })
        throw new BarrierBrokenError(what, 'this party did not wait longer', new LockTimeoutError(what, limit))
      }
      if (options.signal?.aborted === true) takeBack({ kind: 'aborted' })
      throw error
    }
  }
}

serializable(Barrier, {
  name: 'troupe.Barrier',
  toState: stateOfBarrier,
  fromState: (state: BarrierState) => new Barrier(state),
})
