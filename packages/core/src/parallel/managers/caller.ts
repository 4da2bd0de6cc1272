/**
 * What a proxy of a shared object does with a call: it asks the owner at once, or, within a batch, writes it down. Proxies are
 * written once for both.
 */
import type { ActorRef, AskOptions, Messenger } from '../../index.ts'
import { freeze } from './snapshots.ts'

/** A call that goes into a batch. */
export type Call = readonly [method: string, args: readonly unknown[]]

/** One operation of a batch, as its proxy made it. */
export class Operation<Reply> {
  readonly call: Call
  /** Carries the type of its answer; never present at run time. */
  declare readonly reply?: Reply

  constructor(call: Call) {
    this.call = call
  }
}

/** The answers to a batch, in order. */
export type BatchReplies<Operations extends readonly unknown[]> = {
  -readonly [Index in keyof Operations]: Operations[Index] extends Operation<infer Reply> ? Reply : never
}

/** Methods of a proxy as they are within a batch. */
export type Recorded<Proxy, Methods extends keyof Proxy> = {
  [Method in Methods]: Proxy[Method] extends (...args: infer Args) => Promise<infer Reply>
    ? (...args: Args) => Operation<Reply>
    : never
}

export interface BatchOptions {
  /** The version that the object must still have; otherwise nothing is done, and the batch rejects VersionChangedError. */
  readonly version?: number
}

/** `args` are made in the call: what is wrong with them is the call's rejection. */
export interface Caller {
  /** For answers that nobody can change: nothing, numbers, booleans. */
  ask<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply>
  /** For values: the answer is a snapshot. */
  read<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply>
}

export class AskCaller implements Caller {
  readonly ref: ActorRef
  readonly #options: AskOptions
  readonly #messenger: Messenger<unknown>

  constructor(ref: ActorRef, options: AskOptions = {}) {
    this.ref = ref
    this.#options = options
    this.#messenger = Object.keys(options).length === 0 ? ref : ref.with(options)
  }

  /** The same, with more options. */
  with(options: AskOptions): AskCaller {
    return new AskCaller(this.ref, { ...this.#options, ...options })
  }

  ask<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply> {
    try {
      // Safe: the owner's handler of that name answers so; nothing at run time could check it.
      return this.#messenger.ask(method, ...args()) as Promise<Reply>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  read<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply> {
    return this.ask<Reply>(method, args).then(frozen)
  }

  /** Sends operations, which a proxy that writes down has made, as one message. */
  async batch<Operations extends readonly Operation<unknown>[]>(
    operations: Operations,
    options: BatchOptions,
  ): Promise<BatchReplies<Operations>> {
    const calls = operations.map((operation) => callOf(operation))
    return await this.read<BatchReplies<Operations>>('batch', () => [calls, options.version ?? null])
  }
}

/** Writes down. What it returns is an Operation, which the types of batches say. */
export class RecordingCaller implements Caller {
  ask<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply> {
    // Safe: only batches have proxies over this one, and their types say that calls give operations.
    return new Operation<Reply>([method, args()]) as unknown as Promise<Reply>
  }

  read<Reply>(method: string, args: () => readonly unknown[]): Promise<Reply> {
    return this.ask(method, args)
  }
}

function frozen<Reply>(reply: Reply): Reply {
  freeze(reply)
  return reply
}

function callOf(operation: unknown): Call {
  if (operation instanceof Operation) return operation.call
  throw new TypeError(`a batch takes operations, as the methods of its argument return them, not ${String(operation)}`)
}
