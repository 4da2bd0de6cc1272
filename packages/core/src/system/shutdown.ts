/**
 * How a system ends: it takes no more calls; then trees stop, hosted actors, links to other programs, workers, and last the
 * link to the program that started it; all under one deadline. What is left then is ended by force. Each phase begins when
 * the one before it is done.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Groups } from './groups.ts'
import type { Hosting } from './hosting.ts'
import type { Listeners } from './listeners.ts'
import type { Peers } from './peers.ts'
import type { Registry } from './registry.ts'
import type { Roots } from './roots.ts'
import type { SystemKernel } from './system-kernel.ts'

/** Milliseconds that what is ended by force has for its end. */
const MOMENT = 1_000

export interface ShutdownParts {
  readonly kernel: SystemKernel
  readonly listeners: Listeners
  readonly roots: Roots
  readonly hosting: Hosting
  readonly workers: Roots
  readonly peers: Peers
  readonly registry: Registry
  readonly groups: Groups
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
    const { kernel, listeners, roots, hosting, workers, peers, registry, groups, timeout } = this.#parts
    this.state = 'stopping'
    this.#abort.abort(reason)
    const patience = new Patience(kernel.clock, timeout, () => this.#force())
    await patience.wait(listeners.closeAll())
    await patience.wait(roots.stop(timeout))
    await patience.wait(hosting.stop(timeout))
    await patience.wait(peers.close('far', reason))
    await patience.wait(workers.stop(timeout))
    await patience.wait(peers.close('all', reason))
    patience.end()
    registry.clear()
    groups.close()
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

/** One deadline for several waits, one after the other; once it is over, each gets a moment, for what is ended by force. */
class Patience {
  readonly #clock: Clock
  readonly #over: Promise<void>
  #timer: Timer
  #giveUp: () => void = () => undefined

  constructor(clock: Clock, ms: number, force: () => void) {
    this.#clock = clock
    this.#over = new Promise((resolve) => (this.#giveUp = resolve))
    const late = (): void => {
      force()
      this.#timer = this.#clock.start(MOMENT, () => this.#giveUp(), 'deadline')
    }
    this.#timer = clock.start(ms, late, 'deadline')
  }

  wait(work: Promise<void>): Promise<void> {
    return Promise.race([work, this.#over])
  }

  end(): void {
    this.#timer.cancel()
  }
}
