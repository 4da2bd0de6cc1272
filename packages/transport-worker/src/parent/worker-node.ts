/**
 * The handle on a worker: what `system.start(thread())` and `system.start(childProcess())` resolve to.
 */
import type { Readable, Writable } from 'node:stream'
import { exitCode } from '@troupe/core'
import { type ExitReason, type Node, type NodeId, type Peer, systemClock } from '@troupe/core/transport'
import { checkMilliseconds } from './options.ts'
import type { StartedWorker } from './started-worker.ts'
import type { WorkerLife } from './worker-life.ts'

/** Milliseconds that a worker has for its orderly end, unless `terminate` is told otherwise. */
const DEFAULT_GRACE = 5_000

export interface TerminateOptions {
  /** Milliseconds until force is used. Default: 5 000. */
  readonly grace?: number
}

/** A worker thread or child process that runs, or ran, as a node. */
export interface WorkerNode extends Node {
  /** The process's; a thread's is ours. */
  readonly pid: number
  /** Node's id of the thread; null for a child process. */
  readonly threadId: number | null
  /** Null while it runs; then 0, above 0, or minus the number of the signal that ended it. -9 after `kill()`, 0 after `terminate()`. */
  readonly exitCode: number | null
  /** A child process's streams that its `stdio` option says to pipe; else null. */
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /**
   * Whether it has ended, after waiting at most `timeout` milliseconds for that: 0 looks once, undefined waits without a limit.
   * Keeps the program running meanwhile. Throws a RangeError for a negative timeout.
   */
  join(timeout?: number): Promise<boolean>
  /**
   * Ends it: its trees stop and their onStop hooks run; what has not ended after the grace is ended by force, a process by
   * SIGTERM before SIGKILL. Resolves when it has ended; its reason is then `shutdown`.
   */
  terminate(options?: TerminateOptions): Promise<void>
  /** Ends it at once, without hooks, busy or not; its reason is `killed`. */
  kill(): void
}

export class WorkerHandle implements WorkerNode {
  readonly name: string
  readonly id: NodeId
  readonly pid: number
  readonly threadId: number | null
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly #life: WorkerLife
  readonly #peer: Peer

  constructor(worker: StartedWorker, life: WorkerLife, peer: Peer) {
    this.name = peer.name
    this.id = peer.id
    this.pid = worker.pid
    this.threadId = worker.threadId
    this.stdin = worker.stdin
    this.stdout = worker.stdout
    this.stderr = worker.stderr
    this.#life = life
    this.#peer = peer
  }

  get alive(): boolean {
    return this.#life.alive
  }

  get exited(): Promise<ExitReason> {
    return this.#life.exited
  }

  get exitCode(): number | null {
    const { reason } = this.#life
    return reason === null ? null : exitCode(reason)
  }

  lookup: Node['lookup'] = (name) => this.#peer.lookup(name)

  async join(timeout?: number): Promise<boolean> {
    if (timeout !== undefined) checkMilliseconds('join()', 'timeout', timeout)
    if (this.#life.reason !== null) return true
    if (timeout === 0) return false
    this.#life.hold()
    if (timeout === undefined || timeout === Infinity) {
      await this.#life.exited
      return true
    }
    return await this.#endsWithin(timeout)
  }

  async terminate({ grace = DEFAULT_GRACE }: TerminateOptions = {}): Promise<void> {
    checkMilliseconds('terminate()', 'grace', grace)
    await this.end(grace)
  }

  /** `terminate`, with the reason. */
  async end(graceMs: number): Promise<ExitReason> {
    if (this.#life.alive) this.#peer.requestShutdown({ kind: 'shutdown' })
    return await this.#life.terminate(graceMs)
  }

  kill(): void {
    this.#life.kill()
  }

  async close(): Promise<void> {
    await this.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate()
  }

  async #endsWithin(timeout: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const timer = systemClock.start(timeout, () => resolve(false), 'deadline')
      void this.#life.exited.then(() => {
        timer.cancel()
        resolve(true)
      })
    })
  }
}
