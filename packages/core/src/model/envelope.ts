/**
 * What lies in a mailbox: one message with who sent it and who waits for the answer. One class and one shape for
 * every kind, so that the delivery path stays monomorphic. Made by refs, timers and the remote engine; read by cells.
 */
import type { ChainLink } from './ask-chain.ts'
import type { ExitReason } from './exit-reason.ts'
import type { Target } from './target.ts'

export const TELL = 0
export const ASK = 1
export const STREAM = 2
/** The sentinel: what was queued before it is handled, then the actor ends with `args[0]`, an ExitReason. */
export const STOP_SENTINEL = 3
/** A function that the runtime runs as a turn of the actor (watch notices, trapped exits, timers). Never bounded, never remote. */
export const TURN = 4

export type EnvelopeKind = typeof TELL | typeof ASK | typeof STREAM | typeof STOP_SENTINEL | typeof TURN

/** The end of an ask at which the answer is awaited. Settling twice is fine: the first one counts. */
export interface ReplyPort {
  /** On the clock of this node, in milliseconds; Infinity when there is none. */
  readonly deadline: number
  resolve(value: unknown): void
  reject(error: unknown): void
  /** True once nobody waits any more. */
  readonly settled: boolean
  /** Calls back, once, when the asker gives up: its signal aborted, its deadline passed, its link ended. */
  onCancel(notify: (reason: unknown) => void): void
  /** The askers that wait for this answer, outermost first, the direct one last. Computed when called: only cycles and links need it. */
  chain(): readonly ChainLink[]
}

/** The end of a stream at which values are consumed. */
export interface StreamPort {
  next(value: unknown): void
  complete(): void
  error(error: unknown): void
  readonly closed: boolean
  /** How many values the consumer still takes; Infinity without backpressure. */
  readonly demand: number
  /** Calls back each time that demand grew from zero. */
  onDemand(notify: () => void): void
  /** Calls back, once, when the consumer unsubscribed or is gone. */
  onCancel(notify: (reason: unknown) => void): void
}

export class Envelope {
  readonly kind: EnvelopeKind
  readonly method: string
  readonly args: readonly unknown[]
  /** Who sent it, where that is known; what stands for a peer where no actor of it did; null for code of this node. */
  readonly sender: Target | null
  /** ReplyPort of an ask, StreamPort of a stream, else null. */
  readonly port: ReplyPort | StreamPort | null
  /** The W3C trace context that it belongs to, handed on from handler to handler. */
  readonly trace: string | null

  constructor(
    kind: EnvelopeKind,
    method: string,
    args: readonly unknown[],
    sender: Target | null,
    port: ReplyPort | StreamPort | null,
    trace: string | null,
  ) {
    this.kind = kind
    this.method = method
    this.args = args
    this.sender = sender
    this.port = port
    this.trace = trace
  }
}

const NO_ARGS: readonly unknown[] = Object.freeze([])

export function stopSentinel(reason: ExitReason): Envelope {
  return new Envelope(STOP_SENTINEL, '', [reason], null, null, null)
}

/** A sentinel as supervisors send it: with reason `shutdown`. */
export function isShutdownRequest({ kind, args }: Envelope): boolean {
  // Safe: stopSentinel put a reason there.
  return kind === STOP_SENTINEL && (args[0] as ExitReason).kind === 'shutdown'
}

/** A turn that the runtime takes inside an actor. */
export function turn(run: () => unknown): Envelope {
  return new Envelope(TURN, '', [run], null, null, null)
}

/** The ReplyPort of an ask. */
export function replyPort(envelope: Envelope): ReplyPort | null {
  // Safe: whoever makes an envelope of kind ASK gives it a ReplyPort; nobody else reads `port` untyped.
  return envelope.kind === ASK ? (envelope.port as ReplyPort) : null
}

/** The StreamPort of a stream request. */
export function streamPort(envelope: Envelope): StreamPort | null {
  // Safe for the same reason.
  return envelope.kind === STREAM ? (envelope.port as StreamPort) : null
}

export { NO_ARGS }
