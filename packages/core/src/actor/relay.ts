/**
 * The place of a supervised child that lives on another node. Its address is here, so refs stay valid while the child is
 * restarted, even on a new incarnation of its node; what is sent meanwhile waits. Costs one call per message.
 */
import { StartFailedError } from '../errors/actor-errors.ts'
import { createMailbox } from '../mailbox/create-mailbox.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { type Address, formatAddress } from '../model/address.ts'
import type { MailboxSpec } from '../model/definition.ts'
import { type Envelope, STOP_SENTINEL, replyPort, streamPort } from '../model/envelope.ts'
import { type ExitReason, NOT_FOUND } from '../model/exit-reason.ts'
import type { Child, Target, Watcher } from '../model/target.ts'
import type { Kernel } from './kernel.ts'
import { refuseFull, refuseStopped, stoppedError } from './refusal.ts'

export class Relay implements Child {
  readonly address: Address
  readonly path: string
  /** The name of what is started behind it. */
  readonly definition: string
  /** How many lives it stood for. */
  #lives = 0
  readonly #kernel: Kernel
  /** The live child; null while there is none. Written by connect and disconnect. */
  #route: Child | null = null
  #isUp = false
  /** Whether the last life was up once. */
  #wasUp = false
  #outcome: ExitReason | null = null
  /** What waits for a child, under the child's own bound. */
  readonly #queue: Mailbox
  readonly #watchers = new Set<Watcher>()
  /** Of the life behind it. */
  readonly #ofLife = new Set<Watcher>()
  /** Actors that are linked to the life behind it; the relay itself is linked to that one, for all of them. */
  readonly #links = new Map<string, Target>()
  #waiting: { resolve(): void; reject(error: unknown): void }[] = []

  constructor(kernel: Kernel, path: string, definition: string, mailbox: MailboxSpec | null) {
    this.#kernel = kernel
    this.path = path
    this.definition = definition
    this.#queue = createMailbox(mailbox)
    this.address = { node: kernel.nodeId, origin: kernel.nodeId, seq: kernel.nextSeq() }
  }

  get outcome(): ExitReason | null {
    return this.#outcome
  }

  /** The child that stands behind it now. */
  get route(): Child | null {
    return this.#route
  }

  /** How many messages wait here for a child. */
  get waiting(): number {
    return this.#queue.length
  }

  get restarts(): number {
    return Math.max(0, this.#lives - 1)
  }

  /** A child lives: it gets what waited, then everything else. */
  connect(child: Child): void {
    this.#route = child
    this.#wasUp = false
    this.#lives++
    for (let envelope = this.#queue.shift(); envelope !== undefined; envelope = this.#queue.shift()) {
      if (replyPort(envelope)?.settled !== true) forward(child, envelope)
    }
  }

  /** The child is ready: so are those who waited for that. */
  isReady(): void {
    this.#isUp = true
    this.#wasUp = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const { resolve } of waiting) resolve()
  }

  /** The life behind it ended; perhaps another one follows. */
  disconnect(reason: ExitReason): void {
    this.#route = null
    this.#isUp = false
    const peers = [...this.#links.values()]
    this.#links.clear()
    for (const peer of peers) peer.linkedExit(this, reason)
    const ofLife = [...this.#ofLife]
    this.#ofLife.clear()
    for (const watcher of ofLife) watcher.ended(reason)
  }

  deliver(envelope: Envelope): void | Promise<void> {
    if (this.#outcome !== null) return refuseStopped(envelope, this.path, this.#outcome, this.#kernel.outlets)
    if (this.#route !== null) return this.#route.deliver(envelope)
    const given = this.#queue.push(envelope)
    if (given !== null) refuseFull(given, this.path, this.#queue.capacity, this.#queue.givesUp, this.#kernel.outlets)
    else if (envelope.kind < STOP_SENTINEL) return this.#queue.room()
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
    for (const { reject } of this.#waiting) reject(this.#startError(reason))
    for (const watcher of this.#watchers) watcher.ended(reason)
    this.#waiting = []
    this.#watchers.clear()
  }

  watch(watcher: Watcher): void {
    const ofLife = watcher.of === 'life'
    if (this.#outcome !== null || (ofLife && this.#route === null)) watcher.ended(NOT_FOUND)
    else if (ofLife) this.#ofLife.add(watcher)
    else this.#watchers.add(watcher)
  }

  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    this.#ofLife.delete(watcher)
  }

  ready(): Promise<void> {
    if (this.#outcome !== null) return Promise.reject(this.#startError(this.#outcome))
    if (this.#isUp) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  link(peer: Target): void {
    const route = this.#route
    if (route === null) {
      peer.linkedExit(this, NOT_FOUND)
      return
    }
    this.#links.set(formatAddress(peer.address), peer)
    if (this.#links.size === 1) route.link(this)
  }

  unlink(peer: Target): void {
    if (this.#links.delete(formatAddress(peer.address)) && this.#links.size === 0) this.#route?.unlink(this)
  }

  /** A linked actor ended. What the life behind it says of its own end is no news: its supervisor hears of that too. */
  linkedExit(from: Target, reason: ExitReason): void {
    if (!this.#links.delete(formatAddress(from.address))) return
    this.#route?.linkedExit(this, reason)
    if (this.#links.size > 0) this.#route?.link(this)
  }

  #startError(reason: ExitReason): Error {
    const stopped = stoppedError(this.path, reason)
    if (this.#wasUp) return stopped
    return new StartFailedError(this.path, reason.kind === 'error' ? reason.error : stopped)
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
