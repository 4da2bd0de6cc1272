/**
 * Sends for refs: makes the envelope of a tell, an ask or a stream, with who asks, until when, and as part of which trace.
 */
import { checkTimeout } from '../base/check.ts'
import type { Stream } from '../base/observable.ts'
import { ASK, Envelope, STREAM, type StreamPort, TELL, replyPort, stopSentinel } from '../model/envelope.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import { type AskOptions, type Courier, targetOf } from '../model/ref.ts'
import type { Target } from '../model/target.ts'
import { AbortFan } from './abort-fan.ts'
import { openStream } from './stream-consumer.ts'
import type { Kernel } from './kernel.ts'
import { type Asker, PendingAsk } from './pending-ask.ts'

/**
 * An inner ask whose deadline is the outer one's expires up to so many milliseconds after it, because each timeout has a list
 * and a timer of its own.
 */
const NESTED_STEP = 64

/** Copies a value as another node would get it, for `checkMessages`; throws NotSerializableError, which calls it `root`. */
export type MessageCheck = (value: unknown, root: string) => unknown

export class KernelCourier implements Courier {
  readonly #kernel: Kernel
  readonly #check: MessageCheck | null
  readonly #aborts = new AbortFan()

  constructor(kernel: Kernel, check: MessageCheck | null) {
    this.#kernel = kernel
    this.#check = check
  }

  tell(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): void | Promise<void> {
    const sender = this.#sender(options)
    const sent = this.#copied(args)
    this.#kernel.sent++
    return target.deliver(new Envelope(TELL, method, sent, sender, null, traceOf(sender, options)))
  }

  ask(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): Promise<unknown> {
    const asker = this.#sender(options)
    const signal = options?.signal
    this.#kernel.sent++
    // What is wrong with the call rejects the promise too: callers have one place to look.
    return new Promise((resolve, reject) => {
      const own = this.#ownTimeout(options)
      const left = asker === null || asker.handling === null ? Number.POSITIVE_INFINITY : this.#timeLeft(asker.handling)
      const timeout = left < own ? left : own
      const within = left < own ? Math.min(own, Math.ceil(left / NESTED_STEP) * NESTED_STEP) : own
      const sent = this.#copied(args)
      if (signal?.aborted === true) throw signal.reason
      const settle = this.#check === null ? resolve : copying(this.#check, resolve, reject)
      const pending = new PendingAsk(this.#kernel.deadlines, target, method, timeout, within, asker, settle, reject)
      try {
        void target.deliver(new Envelope(ASK, method, sent, asker, pending, traceOf(asker, options)))
      } catch (error) {
        pending.reject(error)
        return
      }
      if (signal !== undefined && !pending.settled) pending.abortOn(signal, this.#aborts)
    })
  }

  stream(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): Stream<unknown> {
    const sender = this.#sender(options)
    const trace = traceOf(sender, options)
    const sent = this.#copied(args)
    const signal = options?.signal === undefined ? null : { signal: options.signal, aborts: this.#aborts }
    const open = (port: StreamPort): void => void target.deliver(new Envelope(STREAM, method, sent, sender, port, trace))
    return openStream(open, signal, (run) => this.#kernel.asNobody(run))
  }

  stop(target: Target, reason: ExitReason): void {
    void target.deliver(stopSentinel(reason))
  }

  exited(target: Target): Promise<ExitReason> {
    const outcome = target.outcome ?? null
    return outcome === null ? new Promise((resolve) => target.watch({ ended: resolve })) : Promise.resolve(outcome)
  }

  #copied(args: readonly unknown[]): readonly unknown[] {
    // Safe: a copy of a list is a list.
    return this.#check === null || args.length === 0 ? args : (this.#check(args, 'args') as readonly unknown[])
  }

  #sender(options: AskOptions | null): Asker | null {
    const { current, asyncContext } = this.#kernel
    if (options?.by === undefined) return current ?? asyncContext?.current() ?? null
    const target = targetOf(options.by.ref)
    // Safe: `by` takes the self of an actor of this system, whose ref points at its cell.
    return target as Asker
  }

  #ownTimeout(options: AskOptions | null): number {
    const timeout = options?.timeout
    if (timeout === undefined) return this.#kernel.askTimeout
    checkTimeout('timeout', timeout)
    return timeout
  }

  /** Milliseconds for which somebody waits for the answer to a message. */
  #timeLeft(handling: Envelope): number {
    const outer = replyPort(handling)?.deadline ?? Number.POSITIVE_INFINITY
    return outer === Number.POSITIVE_INFINITY ? outer : Math.max(0, outer - this.#kernel.clock.now())
  }
}

/** Answers are copied too; one that cannot be is the asker's error, as over a link. */
function copying(
  check: MessageCheck,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): (value: unknown) => void {
  return (value) => {
    try {
      resolve(check(value, 'reply'))
    } catch (error) {
      reject(error)
    }
  }
}

function traceOf(sender: Asker | null, options: AskOptions | null): string | null {
  return options?.trace ?? sender?.handling?.trace ?? null
}
