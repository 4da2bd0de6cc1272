/**
 * An actor at a peer whose parent is on this node. It passes the peer's reports on to the parent, and the parent's
 * verdicts to the peer. When the session ends it has ended, with the session's reason.
 */
import { isTroupeError } from '../errors/troupe-error.ts'
import type { Address } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, ParentPort } from '../model/target.ts'
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

  override ready(): Promise<void> {
    if (this.#state === 'ready') return Promise.resolve()
    if (this.#reason !== null) return Promise.reject(startError(this.path, this.#reason))
    this.#setup ??= newSetup()
    return this.#setup.promise
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
  }

  /** For a child of a session that is over: the parent hears of its end, but not before it holds the child. */
  endLater(reason: ExitReason): void {
    this.#state = 'starting'
    queueMicrotask(() => this.hasEnded(reason))
  }

  #failSetup(reason: ExitReason): void {
    this.#setup?.reject(startError(this.path, reason))
    this.#setup = null
  }
}

function startError(path: string, reason: ExitReason): Error {
  return reason.kind === 'error' && isTroupeError(reason.error, 'TROUPE_START_FAILED') ? reason.error : stoppedError(path, reason)
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
