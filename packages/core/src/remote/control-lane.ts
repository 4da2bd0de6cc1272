/**
 * The way out for what must not wait behind data: credits, pings, kills, cancels. Each entry is a frame of its own, sent
 * at once and without credit; there are few of them and they are small.
 */
import type { FrameEncoder } from '../serialization/codec.ts'
import type { Frames } from './frame.ts'
import { Lane } from './wire.ts'

export class ControlLane {
  readonly #frames: Frames
  readonly #encoder: FrameEncoder
  #stopped = false

  constructor(frames: Frames, encoder: FrameEncoder) {
    this.#frames = frames
    this.#encoder = encoder
  }

  /** Throws NotSerializableError, with nothing done. The number means nothing here. */
  push(header: readonly unknown[], payload: unknown, root: string): number {
    if (this.#stopped) return 0
    this.#encoder.push(header, payload, root)
    this.#frames.send(this.#frames.make(Lane.control, this.#encoder.take()))
    return 0
  }

  stop(): void {
    this.#stopped = true
  }
}
