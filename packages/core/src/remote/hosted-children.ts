/**
 * Actors of this node whose parent is at the peer: their reports travel in the data lane, behind what they sent. When the
 * session ends they are orphans, and the system ends them.
 */
import type { ExitReason } from '../model/exit-reason.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort, Target } from '../model/target.ts'
import type { Connection } from './connection.ts'
import { pushReason } from './portable.ts'
import { Entry } from './wire.ts'

export class HostedChildren {
  readonly #connection: Connection
  readonly #bySeq = new Map<number, HostedChild>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get size(): number {
    return this.#bySeq.size
  }

  has(seq: number): boolean {
    return this.#bySeq.has(seq)
  }

  spawn(request: SpawnRequest, parent: Target | null): void {
    const { local, peerId } = this.#connection
    const hosted = new HostedChild({ connection: this.#connection, bySeq: this.#bySeq, request, parent })
    this.#bySeq.set(request.seq, hosted)
    const child = local.spawn(request, peerId, hosted)
    hosted.child = child
    this.#connection.book.given(child)
  }

  restart(seq: number): void {
    this.#bySeq.get(seq)?.restart()
  }

  bury(seq: number, reason: ExitReason): void {
    this.#bySeq.get(seq)?.bury(reason)
  }

  end(reason: ExitReason): void {
    const hosted = [...this.#bySeq.values()]
    this.#bySeq.clear()
    for (const { child } of hosted) if (child !== null) this.#connection.local.orphaned(child, reason)
  }
}

interface HostedOptions {
  readonly connection: Connection
  readonly bySeq: Map<number, HostedChild>
  readonly request: SpawnRequest
  /** The parent at the peer; null when it is the peer itself. */
  readonly parent: Target | null
}

class HostedChild implements ParentPort {
  readonly target: Target | null
  /** Written once, when the spawn has returned. */
  child: Child | null = null
  #state: 'alive' | 'ended' | 'disowned' = 'alive'
  readonly #connection: Connection
  readonly #bySeq: Map<number, HostedChild>
  readonly #seq: number
  readonly #onEnd: 'held' | 'free'

  constructor({ connection, bySeq, request, parent }: HostedOptions) {
    this.#connection = connection
    this.#bySeq = bySeq
    this.#seq = request.seq
    this.#onEnd = request.onEnd
    this.target = parent
  }

  childReady(): void {
    if (this.#isHosted()) this.#connection.data.push([Entry.childReady, this.#seq], null, 'child')
  }

  childEnded(_child: Child, reason: ExitReason): void {
    if (!this.#isHosted()) return
    const disowned = this.#state === 'disowned'
    this.#state = 'ended'
    if (disowned || this.#onEnd === 'free') this.#bySeq.delete(this.#seq)
    if (!disowned) pushReason(this.#connection.data, [Entry.childEnded, this.#seq], reason)
  }

  restart(): void {
    if (this.#state !== 'ended') return
    this.#state = 'alive'
    this.child?.restart()
  }

  /** A child that is buried before it ended stays known here until it has, so that the session's end finds it. */
  bury(reason: ExitReason): void {
    if (this.#state === 'ended') this.#bySeq.delete(this.#seq)
    this.#state = 'disowned'
    this.child?.bury(reason)
  }

  /** False once the session has ended: the orphan's reports interest nobody. */
  #isHosted(): boolean {
    return this.#bySeq.get(this.#seq) === this
  }
}
