/**
 * The link to a worker as core sees it. Its `closed` carries the worker's exit reason, so that pending asks reject with it: it
 * comes when the worker has ended and everything that it sent before has been delivered.
 */
import type { ExitReason, Link, LinkEvents, MemoryLane } from '@troupe/core/transport'
import type { WorkerLink } from './worker-link.ts'

export class NodeLink implements Link {
  readonly peer: string
  readonly memory?: MemoryLane
  readonly #link: WorkerLink
  readonly #onClose: (reason: ExitReason) => void
  #events: LinkEvents | null = null
  /** Set once the worker has ended. */
  #ended: ExitReason | null = null

  /** `onClose` hears that core closes the link. */
  constructor(link: WorkerLink, onClose: (reason: ExitReason) => void) {
    this.peer = link.peer
    if (link.memory !== undefined) this.memory = link.memory
    this.#link = link
    this.#onClose = onClose
  }

  open(events: LinkEvents): void {
    this.#events = events
    this.#link.open({ frame: (bytes) => events.frame(bytes), drain: () => events.drain(), closed: () => {} })
    if (this.#ended !== null) events.closed(this.#ended)
  }

  send(frame: Uint8Array): boolean {
    return this.#link.send(frame)
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    this.#onClose(reason)
    this.#link.close(reason)
  }

  /** The worker has ended. */
  end(reason: ExitReason): void {
    this.#ended = reason
    this.#events?.closed(reason)
  }
}
