/**
 * An actor behind a link, as a target. It holds no state: all of it is the session's, so that a ref that arrived a
 * thousand times costs a thousand small objects and nothing else.
 */
import type { Address } from '../model/address.ts'
import type { Envelope } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { WireTarget } from './wire.ts'

/** What targets at a peer do their work with: its session. */
export interface Outlet {
  deliver(target: RemoteTarget, envelope: Envelope): void | Promise<void>
  kill(target: RemoteTarget): void
  watch(target: RemoteTarget, watcher: Watcher): void
  unwatch(target: RemoteTarget, watcher: Watcher): void
  ready(target: RemoteTarget): Promise<void>
  link(target: RemoteTarget, peer: Target): void
  unlink(target: RemoteTarget, peer: Target): void
  linkedExit(target: RemoteTarget, from: Target, reason: ExitReason): void
}

export class RemoteTarget implements Target {
  readonly outlet: Outlet
  readonly address: Address
  readonly path: string
  /** The address as the peer reads it. */
  readonly wire: WireTarget

  constructor(outlet: Outlet, address: Address, path: string, wire: WireTarget) {
    this.outlet = outlet
    this.address = address
    this.path = path
    this.wire = wire
  }

  /** Throws NotSerializableError for a tell whose arguments cannot be pickled; an ask or a stream is told through its port. */
  deliver(envelope: Envelope): void | Promise<void> {
    return this.outlet.deliver(this, envelope)
  }

  kill(): void {
    this.outlet.kill(this)
  }

  watch(watcher: Watcher): void {
    this.outlet.watch(this, watcher)
  }

  unwatch(watcher: Watcher): void {
    this.outlet.unwatch(this, watcher)
  }

  ready(): Promise<void> {
    return this.outlet.ready(this)
  }

  link(peer: Target): void {
    this.outlet.link(this, peer)
  }

  unlink(peer: Target): void {
    this.outlet.unlink(this, peer)
  }

  linkedExit(from: Target, reason: ExitReason): void {
    this.outlet.linkedExit(this, from, reason)
  }
}
