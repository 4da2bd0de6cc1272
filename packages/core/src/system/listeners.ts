/**
 * The listeners of a system: each takes links until it is closed, and lets peers start what it offers.
 */
import { SystemDownError } from '../errors/actor-errors.ts'
import type { Link, Listener } from '../model/link.ts'
import type { LinkPolicy } from '../model/link-policy.ts'
import type { Listening, ListenOptions } from '../model/system.ts'
import type { Outlets } from '../actor/kernel.ts'
import { checkSecret } from '../remote/auth.ts'
import { type AnyDefinition, type Grant, offered, policyOf } from './access.ts'
import type { Peers } from './peers.ts'

/** Links of one listener that are still shaking hands; above it they are closed at once. */
const MOST_UNAUTHENTICATED = 64

export class Listeners {
  readonly #peers: Peers
  readonly #outlets: Outlets
  readonly #open = new Set<Listening>()
  #closed = false

  constructor(peers: Peers, outlets: Outlets) {
    this.#peers = peers
    this.#outlets = outlets
  }

  async listen(listener: Listener, options: ListenOptions): Promise<Listening> {
    const grant = this.grant(listener, options)
    const guests = new Set<Link>()
    const bound = await listener.listen((link) => void this.#accept(link, grant, guests))
    const close = async (): Promise<void> => {
      if (!this.#open.delete(listening)) return
      await bound.close()
    }
    const listening: Listening = { address: bound.address, close, [Symbol.asyncDispose]: close }
    this.#open.add(listening)
    if (!this.#closed) return listening
    // The system ended while the listener was being bound.
    await close()
    throw new SystemDownError(this.#peers.name, 'listen')
  }

  /** What peers may do over links of this transport. Throws TypeError for an offer that names two definitions alike, and for a bad secret. */
  grant(carrier: LinkPolicy, options: ListenOptions): Grant {
    const policy = policyOf(carrier, options)
    checkSecret(policy.secret)
    const offer: readonly AnyDefinition[] = policy.offer ?? []
    return { find: offered(this.#peers.name, offer), policy }
  }

  /** For the end of the system: takes no more calls. One that cannot be closed does not hold up the others. */
  async closeAll(): Promise<void> {
    this.#closed = true
    await Promise.all(
      [...this.#open].map((listening) =>
        listening.close().catch((error: unknown) => {
          this.#outlets.emit({
            kind: 'unhandled-error',
            path: `troupe://${this.#peers.name}`,
            error,
            during: `closing ${listening.address}`,
          })
        }),
      ),
    )
  }

  /** `guests`: the listener's links that have not proved themselves yet. */
  async #accept(link: Link, grant: Grant, guests: Set<Link>): Promise<void> {
    if (guests.size >= MOST_UNAUTHENTICATED) {
      link.close()
      this.#refused(link)
      return
    }
    guests.add(link)
    try {
      await this.#peers.open(link, grant, 'acceptor')
    } catch {
      this.#refused(link)
    } finally {
      guests.delete(link)
    }
  }

  #refused(link: Link): void {
    this.#outlets.emit({ kind: 'peer-refused', node: link.peer, action: 'connect', name: this.#peers.name })
  }
}
