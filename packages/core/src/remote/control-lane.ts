/**
 * The way out for what must not wait behind data: credits, pings, kills, cancels. Each entry is a frame of its own, sent
 * at once and without credit; there are few of them and they are small.
 */
import type { Link } from '../model/link.ts'
import type { FrameEncoder } from '../serialization/codec.ts'
import { toFrame } from './frame.ts'
import { Lane } from './wire.ts'

export class ControlLane {
  readonly #link: Link
  readonly #encoder: FrameEncoder
  #stopped = false

  constructor(link: Link, encoder: FrameEncoder) {
    this.#link = link
    this.#encoder = encoder
  }

  /** Throws NotSerializableError, with nothing done. The number means nothing here. */
  push(header: readonly unknown[], payload: unknown, root: string): number {
    if (this.#stopped) return 0
    this.#encoder.push(header, payload, root)
    this.#link.send(toFrame(Lane.control, this.#encoder.take()))
    return 0
  }

  stop(): void {
    this.#stopped = true
  }
}
