/**
 * The receiver's side of flow control: gives a frame's bytes back to the sender once the frame's messages were accepted.
 * A message that waits before a full mailbox keeps its share of the frame until there is room.
 */

import { ProtocolError } from '../errors/remote-errors.ts'
import type { Trust } from '../serialization/codec.ts'

/** Grants are sent when this part of the window is due, not for each frame. */
const GRANT_SHARE = 4

export class CreditMeter {
  readonly #peer: string
  readonly #trust: Trust
  readonly #window: number
  readonly #threshold: number
  readonly #grant: (bytes: number) => void
  /** Accepted, not granted yet. */
  #due = 0
  /** Received, not granted again yet. */
  #taken = 0
  /** Messages of the current frame that wait before a full mailbox. */
  #waiting: Promise<void>[] = []

  constructor(peer: string, window: number, grant: (bytes: number) => void, trust: Trust = 'untrusted') {
    this.#peer = peer
    this.#trust = trust
    this.#window = window
    this.#threshold = Math.max(1, Math.floor(window / GRANT_SHARE))
    this.#grant = grant
  }

  /** Throws ProtocolError when the peer sends although its credit is used up. A worker does so when it exits: all at once. */
  frameComes(bytes: number): void {
    if (this.#trust === 'untrusted' && this.#taken >= this.#window)
      throw new ProtocolError(this.#peer, `it sent ${bytes} bytes without credit`)
    this.#taken += bytes
  }

  /** A message of the current frame is accepted once `accepted` settles. */
  wait(accepted: Promise<void>): void {
    this.#waiting.push(accepted)
  }

  /** The current frame was read. */
  frameDone(bytes: number, entries: number): void {
    const waiting = this.#waiting
    if (waiting.length === 0) {
      this.#release(bytes)
      return
    }
    this.#waiting = []
    const share = Math.floor(bytes / entries)
    const release = (): void => this.#release(share)
    for (const accepted of waiting) void accepted.then(release, release)
    this.#release(bytes - share * waiting.length)
  }

  #release(bytes: number): void {
    this.#due += bytes
    if (this.#due < this.#threshold) return
    const due = this.#due
    this.#due = 0
    this.#taken -= due
    this.#grant(due)
  }
}
