/**
 * How a system ends: listeners first, then trees, hosted actors, workers and links, under one deadline; what is left then
 * is ended by force. Each phase begins when the one before it is done.
 */
import type { Timer } from '../base/clock.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Hosting } from './hosting.ts'
import type { Listeners } from './listeners.ts'
import type { Peers } from './peers.ts'
import type { Registry } from './registry.ts'
import type { Roots } from './roots.ts'
import type { SystemKernel } from './system-kernel.ts'

export interface ShutdownParts {
  readonly kernel: SystemKernel
  readonly listeners: Listeners
  readonly roots: Roots
  readonly hosting: Hosting
  readonly workers: Roots
  readonly peers: Peers
  readonly registry: Registry
  /** Milliseconds for all of it. */
  readonly timeout: number
}

export class Shutdown {
  state: 'running' | 'stopping' | 'stopped' = 'running'
  readonly terminated: Promise<ExitReason>
  readonly #parts: ShutdownParts
  readonly #abort = new AbortController()
  #finish: (reason: ExitReason) => void = () => undefined
  #running: Promise<void> | null = null

  constructor(parts: ShutdownParts) {
    this.#parts = parts
    this.terminated = new Promise((resolve) => (this.#finish = resolve))
  }

  /** Aborted when the end begins: for what is being set up. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Resolves when the system is down. The first reason counts. */
  begin(reason: ExitReason): Promise<void> {
    return (this.#running ??= this.#run(reason))
  }

  async #run(reason: ExitReason): Promise<void> {
    const { kernel, listeners, roots, hosting, workers, peers, registry, timeout } = this.#parts
    this.state = 'stopping'
    this.#abort.abort(reason)
    const timer: Timer = kernel.clock.start(timeout, () => this.#force())
    await listeners.closeAll()
    await roots.stop(timeout)
    await hosting.stop(timeout)
    await workers.stop(timeout)
    await peers.closeAll(reason)
    timer.cancel()
    registry.clear()
    kernel.deadlines.close()
    this.state = 'stopped'
    kernel.outlets.close()
    this.#finish(reason)
  }

  #force(): void {
    const { roots, hosting, workers } = this.#parts
    roots.kill()
    hosting.kill()
    workers.kill()
  }
}
