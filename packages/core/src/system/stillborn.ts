/**
 * A child that never lived, because its node was gone before the spawn. Its parent hears so on the next turn, as it would of
 * any other end.
 */
import { StartFailedError } from '../errors/actor-errors.ts'
import type { Outlets } from '../actor/kernel.ts'
import type { Address } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, ParentPort } from '../model/target.ts'
import { Nowhere } from './nowhere.ts'

export class Stillborn extends Nowhere implements Child {
  readonly outcome: ExitReason
  readonly #parent: ParentPort

  constructor(address: Address, path: string, reason: ExitReason, outlets: Outlets, parent: ParentPort) {
    super(address, path, reason, outlets)
    this.outcome = reason
    this.#parent = parent
    this.#report()
  }

  override ready(): Promise<void> {
    return Promise.reject(new StartFailedError(this.path, this.stopped()))
  }

  restart(): void {
    this.#report()
  }

  bury(): void {
    // It never lived.
  }

  #report(): void {
    queueMicrotask(() => this.#parent.childEnded(this, this.outcome))
  }
}
