/**
 * The target of refs that lead to nobody: an address on a node that is not connected, or a name that nobody has.
 */
import { ActorStoppedError } from '../errors/actor-errors.ts'
import type { Address } from '../model/address.ts'
import { type Envelope, TELL, replyPort, streamPort } from '../model/envelope.ts'
import { type ExitReason, describeExit } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { Outlets } from '../actor/kernel.ts'

export class Nowhere implements Target {
  readonly address: Address
  readonly path: string
  readonly #reason: ExitReason
  readonly #outlets: Outlets

  constructor(address: Address, path: string, reason: ExitReason, outlets: Outlets) {
    this.address = address
    this.path = path
    this.#reason = reason
    this.#outlets = outlets
  }

  deliver(envelope: Envelope): void {
    replyPort(envelope)?.reject(this.stopped())
    streamPort(envelope)?.error(this.stopped())
    if (envelope.kind !== TELL) return
    const why = this.#reason.kind === 'disconnected' ? 'disconnected' : 'not-found'
    this.#outlets.deadLetter({
      target: this.path,
      method: envelope.method,
      args: envelope.args,
      sender: envelope.sender?.path ?? null,
      why,
    })
  }

  kill(): void {
    // Nobody is there.
  }

  watch(watcher: Watcher): void {
    watcher.ended(this.#reason)
  }

  unwatch(): void {
    // The watcher heard already.
  }

  ready(): Promise<void> {
    return Promise.reject(this.stopped())
  }

  link(peer: Target): void {
    peer.linkedExit(this, this.#reason)
  }

  unlink(): void {
    // Nothing was linked.
  }

  linkedExit(): void {
    // Nobody is there to hear it.
  }

  /** What callers are told. */
  protected stopped(): Error {
    return new ActorStoppedError(this.path, this.#reason, describeExit(this.#reason))
  }
}
