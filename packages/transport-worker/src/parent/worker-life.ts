/**
 * One worker from its start to its end: collects what happens to it, ends it when asked, and says once why it ended.
 */
import { describeExit, type ExitReason, isFailure } from '@troupe/core'
import { type Timer, systemClock } from '@troupe/core/transport'
import { type EndReport, toExitReason } from '../shared/exit-mapping.ts'
import type { Note } from '../shared/note.ts'
import type { NodeReport, StartedWorker } from './started-worker.ts'

/** How long a worker whose link is closed may take to leave. */
const LEAVE_MS = 2_000
/** How long the link of a worker that has ended may take to close: longer only when somebody else holds it. */
const LINK_MS = 1_000
/** Between SIGTERM and SIGKILL. */
const TERM_MS = 500

export class WorkerLife {
  /** Resolves when the worker has initialized; rejects with what kept it from that. */
  readonly ready: Promise<void>
  /** Resolves when it has ended. Never rejects. */
  readonly exited: Promise<ExitReason>
  /** Set once, just before `exited` resolves. */
  #reason: ExitReason | null = null
  #worker: StartedWorker | null = null
  #intent: EndReport['intent'] = 'none'
  #force: EndReport['force'] = 'none'
  /** What the worker said that it did not catch. */
  #uncaught: Error | null = null
  /** Why the link ended. */
  #linkReason: ExitReason | null = null
  /** The reason with which core closed the link. */
  #closedWith: ExitReason | null = null
  #nodeReport: NodeReport | null = null
  /** Between the end of the link and that of the worker, whichever comes first. */
  #patience: Timer | null = null
  /** When a worker that was asked to end has used up its grace. */
  #deadline = Infinity
  #grace: Timer | null = null
  readonly #onEnd: (reason: ExitReason) => void
  #settleReady: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} }
  #settleExited: (reason: ExitReason) => void = () => {}

  /** `onEnd` hears the reason just before `exited` resolves. */
  constructor(onEnd: (reason: ExitReason) => void) {
    this.#onEnd = onEnd
    this.ready = new Promise((resolve, reject) => (this.#settleReady = { resolve, reject }))
    this.ready.catch(() => {}) // who starts the worker waits for it, but not if that fails for another reason first
    this.exited = new Promise((resolve) => (this.#settleExited = resolve))
  }

  get reason(): ExitReason | null {
    return this.#reason
  }

  /** False as soon as its link or the worker itself has ended. */
  get alive(): boolean {
    return this.#linkReason === null && this.#nodeReport === null
  }

  /** The worker runs. */
  begin(worker: StartedWorker): void {
    this.#worker = worker
    void worker.ended.then((report) => this.#nodeReported(report))
  }

  /** The worker says something beside core's frames. */
  note(note: Note): void {
    if (note.kind === 'ready') this.#settleReady.resolve()
    else if (note.kind === 'failed') this.#settleReady.reject(note.error)
    else if (note.kind === 'uncaught') this.#uncaught = note.error
  }

  /** Core closes the link, which asks the worker to end. */
  closing(reason: ExitReason): void {
    this.#closedWith ??= reason
  }

  /** Nothing more comes over the link. A broken one is of no use to the worker. */
  linkEnded(reason: ExitReason): void {
    this.#linkReason = reason
    if (this.#nodeReport !== null) this.#finish()
    else if (reason.kind === 'error' && this.#closedWith === null) this.#endBy('SIGKILL')
    else this.#patience = systemClock.start(LEAVE_MS, () => this.#endBy('SIGKILL'), 'deadline')
  }

  /** It was asked to end in order, and is ended by force after `graceMs`. A later call can only bring that forward. */
  async terminate(graceMs: number): Promise<ExitReason> {
    if (this.#nodeReport !== null) return await this.exited
    if (this.#intent === 'none') this.#intent = 'terminate'
    this.hold()
    const deadline = performance.now() + graceMs
    if (deadline < this.#deadline) {
      this.#deadline = deadline
      this.#startGrace(graceMs)
    }
    return await this.exited
  }

  kill(): void {
    if (this.#nodeReport !== null) return
    this.#intent = 'kill'
    this.#endBy('SIGKILL')
  }

  /** Somebody waits for its end: the program runs until then, for a daemon's too. */
  hold(): void {
    if (this.#nodeReport === null) this.#worker?.hold(true)
  }

  /** It is at rest: the program need not run for it, unless it is already asked to end. */
  release(): void {
    if (this.#nodeReport === null && this.#intent === 'none') this.#worker?.hold(false)
  }

  #startGrace(graceMs: number): void {
    this.#grace?.cancel()
    const force = (): void => {
      if (this.#worker?.kind === 'thread') {
        this.#endBy('SIGKILL')
        return
      }
      this.#endBy('SIGTERM')
      this.#grace = systemClock.start(TERM_MS, () => this.#endBy('SIGKILL'), 'deadline')
    }
    this.#grace = systemClock.start(graceMs, force, 'deadline')
  }

  #endBy(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#nodeReport !== null) return
    this.#force = signal
    this.#worker?.end(signal)
  }

  #nodeReported(report: NodeReport): void {
    this.#nodeReport = report
    this.#grace?.cancel()
    this.#patience?.cancel()
    this.#worker?.drain()
    if (this.#linkReason !== null) this.#finish()
    else this.#patience = systemClock.start(LINK_MS, () => this.#finish(), 'deadline')
  }

  /** Both the worker and its link have ended. */
  #finish(): void {
    if (this.#reason !== null) return
    this.#patience?.cancel()
    const reason = this.#exitReason()
    this.#reason = reason
    this.#settleReady.reject(endedTooEarly(this.#worker?.label ?? 'the worker', reason))
    this.#onEnd(reason)
    this.#settleExited(reason)
  }

  #exitReason(): ExitReason {
    const { code = null, signal = null, error = null } = this.#nodeReport ?? {}
    if (this.#closedWith !== null && this.#intent === 'none' && isFailure(this.#closedWith)) return this.#closedWith
    return toExitReason({
      kind: this.#worker?.kind ?? 'process',
      code,
      signal,
      error: this.#uncaught ?? error,
      system: this.#closedWith === null && this.#linkReason?.kind !== 'disconnected' ? this.#linkReason : null,
      intent: this.#closedWith !== null && this.#intent === 'none' ? 'terminate' : this.#intent,
      force: this.#force,
    })
  }
}

/** For a start that waits for a worker which is gone. */
function endedTooEarly(label: string, reason: ExitReason): Error {
  const cause = reason.kind === 'error' ? { cause: reason.error } : undefined
  return new Error(`${label} ended before it was ready: ${describeExit(reason)}`, cause)
}
