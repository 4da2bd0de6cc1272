/**
 * The handle on a node that this system calls again whenever the link to it is lost, until it is closed or the system ends.
 * It has one link at a time. Whoever answers is the node: the same program as before, or a new incarnation under a new id.
 */
import { checkTimeout } from '../base/check.ts'
import type { Timer } from '../base/clock.ts'
import type { Kernel } from '../actor/kernel.ts'
import type { NodeId } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Connector, Link } from '../model/link.ts'
import type { RemoteNode } from '../model/node.ts'
import type { Dynamic } from '../model/protocol.ts'
import { ActorRef } from '../model/ref.ts'
import type { Session } from '../remote/session.ts'
import { dial } from './dial.ts'
import { type ComingAndGoing, FarName } from './far-name.ts'
import { type RedialPolicy, isRefusal, nextAttempt, redialDelay } from './redial.ts'

export interface FarNodeOptions {
  readonly kernel: Kernel
  readonly connector: Connector
  readonly policy: RedialPolicy
  /** Shakes hands; `taken` hears of the session before anybody else does. */
  readonly open: (link: Link, taken: (session: Session) => void) => Promise<Session>
  /** Aborted when the system ends. */
  readonly signal: AbortSignal
}

export class FarNode implements RemoteNode, ComingAndGoing {
  /** Resolves when it is closed for good. */
  readonly exited: Promise<ExitReason>
  readonly #options: FarNodeOptions
  /** Tells the peer which links replace each other: all of this handle. */
  readonly #line: number
  /** Aborted by `close` and by the end of the system: no call is made any more. */
  readonly #end = new AbortController()
  /** Who waits for the link: true when it is up, false when it never will be. */
  readonly #waiting = new Set<(isUp: boolean) => void>()
  /** The last one. Written by #take. */
  #session: Session
  /** Calls in a row, the one that made this link among them; 0 for the first link. */
  #attempt = 0

  constructor(session: Session, options: FarNodeOptions) {
    this.#options = options
    this.#line = options.kernel.nextSeq()
    this.#session = session
    session.sayLine(this.#line)
    this.exited = this.#keep()
  }

  get name(): string {
    return this.#session.name
  }

  /** Of the current or last incarnation. */
  get id(): NodeId {
    return this.#session.id
  }

  get alive(): boolean {
    return this.#session.state === 'open'
  }

  /** The link; null while it is down. */
  get session(): Session | null {
    return this.alive ? this.#session : null
  }

  lookup<Protocol = Dynamic>(name: string): ActorRef<Protocol> {
    const { courier, outlets } = this.#options.kernel
    return new ActorRef(courier, new FarName(this, name, outlets))
  }

  up(timeout: number = Infinity): Promise<boolean> {
    checkTimeout('up', timeout)
    if (this.alive || timeout === 0) return Promise.resolve(this.alive)
    if (this.#end.signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (isUp: boolean): void => {
        timer?.cancel()
        this.#waiting.delete(settle)
        resolve(isUp)
      }
      const timer = timeout === Infinity ? null : this.#options.kernel.clock.start(timeout, () => settle(false), 'deadline')
      this.#waiting.add(settle)
    })
  }

  async close(): Promise<void> {
    this.#end.abort()
    this.#session.close()
    await this.exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The life of the handle: a link, then calls until there is another one. */
  async #keep(): Promise<ExitReason> {
    const { signal, policy, kernel } = this.#options
    const abort = (): void => this.#end.abort()
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    let reason: ExitReason
    do {
      const since = kernel.clock.now()
      reason = await this.#session.closed
      this.#attempt = nextAttempt(policy, this.#attempt, kernel.clock.now() - since)
    } while (await this.#redial())
    signal.removeEventListener('abort', abort)
    for (const settle of this.#waiting) settle(false)
    return reason
  }

  /** Calls until somebody answers. False: nobody is to be called any more. */
  async #redial(): Promise<boolean> {
    const { policy, kernel } = this.#options
    let delay = redialDelay(policy, this.#attempt, kernel.random)
    for (;;) {
      await this.#sleep(delay)
      if (this.#end.signal.aborted) return false
      try {
        await this.#call()
        return true
      } catch (error) {
        // An end of the handle that came during the call; the rest is to be called again.
        if (this.#end.signal.aborted) return false
        const attempt = this.#attempt++
        delay = redialDelay(policy, isRefusal(error) ? Infinity : this.#attempt, kernel.random)
        kernel.outlets.emit({ kind: 'redial-failed', node: this.name, attempt, delay, error })
      }
    }
  }

  async #call(): Promise<void> {
    const { connector, kernel, open } = this.#options
    const { signal } = this.#end
    const link = await dial(connector, kernel.clock, signal)
    if (signal.aborted) link.close()
    signal.throwIfAborted()
    let isTaken = false
    const hangUp = (): void => {
      if (!isTaken) link.close()
    }
    signal.addEventListener('abort', hangUp)
    try {
      await open(link, (session) => {
        isTaken = true
        this.#take(session)
      })
    } finally {
      signal.removeEventListener('abort', hangUp)
    }
  }

  #take(session: Session): void {
    this.#session = session
    session.sayLine(this.#line)
    for (const settle of this.#waiting) settle(true)
  }

  /** Until the time is over, or the handle's. */
  #sleep(ms: number): Promise<void> {
    const { signal } = this.#end
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer: Timer = this.#options.kernel.clock.start(ms, wake)
      signal.addEventListener('abort', wake)
    })
  }
}
