/**
 * The place of a supervised child that lives on another node. Its address is here, so refs stay valid while the child is
 * restarted, even on a new incarnation of its node; what is sent meanwhile waits. Costs one call per message.
 */
import { RingQueue } from '../base/ring-queue.ts'
import { type Address, formatAddress } from '../model/address.ts'
import { type Envelope, replyPort, streamPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, Target, Watcher } from '../model/target.ts'
import type { Kernel } from './kernel.ts'
import { refuseStopped, stoppedError } from './refusal.ts'

export class Relay implements Child {
  readonly address: Address
  readonly path: string
  readonly #kernel: Kernel
  /** The live child; null while there is none. Written by connect and disconnect. */
  #route: Child | null = null
  #outcome: ExitReason | null = null
  readonly #queue = new RingQueue<Envelope>()
  readonly #watchers = new Set<Watcher>()
  readonly #links = new Map<string, Target>()
  #waiting: { resolve(): void; reject(error: unknown): void }[] = []

  constructor(kernel: Kernel, path: string) {
    this.#kernel = kernel
    this.path = path
    this.address = { node: kernel.nodeId, origin: kernel.nodeId, seq: kernel.nextSeq() }
  }

  get outcome(): ExitReason | null {
    return this.#outcome
  }

  /** The child that stands behind it now. */
  get route(): Child | null {
    return this.#route
  }

  /** A child lives: it gets what waited, then everything else. */
  connect(child: Child): void {
    this.#route = child
    for (let envelope = this.#queue.shift(); envelope !== undefined; envelope = this.#queue.shift()) {
      if (replyPort(envelope)?.settled !== true) forward(child, envelope)
    }
  }

  /** The child is ready: so are those who waited for that. */
  isReady(): void {
    for (const { resolve } of this.#waiting) resolve()
    this.#waiting = []
  }

  /** The life behind it ended; perhaps another one follows. */
  disconnect(reason: ExitReason): void {
    this.#route = null
    for (const peer of [...this.#links.values()]) peer.linkedExit(this, reason)
    this.#links.clear()
  }

  deliver(envelope: Envelope): void | Promise<void> {
    if (this.#outcome !== null) return refuseStopped(envelope, this.path, this.#outcome, this.#kernel.outlets)
    if (this.#route !== null) return this.#route.deliver(envelope)
    this.#queue.push(envelope)
  }

  kill(): void {
    this.#route?.kill()
  }

  restart(): void {
    this.#route?.restart()
  }

  /** Empty for good. */
  bury(reason: ExitReason): void {
    if (this.#outcome !== null) return
    this.#route?.bury(reason)
    this.disconnect(reason)
    this.#outcome = reason
    this.#kernel.forget(this)
    for (let envelope = this.#queue.shift(); envelope !== undefined; envelope = this.#queue.shift()) {
      refuseStopped(envelope, this.path, reason, this.#kernel.outlets)
    }
    for (const { reject } of this.#waiting) reject(stoppedError(this.path, reason))
    for (const watcher of this.#watchers) watcher.ended(reason)
    this.#waiting = []
    this.#watchers.clear()
  }

  watch(watcher: Watcher): void {
    if (this.#outcome !== null) watcher.ended({ kind: 'not-found' })
    else this.#watchers.add(watcher)
  }

  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  ready(): Promise<void> {
    if (this.#outcome !== null) return Promise.reject(stoppedError(this.path, this.#outcome))
    if (this.#route !== null) return this.#route.ready()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  link(peer: Target): void {
    if (this.#outcome !== null) peer.linkedExit(this, { kind: 'not-found' })
    else this.#links.set(formatAddress(peer.address), peer)
  }

  unlink(peer: Target): void {
    this.#links.delete(formatAddress(peer.address))
  }

  linkedExit(from: Target, reason: ExitReason): void {
    this.unlink(from)
    this.#route?.linkedExit(from, reason)
  }
}

/** An argument that cannot be pickled was queued before anybody could know: the error goes where an answer would. */
function forward(child: Child, envelope: Envelope): void {
  try {
    void child.deliver(envelope)
  } catch (error) {
    replyPort(envelope)?.reject(error)
    streamPort(envelope)?.error(error)
  }
}
