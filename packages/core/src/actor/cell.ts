/**
 * One actor: takes its messages one at a time. A synchronous handler costs no promise; an async one holds the queue until
 * it settles. Runs on one thread, inside a turn of the dispatcher or a call of a neighbor, and never throws at its caller.
 */
import { DeadlockError, NotAStreamError } from '../errors/actor-errors.ts'
import { ASK, type Envelope, STOP_SENTINEL, STREAM, TURN, replyPort, streamPort } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Self } from '../model/self.ts'
import type { Runnable } from '../dispatch/dispatcher.ts'
import { CellLife } from './cell-life.ts'
import { type Birth, DEAD, ENDING, FRESH, RUNNING, STARTING, SUSPENDED } from './cell-state.ts'
import type { AsyncContext } from './async-context.ts'
import { findCycle, findOwnCycle } from './deadlock.ts'
import { type HandlerFunction, callHandler, findHandler } from './handlers.ts'
import type { Kernel } from './kernel.ts'
import type { Asker } from './pending-ask.ts'
import { refuseFull, refuseStopped, refuseUnknown, stoppedError } from './refusal.ts'
import { isThenable } from './stop-hooks.ts'
import { discard, feed, isStreamSource } from './stream-source.ts'

/** Waiting messages at which an unbounded mailbox makes itself heard, and again at each multiple. */
const PRESSURE = 10_000

/** Makes the `self` of an actor's life. */
export type SelfFactory = (cell: Cell) => Self

export class Cell extends CellLife implements Asker, Runnable {
  readonly #newSelf: SelfFactory

  constructor(kernel: Kernel, birth: Birth, newSelf: SelfFactory) {
    super(kernel, birth)
    this.#newSelf = newSelf
  }

  /** Puts a new cell on the run queue. It was made as if it were there. */
  begin(): void {
    this.kernel.dispatcher.schedule(this)
  }

  goOn(): void {
    if (this.scheduled) return
    if (this.state !== FRESH && (this.state !== RUNNING || this.box === null || this.box.length === 0)) return
    this.scheduled = true
    this.kernel.dispatcher.schedule(this)
  }

  deliver(envelope: Envelope): void | Promise<void> {
    const { state, kernel } = this
    if (state === DEAD || (state === ENDING && !this.held)) return refuseStopped(envelope, this.path, this.reason, kernel.outlets)
    if ((state === SUSPENDED || state === STARTING) && envelope.kind === ASK && this.#closesCycle(envelope)) return
    const box = this.box ?? this.ownBox
    const given = box.push(envelope)
    if (given !== null) refuseFull(given, this.path, box.capacity, box.givesUp, kernel.outlets)
    if (state === RUNNING && !this.scheduled) {
      this.scheduled = true
      kernel.dispatcher.schedule(this)
    }
    const waiting = box.length
    if (waiting >= PRESSURE && given === null && waiting % PRESSURE === 0)
      kernel.outlets.emit({ kind: 'mailbox-pressure', path: this.path, size: waiting })
    if (given === null && envelope.kind < STOP_SENTINEL) return box.room()
  }

  run(budget: number): number {
    this.scheduled = false
    const { kernel } = this
    const left = budget - this.overdrawn
    kernel.sent = 0
    let done = 0
    kernel.current = this
    try {
      if (this.state === FRESH) {
        done++
        this.setUp()
      }
      const { box } = this
      if (box !== null) {
        while (this.state === RUNNING && done + kernel.sent < left) {
          const envelope = box.shift()
          if (envelope === undefined) break
          done++
          this.#take(envelope)
        }
      }
    } finally {
      kernel.current = null
    }
    this.goOn()
    // Whoever has nothing left to do owes nothing: others had their turn meanwhile.
    this.overdrawn = this.scheduled ? Math.max(0, done + kernel.sent - left) : 0
    return done === 0 ? 1 : done
  }

  protected makeSelf(): Self {
    return this.#newSelf(this)
  }

  protected runAs<Result>(run: () => Result): Result {
    const { kernel } = this
    const { current, asyncContext } = kernel
    kernel.current = this
    try {
      return asyncContext === null ? run() : asyncContext.run(this, run)
    } finally {
      kernel.current = current
    }
  }

  /** Puts an envelope before all that wait. */
  takeNext(envelope: Envelope): void {
    this.ownBox.unshift(envelope)
    this.goOn()
  }

  /** Calls the handler of that name, for a timer. Unknown names are an error of the actor's own. */
  callOwn(method: string, args: readonly unknown[]): unknown {
    const handler = findHandler(this.handlers, method)
    if (handler === null) throw new TypeError(`${this.path} set a timer for "${method}", but has no handler of that name`)
    return callHandler(this.handlers, handler, args)
  }

  #take(envelope: Envelope): void {
    if (this.life !== null) this.life.idle?.touch()
    if (envelope.kind === STOP_SENTINEL) {
      // Safe: stopSentinel put a reason there.
      this.end(envelope.args[0] as ExitReason, 'orderly')
      return
    }
    if (envelope.port !== null && isGivenUp(envelope)) return
    let result: unknown
    let isLater = false
    try {
      const handler = envelope.kind === TURN ? NO_HANDLER : findHandler(this.handlers, envelope.method)
      if (handler === null) return refuseUnknown(envelope, this.path, this.kernel.outlets)
      this.turn++
      this.handling = envelope
      const { asyncContext } = this.kernel
      result = asyncContext === null ? this.#call(envelope, handler) : this.#callIn(asyncContext, envelope, handler)
      isLater = result !== undefined && isThenable(result)
    } catch (error) {
      this.#failed(envelope, error)
      return
    }
    // Safe: it was found to be a promise.
    if (isLater) this.#suspend(envelope, result as PromiseLike<unknown>)
    else if (this.state === RUNNING) this.#finish(envelope, result)
  }

  #call(envelope: Envelope, handler: HandlerFunction): unknown {
    // Safe: `turn` put a function there.
    if (envelope.kind === TURN) return (envelope.args[0] as () => unknown)()
    return callHandler(this.handlers, handler, envelope.args)
  }

  /** Apart from `#take`, whose variables would else move to the heap for the closure. */
  #callIn(asyncContext: AsyncContext, envelope: Envelope, handler: HandlerFunction): unknown {
    return asyncContext.run(this, () => this.#call(envelope, handler))
  }

  #suspend(envelope: Envelope, result: PromiseLike<unknown>): void {
    const { turn } = this
    // Else it ended itself: nobody waits for what its handler has begun, also not for its failure.
    if (this.state === RUNNING) this.state = SUSPENDED
    const isCurrent = (): boolean => this.state === SUSPENDED && this.turn === turn
    try {
      result.then(
        (value) => {
          if (!isCurrent()) return
          this.state = RUNNING
          this.life?.idle?.touch()
          this.#finish(envelope, value)
          this.goOn()
        },
        (error: unknown) => {
          if (isCurrent()) this.#failed(envelope, error)
        },
      )
    } catch (error) {
      // A foreign promise: `then` of ours throws nothing.
      if (isCurrent()) this.#failed(envelope, error)
    }
    if (this.waits !== null && isCurrent()) this.heldUp()
  }

  protected heldUp(): void {
    if (this.waits === null) return
    const own = findOwnCycle(this)
    if (own !== null) own.ask.reject(new DeadlockError(own.cycle))
  }

  #finish(envelope: Envelope, result: unknown): void {
    if (this.putOff) this.putOff = false
    else if (envelope.kind === ASK) this.#answer(envelope, result)
    // Still being handled: a generator begins here, and looks at self.request.
    else if (envelope.kind === STREAM) this.#stream(envelope, result)
    this.handling = null
    if (this.leaving !== null) this.leaveIfTold()
  }

  #answer(envelope: Envelope, result: unknown): void {
    const reply = replyPort(envelope)
    if (typeof result === 'object' && result !== null && isLiveSource(result) && !this.kernel.isRegistered(result)) {
      reply?.reject(new NotAStreamError(this.path, envelope.method, 'answers with a stream: use stream, not ask'))
    } else reply?.resolve(result)
  }

  #stream(envelope: Envelope, result: unknown): void {
    const port = streamPort(envelope)
    const { outlets } = this.kernel
    const failed = (error: unknown): void => outlets.emit({ kind: 'unhandled-error', path: this.path, error, during: 'a stream' })
    if (port === null || port.closed) return discard(result, failed)
    if (!isStreamSource(result)) {
      port.error(new NotAStreamError(this.path, envelope.method, 'answers with a value: use ask, not stream'))
      return
    }
    const streams = (this.ownLife.streams ??= new Map())
    const end = feed(result, port, { path: this.path, ended: () => streams.delete(port), failed })
    if (port.closed) return
    streams.set(port, (reason: ExitReason) => {
      end()
      port.error(stoppedError(this.path, reason))
    })
  }

  #failed(envelope: Envelope, error: unknown): void {
    this.#dropStashed(envelope)
    const reply = replyPort(envelope)
    const told = reply !== null && !reply.settled && !this.putOff
    if (told) reply.reject(error)
    else if (!this.putOff) streamPort(envelope)?.error(error)
    this.handling = null
    this.putOff = false
    this.fail(error, told)
  }

  /** A message that fails is dropped: having been put aside first does not bring it back in the next life. */
  #dropStashed(envelope: Envelope): void {
    const stashed = this.putOff ? (this.life?.stashed ?? null) : null
    if (stashed?.at(-1) !== envelope) return
    stashed.pop()
    this.putOff = false
  }

  /** True when the ask closes a circle of waiting actors; it is rejected then. */
  #closesCycle(envelope: Envelope): boolean {
    const reply = replyPort(envelope)
    const cycle = reply === null ? null : findCycle(this, reply.chain())
    if (reply === null || cycle === null) return false
    reply.reject(new DeadlockError(cycle))
    return true
  }
}

const NO_HANDLER: HandlerFunction = () => undefined

/** True when nobody waits for the answer any more. */
function isGivenUp(envelope: Envelope): boolean {
  return replyPort(envelope)?.settled ?? streamPort(envelope)?.closed ?? false
}

/** What `ask` cannot carry: an Observable or an async iterable. */
function isLiveSource(value: object): boolean {
  return Symbol.asyncIterator in value || ('subscribe' in value && typeof value.subscribe === 'function')
}
