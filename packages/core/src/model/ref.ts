/**
 * What programs hold instead of an actor: a thin typed ref over an untyped target. It is small, may be sent anywhere, and
 * never throws for an actor that is gone.
 */
import type { Stream } from '../base/observable.ts'
import { formatAddress, sameAddress } from './address.ts'
import type { ExitReason } from './exit-reason.ts'
import type { ArgsOf, ItemOf, MethodsOf, ReplyOf } from './protocol.ts'
import type { Target } from './target.ts'

/** What one use of a ref changes. */
export interface AskOptions {
  /** Milliseconds that an ask waits. Default 5 000; 0 asks only what answers in the same turn; Infinity waits as long as the target lives. */
  readonly timeout?: number
  /** Its abort rejects the ask with the signal's reason and reaches the handler as `self.request.signal`. */
  readonly signal?: AbortSignal
  /** Who asks, for an ask that an actor makes after an await. */
  readonly by?: Asking
  /** W3C trace context to send along; by default that of the message being handled. */
  readonly trace?: string
}

/** What `by` takes: the `self` of an actor. */
export interface Asking {
  readonly ref: ActorRef<unknown>
}

/** Sends for refs: the actor engine's, one per system. */
export interface Courier {
  tell(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): void | Promise<void>
  ask(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): Promise<unknown>
  stream(target: Target, method: string, args: readonly unknown[], options: AskOptions | null): Stream<unknown>
  stop(target: Target, reason: ExitReason): void
  exited(target: Target): Promise<ExitReason>
}

/** Any ref, whatever its protocol. */
export type AnyRef = ActorRef<unknown>

let readTarget: (ref: AnyRef) => Target

/** What sends messages: an {@link ActorRef}, or what its `with` returns. */
export interface Messenger<Protocol> {
  tell<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): void | PromiseLike<void>
  ask<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): Promise<ReplyOf<Protocol, Method>>
  stream<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): Stream<ItemOf<Protocol, Method>>
}

/** A ref to an actor, on this thread or any other. Equal addresses mean the same actor. */
export class ActorRef<Protocol = unknown> {
  readonly #courier: Courier
  readonly #target: Target
  /** Written once it is asked for. */
  #address: string | null = null
  /** Carries the protocol's type; never present at run time. */
  declare readonly protocol?: Protocol

  static {
    readTarget = (ref) => ref.#target
    // What console.log of Node, Bun and Deno shows.
    Object.defineProperty(ActorRef.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: AnyRef) {
        return `ActorRef(${this.path})`
      },
    })
  }

  /** Refs come from `spawn`, `lookup` and messages; programs do not construct them. */
  constructor(courier: Courier, target: Target) {
    this.#courier = courier
    this.#target = target
  }

  /** Unique over all nodes; equal for refs to the same actor. */
  get address(): string {
    return (this.#address ??= formatAddress(this.#target.address))
  }

  /** For people: `troupe://shop/cart`. */
  get path(): string {
    return this.#target.path
  }

  /**
   * Sends one way, at most once. Never throws for a dead target: the message becomes a dead letter. Throws
   * NotSerializableError when the target is on another node and an argument cannot be pickled.
   * With a full backpressure mailbox or link the promise resolves when there is room.
   */
  tell<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): void | PromiseLike<void> {
    return this.#courier.tell(this.#target, method, args, null)
  }

  /**
   * Sends and waits. Rejects with the handler's error, AskTimeoutError (default 5 000 ms), ActorStoppedError at once when the
   * target, its worker or its link ends, MailboxFullError, or DeadlockError for a cycle of asks that can only deadlock.
   */
  ask<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): Promise<ReplyOf<Protocol, Method>> {
    // Safe: the protocol's type says what its handler returns; nothing at run time could check it.
    return this.#courier.ask(this.#target, method, args, null) as Promise<ReplyOf<Protocol, Method>>
  }

  /** The values of a handler that returns an Observable, an iterable or an async iterable. Each subscription asks anew; unsubscribing ends the source. */
  stream<Method extends MethodsOf<Protocol>>(
    method: Method,
    ...args: ArgsOf<Protocol, Method>
  ): Stream<ItemOf<Protocol, Method>> {
    // Safe for the same reason.
    return this.#courier.stream(this.#target, method, args, null) as Stream<ItemOf<Protocol, Method>>
  }

  /** The same actor with other options for what is sent through the result. */
  with(options: AskOptions): Messenger<Protocol> {
    return new OptionedRef<Protocol>(this.#courier, this.#target, options)
  }

  /** The sentinel: what was queued before it is handled, then the actor ends with `reason`, `normal` unless said. */
  stop(reason: ExitReason = { kind: 'normal' }): void {
    this.#courier.stop(this.#target, reason)
  }

  /** Ends it now, with reason `killed`; cannot be refused. */
  kill(): void {
    this.#target.kill()
  }

  /** Resolves when setup is done; rejects StartFailedError. */
  get ready(): Promise<void> {
    return this.#target.ready()
  }

  /** Resolves with the reason when the actor has ended, at once when it is gone already. Never rejects. */
  get exited(): Promise<ExitReason> {
    return this.#courier.exited(this.#target)
  }

  equals(other: AnyRef): boolean {
    return sameAddress(this.#target.address, targetOf(other).address)
  }

  toString(): string {
    return this.path
  }

  get [Symbol.toStringTag](): string {
    return 'ActorRef'
  }
}

class OptionedRef<Protocol> implements Messenger<Protocol> {
  readonly #courier: Courier
  readonly #target: Target
  readonly #options: AskOptions

  constructor(courier: Courier, target: Target, options: AskOptions) {
    this.#courier = courier
    this.#target = target
    this.#options = options
  }

  tell<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): void | PromiseLike<void> {
    return this.#courier.tell(this.#target, method, args, this.#options)
  }

  ask<Method extends MethodsOf<Protocol>>(method: Method, ...args: ArgsOf<Protocol, Method>): Promise<ReplyOf<Protocol, Method>> {
    return this.#courier.ask(this.#target, method, args, this.#options) as Promise<ReplyOf<Protocol, Method>>
  }

  stream<Method extends MethodsOf<Protocol>>(
    method: Method,
    ...args: ArgsOf<Protocol, Method>
  ): Stream<ItemOf<Protocol, Method>> {
    return this.#courier.stream(this.#target, method, args, this.#options) as Stream<ItemOf<Protocol, Method>>
  }
}

/** What a ref points at. For the engines; programs have no use for it. */
export function targetOf(ref: AnyRef): Target {
  return readTarget(ref)
}
