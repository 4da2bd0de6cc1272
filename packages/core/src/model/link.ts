/**
 * The contract of a transport: it moves frames and nothing else. Naming, authentication, flow control, liveness and
 * ordering are core's. Written down for authors in docs/TRANSPORTS.md; tried by `describeTransport` of @troupe/testkit.
 */
import type { ExitReason } from './exit-reason.ts'
import type { LinkPolicy, Reconnect } from './link-policy.ts'

/** What core wants to hear of an open link. */
export interface LinkEvents {
  /** One whole frame, as the peer sent it. The bytes are core's from now on. */
  frame(bytes: Uint8Array): void
  /** After a `send` that returned false: there is room again. */
  drain(): void
  /** This end's program exits without another turn: core sends all that it holds, whatever the peer's credit. */
  leaving?(): void
  /** Exactly once, and last: after the frames that arrived before the end. */
  closed(reason: ExitReason): void
}

/** How memory that the two ends share crosses the link, beside its frames: ends that are threads of one process have it. */
export interface MemoryLane {
  /** Sends the memory itself, ahead of the frames that are sent from now on. The number names it once, at the other end. */
  give(memory: SharedArrayBuffer): number
  /** What the other end gave under that number; null when it is not there, or was taken already. */
  take(id: number): SharedArrayBuffer | null
}

/** One open connection: reliable and in order while it is open. */
export interface Link {
  /** For people: `pid 4711`, `wss://10.0.0.2:7400`. */
  readonly peer: string
  /** Where the connection is encrypted: bytes that only its two ends can know (RFC 9266). The handshake is bound to them. */
  readonly binding?: Uint8Array
  /** Where both ends share memory. Without it a SharedArrayBuffer cannot be sent. Core uses it for workers of this program only. */
  readonly memory?: MemoryLane
  /** Called once, before the first `send`; frames that came earlier are kept for it. */
  open(events: LinkEvents): void
  /** Takes one frame. False: it was taken, but the link is over its high-water mark; wait for `drain`. After the end it is a no-op. */
  send(frame: Uint8Array): boolean
  /** Ends the link once what was sent is flushed; both ends hear `closed`. Closing twice is fine. */
  close(reason?: ExitReason): void
}

/** Dials. */
export interface Connector extends LinkPolicy {
  /** Calls again when the link is lost. Default: it does not. */
  readonly reconnect?: Reconnect
  connect(signal: AbortSignal): Promise<Link>
}

/** Takes calls. */
export interface Listener extends LinkPolicy {
  listen(accept: (link: Link) => void): Promise<{ readonly address: string; close(): Promise<void> }>
}
