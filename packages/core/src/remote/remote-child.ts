/**
 * An actor at a peer whose parent is on this node. It passes the peer's reports on to the parent, and the parent's
 * verdicts to the peer. When the session ends it has ended, with the session's reason.
 */
import { StartFailedError } from '../errors/actor-errors.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import type { Address } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, ParentPort, Watcher } from '../model/target.ts'
import type { Connection } from './connection.ts'
import { pushReason } from './portable.ts'
import { stoppedError } from './refusal.ts'
import { type Outlet, RemoteTarget } from './remote-target.ts'
import { Entry } from './wire.ts'

interface Setup {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The children of one session, by seq. */
export type RemoteChildren = Map<number, RemoteChild>

export interface RemoteChildOptions {
  readonly connection: Connection
  readonly children: RemoteChildren
  readonly outlet: Outlet
  readonly address: Address
  readonly path: string
  readonly parent: ParentPort
  /** 'free': nobody gives a verdict when it ends. */
  readonly onEnd: 'held' | 'free'
}

export class RemoteChild extends RemoteTarget implements Child {
  /** The data lane's number of the spawn or of the last restart: a kill must not overtake it. Written by the session too. */
  entry = 0
  #state: 'starting' | 'ready' | 'ended' | 'buried' = 'starting'
  #reason: ExitReason | null = null
  /** Who waits for setup; made when somebody does. */
  #setup: Setup | null = null
  /** Watchers here: the peer reports the end anyway, so they cost nothing on the wire. */
  readonly #watchers = new Set<Watcher>()
  readonly #connection: Connection
  readonly #children: RemoteChildren
  readonly #parent: ParentPort
  readonly #onEnd: 'held' | 'free'

  constructor({ connection, children, outlet, address, path, parent, onEnd }: RemoteChildOptions) {
    super(outlet, address, path, connection.book.writeTarget(address))
    this.#connection = connection
    this.#children = children
    this.#parent = parent
    this.#onEnd = onEnd
  }

  /** Known to whoever spawned it, also after the peer has forgotten it. */
  get outcome(): ExitReason | null {
    return this.#isOver ? this.#reason : null
  }

  override ready(): Promise<void> {
    if (this.#state === 'ready') return Promise.resolve()
    if (this.#reason !== null) return Promise.reject(startError(this.path, this.#reason))
    this.#setup ??= newSetup()
    return this.#setup.promise
  }

  override watch(watcher: Watcher): void {
    if (this.#isOver) watcher.ended({ kind: 'not-found' })
    else this.#watchers.add(watcher)
  }

  override unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  restart(): void {
    const { ended } = this.#connection
    if (ended !== null) {
      this.endLater(ended)
      return
    }
    this.#state = 'starting'
    this.#reason = null
    this.entry = this.#connection.data.push([Entry.restart, this.address.seq], null, 'restart')
  }

  bury(reason: ExitReason): void {
    if (this.#state === 'buried') return
    this.#state = 'buried'
    this.#reason ??= reason
    this.#children.delete(this.address.seq)
    this.#failSetup(reason)
    this.#tellWatchers(reason)
    if (this.#connection.ended === null) pushReason(this.#connection.data, [Entry.bury, this.address.seq], reason)
  }

  /** The peer says that setup is done. */
  becameReady(): void {
    if (this.#state !== 'starting') return
    this.#state = 'ready'
    this.#setup?.resolve()
    this.#setup = null
    this.#parent.childReady(this)
  }

  /** The peer says that it ended, or the session did. */
  hasEnded(reason: ExitReason): void {
    if (this.#state === 'ended' || this.#state === 'buried') return
    this.#state = 'ended'
    this.#reason = reason
    if (this.#onEnd === 'free') this.#children.delete(this.address.seq)
    this.#failSetup(reason)
    this.#parent.childEnded(this, reason)
    if (this.#isOver) this.#tellWatchers(reason)
  }

  /** For a child of a session that is over: the parent hears of its end, but not before it holds the child. */
  endLater(reason: ExitReason): void {
    this.#state = 'starting'
    queueMicrotask(() => this.hasEnded(reason))
  }

  get #isOver(): boolean {
    return this.#state === 'buried' || (this.#state === 'ended' && this.#onEnd === 'free')
  }

  #tellWatchers(reason: ExitReason): void {
    const watchers = [...this.#watchers]
    this.#watchers.clear()
    for (const watcher of watchers) watcher.ended(reason)
  }

  #failSetup(reason: ExitReason): void {
    this.#setup?.reject(startError(this.path, reason))
    this.#setup = null
  }
}

function startError(path: string, reason: ExitReason): Error {
  if (reason.kind !== 'error') return stoppedError(path, reason)
  return isTroupeError(reason.error, 'TROUPE_START_FAILED') ? reason.error : new StartFailedError(path, reason.error)
}

function newSetup(): Setup {
  let resolve = (): void => undefined
  let reject = (_error: unknown): void => undefined
  const promise = new Promise<void>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}
