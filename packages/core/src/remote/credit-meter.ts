/**
 * The receiver's side of flow control: gives a frame's bytes back to the sender once the frame's messages were accepted.
 * A message that waits before a full mailbox keeps its share of the frame until there is room.
 */

/** Grants are sent when this part of the window is due, not for each frame. */
const GRANT_SHARE = 4

export class CreditMeter {
  readonly #threshold: number
  readonly #grant: (bytes: number) => void
  /** Accepted, not granted yet. */
  #due = 0
  /** Messages of the current frame that wait before a full mailbox. */
  #waiting: Promise<void>[] = []

  constructor(window: number, grant: (bytes: number) => void) {
    this.#threshold = Math.max(1, Math.floor(window / GRANT_SHARE))
    this.#grant = grant
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
    this.#grant(due)
  }
}
