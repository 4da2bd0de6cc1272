/**
 * Who is told of an actor's end, and whose ends it is told of: watchers, linked actors, children.
 */
import { formatAddress } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, ParentPort, Target, Watcher } from '../model/target.ts'
import { CellState, DEAD, HELD } from './cell-state.ts'

export abstract class CellBonds extends CellState implements Target, ParentPort {
  abstract deliver(envelope: Parameters<Target['deliver']>[0]): void | Promise<void>
  abstract kill(): void
  abstract ready(): Promise<void>
  abstract linkedExit(from: Target, reason: ExitReason): void

  get target(): Target {
    return this
  }

  get outcome(): ExitReason | null {
    return this.state === DEAD ? this.reason : null
  }

  watch(watcher: Watcher): void {
    if (this.state === DEAD) watcher.ended({ kind: 'not-found' })
    else if (watcher.of !== 'life') (this.ownPlace.watchers ??= new Set()).add(watcher)
    else if (this.state >= HELD) watcher.ended(this.reason)
    else (this.ownLife.watchers ??= new Set()).add(watcher)
  }

  unwatch(watcher: Watcher): void {
    this.place?.watchers?.delete(watcher)
    this.life?.watchers?.delete(watcher)
  }

  link(peer: Target): void {
    if (this.state >= HELD) peer.linkedExit(this, { kind: 'not-found' })
    else (this.ownLife.links ??= new Map()).set(formatAddress(peer.address), peer)
  }

  unlink(peer: Target): void {
    this.life?.links?.delete(formatAddress(peer.address))
  }

  childReady(child: Child): void {
    this.life?.supervision?.childReady(child)
  }

  childEnded(child: Child, reason: ExitReason): void {
    const { life } = this
    if (life === null) return
    if (life.supervision !== null) life.supervision.childEnded(child, reason)
    else life.children?.remove(child)
  }
}
