/**
 * The target of refs that mean whoever has a name, message by message. A watcher or a linked actor stays with the one that
 * had the name when it came.
 */
import type { StandIn } from '../actor/deadlock.ts'
import type { Address } from '../model/address.ts'
import type { Envelope } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'

export abstract class LateBound implements Target, StandIn {
  abstract readonly address: Address
  abstract readonly path: string
  /** Who had the name when a watcher or a linked actor came. */
  readonly #bound = new WeakMap<Watcher | Target, Target>()

  /** Whoever has the name now; never null: nobody is a target too. */
  abstract get standsFor(): Target

  deliver(envelope: Envelope): void | Promise<void> {
    return this.standsFor.deliver(envelope)
  }

  kill(): void {
    this.standsFor.kill()
  }

  watch(watcher: Watcher): void {
    this.#bind(watcher).watch(watcher)
  }

  unwatch(watcher: Watcher): void {
    this.#boundTo(watcher).unwatch(watcher)
  }

  ready(): Promise<void> {
    return this.standsFor.ready()
  }

  link(peer: Target): void {
    this.#bind(peer).link(peer)
  }

  unlink(peer: Target): void {
    this.#boundTo(peer).unlink(peer)
  }

  linkedExit(from: Target, reason: ExitReason): void {
    this.#boundTo(from).linkedExit(from, reason)
  }

  #bind(party: Watcher | Target): Target {
    const target = this.standsFor
    this.#bound.set(party, target)
    return target
  }

  #boundTo(party: Watcher | Target): Target {
    return this.#bound.get(party) ?? this.standsFor
  }
}
