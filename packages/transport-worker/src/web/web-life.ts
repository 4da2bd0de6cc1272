/**
 * One web worker from its start to its end: collects what happens to it, ends it when asked, and says once why it ended. A
 * browser tells nobody that a worker has ended, but ends it at once when told: so the worker's end is when this says so.
 */
import { describeExit, type ExitReason, isFailure } from '@troupe/core'
import { type EndReport, toExitReason } from '../shared/exit-mapping.ts'
import type { Note } from '../shared/note.ts'
import type { WorkerLink } from '../shared/worker-link.ts'
import { SERVING } from './greeting.ts'

/** setTimeout counts in 32 bits. */
export const LONGEST_WAIT = 2_147_483_647

/** An ErrorEvent says what a script threw; a plain event, that there is no script. */
type FailEvent = Event & Partial<Pick<ErrorEvent, 'message' | 'filename' | 'lineno'>> & { readonly error?: unknown }

export class WebLife {
  /** Resolves when the worker serves; rejects with what kept it from that. */
  readonly serving: Promise<void>
  /** Resolves when it has ended. Never rejects. */
  readonly exited: Promise<ExitReason>
  readonly #worker: Worker
  readonly #label: string
  readonly #onEnd: (reason: ExitReason) => void
  #link: WorkerLink | null = null
  #reason: ExitReason | null = null
  #intent: EndReport['intent'] = 'none'
  #force: EndReport['force'] = 'none'
  /** What the worker did not catch, or what kept it from running. */
  #error: Error | null = null
  /** Why the link ended, when it did so by itself. */
  #linkReason: ExitReason | null = null
  /** The reason with which core closed the link. */
  #closedWith: ExitReason | null = null
  /** When a worker that was asked to end has used up its grace. */
  #deadline = Infinity
  #grace: ReturnType<typeof setTimeout> | undefined
  #settleServing: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} }
  #settleExited: (reason: ExitReason) => void = () => {}

  /** `onEnd` hears the reason just before `exited` resolves. */
  constructor(worker: Worker, label: string, onEnd: (reason: ExitReason) => void) {
    this.#worker = worker
    this.#label = label
    this.#onEnd = onEnd
    this.serving = new Promise((resolve, reject) => (this.#settleServing = { resolve, reject }))
    this.serving.catch(() => {}) // who starts the worker waits for it, but not if that fails for another reason first
    this.exited = new Promise((resolve) => (this.#settleExited = resolve))
    worker.addEventListener('message', this.#heard)
    worker.addEventListener('error', this.#failed)
  }

  /** Null while it runs. */
  get reason(): ExitReason | null {
    return this.#reason
  }

  /** The link to it is there, though not open. */
  begin(link: WorkerLink): void {
    this.#link = link
  }

  /** The worker says something beside core's frames. */
  note(note: Note): void {
    if (note.kind === 'failed' || note.kind === 'uncaught') this.#failWith(note.error)
  }

  /** Core closes the link, which asks the worker to end. */
  closing(reason: ExitReason): void {
    this.#closedWith ??= reason
  }

  /** Nothing more comes over the link. */
  linkEnded(reason: ExitReason): void {
    this.#linkReason = reason
    this.#finish()
  }

  /** It was asked to end in order, and is ended by force after `graceMs`. A later call can only bring that forward. */
  async terminate(graceMs: number): Promise<ExitReason> {
    if (this.#reason !== null) return this.#reason
    if (this.#intent === 'none') this.#intent = 'terminate'
    const deadline = performance.now() + graceMs
    if (deadline < this.#deadline) {
      this.#deadline = deadline
      clearTimeout(this.#grace)
      this.#grace = setTimeout(() => this.#endByForce(), Math.min(graceMs, LONGEST_WAIT))
    }
    return await this.exited
  }

  /** It takes too long to start. */
  giveUp(error: Error): void {
    this.#failWith(error)
  }

  kill(): void {
    if (this.#reason !== null) return
    this.#intent = 'kill'
    this.#endByForce()
  }

  readonly #heard = ({ data }: MessageEvent<unknown>): void => {
    if (data === SERVING) this.#settleServing.resolve()
  }

  /** Its script could not be loaded, or threw before it served; later its own end says so, with the error itself. */
  readonly #failed = (event: FailEvent): void => {
    event.preventDefault() // it is told as the reason of the worker's end
    const { message = '', filename = '', lineno = 0, error } = event
    const what = message === '' ? `${this.#label} could not load its script` : `${message} (${filename}:${lineno})`
    this.#failWith(new Error(what, error === undefined || error === null ? undefined : { cause: error }))
  }

  #failWith(error: Error): void {
    this.#error ??= error
    this.#finish()
  }

  #endByForce(): void {
    this.#force = 'SIGKILL'
    this.#finish()
  }

  #finish(): void {
    if (this.#reason !== null) return
    const reason = this.#exitReason()
    this.#reason = reason
    clearTimeout(this.#grace)
    this.#worker.removeEventListener('message', this.#heard)
    this.#worker.removeEventListener('error', this.#failed)
    this.#worker.terminate()
    this.#link?.close(reason)
    this.#settleServing.reject(this.#error ?? new Error(`${this.#label} ended before it served: ${describeExit(reason)}`))
    this.#onEnd(reason)
    this.#settleExited(reason)
  }

  /** By the rule for threads, with the code that a thread would have. */
  #exitReason(): ExitReason {
    if (this.#closedWith !== null && this.#intent === 'none' && isFailure(this.#closedWith)) return this.#closedWith
    const system = this.#closedWith === null ? this.#linkReason : null
    return toExitReason({
      kind: 'thread',
      code: this.#error !== null || (system !== null && isFailure(system)) ? 1 : 0,
      signal: null,
      error: this.#error,
      system,
      intent: this.#closedWith !== null && this.#intent === 'none' ? 'terminate' : this.#intent,
      force: this.#force,
    })
  }
}
