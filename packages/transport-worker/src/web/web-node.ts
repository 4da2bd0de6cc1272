/**
 * The handle on a web worker: what `system.start(webWorker(…))` resolves to.
 */
import { exitCode } from '@troupe/core'
import type { ExitReason, Node, NodeId, Peer } from '@troupe/core/transport'
import { type WebTerminateOptions, checkMilliseconds } from './options.ts'
import type { WebLife } from './web-life.ts'

/** Milliseconds that a worker has for its orderly end, unless `terminate` is told otherwise. */
const DEFAULT_GRACE = 5_000

/** A web worker that runs, or ran, as a node. */
export interface WebWorkerNode extends Node {
  /** Null while it runs; then what a thread in Node would have: 0, above 0, or -9 after `kill()`. */
  readonly exitCode: number | null
  /**
   * Ends it: its trees stop and their onStop hooks run; what has not ended after the grace is ended by force. Resolves when it
   * has ended; its reason is then `shutdown`.
   */
  terminate(options?: WebTerminateOptions): Promise<void>
  /** Ends it at once, without hooks, busy or not; its reason is `killed`. */
  kill(): void
}

export class WebWorkerHandle implements WebWorkerNode {
  readonly name: string
  readonly id: NodeId
  readonly #life: WebLife
  readonly #peer: Peer

  constructor(life: WebLife, peer: Peer) {
    this.name = peer.name
    this.id = peer.id
    this.#life = life
    this.#peer = peer
  }

  get alive(): boolean {
    return this.#life.reason === null
  }

  get exited(): Promise<ExitReason> {
    return this.#life.exited
  }

  get exitCode(): number | null {
    const { reason } = this.#life
    return reason === null ? null : exitCode(reason)
  }

  lookup: Node['lookup'] = (name) => this.#peer.lookup(name)

  async terminate({ grace = DEFAULT_GRACE }: WebTerminateOptions = {}): Promise<void> {
    checkMilliseconds('terminate()', 'grace', grace)
    await this.end(grace)
  }

  /** `terminate`, with the reason. */
  async end(graceMs: number): Promise<ExitReason> {
    if (this.alive) this.#peer.requestShutdown({ kind: 'shutdown' })
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
}
