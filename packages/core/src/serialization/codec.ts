/**
 * The one interface behind which pickling lives. The remote engine writes entries into frames and reads them back;
 * it never sees which library or format does it.
 *
 * An entry is an array: a header of small plain values that core itself made, and last the payload, which is the user's
 * and is checked, value by value, when it is pushed: a copy is taken then, and a value that cannot be pickled is refused
 * at the sender with its path.
 */
import type { MemoryLane } from '../model/link.ts'
import type { AnyRef } from '../model/ref.ts'

/** How actor refs are written on one link: as small plain data, made live again at the other end. */
export interface RefCodec {
  toWire(ref: AnyRef): readonly (number | string)[]
  /** Never throws: what cannot be resolved becomes a ref to nobody. */
  fromWire(wire: readonly (number | string)[]): AnyRef
  /** How memory that both ends share goes along. Without it, it is refused. */
  readonly memory?: MemoryLane
}

/** Collects entries into one frame. Stateful (record shapes): one per direction and connection, never reused across a reconnect. */
export interface FrameEncoder {
  /** Bytes and entries collected so far. */
  readonly size: number
  readonly count: number
  /**
   * Appends one entry. `root` names the payload in errors (`args`, `reply`).
   * Throws NotSerializableError and leaves the frame exactly as it was.
   */
  push(header: readonly unknown[], payload: unknown, root: string): void
  /** The frame so far, in a buffer of its own that nobody else holds; collecting starts anew. */
  take(): Uint8Array
}

/** Reads frames in the order in which their encoder made them. */
export interface FrameDecoder {
  /**
   * Calls `visit` for each entry: the header's values, then the payload, in one array. A payload alone has the header of the
   * entry before it in its frame.
   * Throws MalformedBytesError before the first visit of a frame that is not whole or passes a limit; never runs code from the wire.
   */
  decode(frame: Uint8Array, visit: (entry: readonly unknown[]) => void): void
}

/** `trusted`: the other end is a worker of this program. `untrusted`: every byte is checked before anything is built. */
export type Trust = 'trusted' | 'untrusted'

export interface DecodeLimits {
  /** Bytes of one frame or pickle. Default 64 MiB. */
  readonly maxBytes?: number
  /** Nesting. Default 64 for untrusted frames; for trusted ones what the writer accepted. */
  readonly maxDepth?: number
}

export interface Codec {
  /** Named in the handshake, so that both ends agree: `msgpack-1`. */
  readonly name: string
  createEncoder(refs: RefCodec, trust: Trust): FrameEncoder
  createDecoder(refs: RefCodec, trust: Trust, limits?: DecodeLimits): FrameDecoder
}
