/**
 * The handle on a node over one link: when that is lost, the handle is dead.
 */
import { checkTimeout } from '../base/check.ts'
import type { NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Peer, RemoteNode } from '../model/node.ts'
import type { Dynamic } from '../model/protocol.ts'
import type { ActorRef } from '../model/ref.ts'

export class PeerNode implements RemoteNode {
  readonly name: string
  readonly id: NodeId
  readonly exited: Promise<ExitReason>
  readonly #peer: Peer
  #alive = true

  constructor(peer: Peer) {
    this.#peer = peer
    this.name = peer.name
    this.id = peer.id
    this.exited = peer.closed
    void peer.closed.then(() => (this.#alive = false))
  }

  get alive(): boolean {
    return this.#alive
  }

  lookup<Protocol = Dynamic>(name: string): ActorRef<Protocol> {
    return this.#peer.lookup<Protocol>(name)
  }

  async up(timeout: number = Infinity): Promise<boolean> {
    checkTimeout('up', timeout)
    return this.#alive
  }

  async close(): Promise<void> {
    this.#peer.close()
    await this.exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
