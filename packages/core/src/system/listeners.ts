/**
 * The listeners of a system: each takes links until it is closed, and lets peers start what it offers.
 */
import type { Listener } from '../model/link.ts'
import type { Link } from '../model/link.ts'
import type { Listening, ListenOptions } from '../model/system.ts'
import type { Outlets } from '../actor/kernel.ts'
import { type AnyDefinition, type FindDefinition, offered } from './access.ts'
import type { Peers } from './peers.ts'

export class Listeners {
  readonly #peers: Peers
  readonly #outlets: Outlets
  readonly #open = new Set<Listening>()

  constructor(peers: Peers, outlets: Outlets) {
    this.#peers = peers
    this.#outlets = outlets
  }

  async listen(listener: Listener, options: ListenOptions): Promise<Listening> {
    const find = this.access(options)
    const bound = await listener.listen((link) => void this.#accept(link, find))
    const close = async (): Promise<void> => {
      if (!this.#open.delete(listening)) return
      await bound.close()
    }
    const listening: Listening = { address: bound.address, close, [Symbol.asyncDispose]: close }
    this.#open.add(listening)
    return listening
  }

  /** What a peer may start, as `offer` says. */
  access(options: ListenOptions): FindDefinition {
    const offer: readonly AnyDefinition[] = options.offer ?? []
    const { name } = this.#peers
    return offered(name, offer, (definition) => this.#outlets.emit({ kind: 'peer-refused', node: name, action: 'spawn', name: definition }))
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((listening) => listening.close()))
  }

  async #accept(link: Link, find: FindDefinition): Promise<void> {
    try {
      await this.#peers.open(link, find, { role: 'acceptor', trust: 'untrusted' })
    } catch {
      this.#outlets.emit({ kind: 'peer-refused', node: link.peer, action: 'connect', name: this.#peers.name })
    }
  }
}
