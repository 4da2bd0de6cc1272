/**
 * What stands for this node where a message came from no actor: to compare and to watch. It takes no messages, and lives as
 * long as its node: those who watch it from elsewhere hear of its end when the link to it ends.
 */
import { ActorStoppedError } from '../errors/actor-errors.ts'
import { type Address, type NodeId, nodeAddress } from '../model/address.ts'
import { type Envelope, TELL, replyPort, streamPort } from '../model/envelope.ts'
import { NOT_FOUND, describeExit } from '../model/exit-reason.ts'
import type { Target } from '../model/target.ts'
import type { Outlets } from '../actor/kernel.ts'

export class NodeTarget implements Target {
  readonly address: Address
  readonly path: string
  readonly #outlets: Outlets

  constructor(node: NodeId, path: string, outlets: Outlets) {
    this.address = nodeAddress(node)
    this.path = path
    this.#outlets = outlets
  }

  deliver(envelope: Envelope): void {
    const { method, args, sender } = envelope
    const error = (): Error => new ActorStoppedError(this.path, NOT_FOUND, describeExit(NOT_FOUND))
    replyPort(envelope)?.reject(error())
    streamPort(envelope)?.error(error())
    if (envelope.kind !== TELL) return
    this.#outlets.deadLetter({ target: this.path, method, args, sender: sender?.path ?? null, why: 'not-found' })
  }

  kill(): void {
    // A ref to it is no right to end the node.
  }

  watch(): void {
    // Whoever watches from here ends with the node.
  }

  unwatch(): void {
    // Nothing was kept.
  }

  ready(): Promise<void> {
    return Promise.resolve()
  }

  link(): void {
    // As for watchers.
  }

  unlink(): void {
    // Nothing was kept.
  }

  linkedExit(): void {
    // Nobody's end is the node's.
  }
}
