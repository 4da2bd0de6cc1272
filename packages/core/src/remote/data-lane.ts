/**
 * The way out for everything that has an order: entries are pickled when they are pushed, collected into one frame per
 * turn, and handed to the link as far as the other end's credit goes. What exceeds it waits here, up to a limit that the
 * caller minds.
 */
import { RingQueue } from '../base/ring-queue.ts'
import type { FrameEncoder } from '../serialization/codec.ts'
import type { Frames } from './frame.ts'
import { type Gate, newGate } from './gate.ts'
import { Lane } from './wire.ts'

/** A batch is sealed before the end of the turn when it is this large. */
const BATCH_BYTES = 65_536
const BATCH_ENTRIES = 1_024

export interface DataLaneOptions {
  /** Bytes that the other end takes before it grants more. */
  readonly credit: number
  /** Bytes waiting above which senders are asked to wait; they go on below half of it. */
  readonly softLimit: number
  /** Bytes waiting above which `full` is true. */
  readonly hardLimit: number
  /** Hears each time that the soft limit is passed. */
  readonly pressure: (bytes: number) => void
  /** Hears that a batch could not be written: the link is of no use any more. */
  readonly failed: (error: unknown) => void
}

interface HeldFrame {
  readonly frame: Uint8Array
  readonly entries: number
}

/** A microtask, without the bookkeeping that queueMicrotask has. */
const SOON: Promise<void> = Promise.resolve()

export class DataLane {
  readonly #frames: Frames
  readonly #encoder: FrameEncoder
  readonly #softLimit: number
  readonly #hardLimit: number
  readonly #pressure: (bytes: number) => void
  readonly #failed: (error: unknown) => void
  #credit: number
  /** False from a `send` that said so until the next drain. */
  #writable = true
  /** Sealed frames that wait for credit or for the link. */
  readonly #held = new RingQueue<HeldFrame>()
  #heldBytes = 0
  /** Entries ever pushed, and of those the ones that the link has. */
  #pushed = 0
  #handed = 0
  #flushComes = false
  /** What senders wait for; one promise for all of them. */
  #room: Gate | null = null
  #drained: (() => void) | null = null
  #stopped = false
  #leaving = false
  readonly #flush = (): void => {
    this.#flushComes = false
    this.#pump()
  }

  constructor(frames: Frames, encoder: FrameEncoder, options: DataLaneOptions) {
    this.#frames = frames
    this.#encoder = encoder
    this.#credit = options.credit
    this.#softLimit = options.softLimit
    this.#hardLimit = options.hardLimit
    this.#pressure = options.pressure
    this.#failed = options.failed
  }

  /** Bytes that the link has not taken yet. */
  get buffered(): number {
    return this.#heldBytes + this.#encoder.size
  }

  /** True when what can be refused should be. */
  get full(): boolean {
    return this.#heldBytes > this.#hardLimit
  }

  /** Returns the entry's number, for `handed`. Throws NotSerializableError, with nothing done. */
  push(header: readonly unknown[], payload: unknown, root: string): number {
    if (this.#stopped) return 0
    this.#encoder.push(header, payload, root)
    this.#pushed++
    if (this.#encoder.size >= BATCH_BYTES || this.#encoder.count >= BATCH_ENTRIES) this.#seal()
    else if (!this.#flushComes) {
      this.#flushComes = true
      void SOON.then(this.#flush)
    }
    return this.#pushed
  }

  /** True when the entry of that number was handed to the link: whatever is sent from now on arrives after it. */
  handed(entry: number): boolean {
    return entry <= this.#handed
  }

  /** Undefined while there is room; else what resolves when there is again. */
  room(): Promise<void> | undefined {
    if (this.#heldBytes <= this.#softLimit || this.#stopped) return undefined
    this.#room ??= newGate()
    return this.#room.promise
  }

  /** The other end takes so many bytes more. */
  grant(bytes: number): void {
    this.#credit += bytes
    this.#pump()
  }

  /** The link has room again. */
  drain(): void {
    this.#writable = true
    this.#pump()
  }

  /** The program exits: everything goes out now, also what the other end has granted no credit for. */
  leave(): void {
    this.#leaving = true
    this.#pump()
  }

  /** Hands over what was pushed in this turn, as far as the credit goes. */
  flush(): void {
    this.#pump()
  }

  /** Calls back once, as soon as the link has everything that was pushed. */
  whenDrained(drained: () => void): void {
    this.#drained = drained
    this.#pump()
  }

  /** The link is gone: drops what waits, lets senders go on. */
  stop(): void {
    this.#stopped = true
    this.#drained = null
    while (this.#held.length > 0) this.#held.shift()
    this.#heldBytes = 0
    this.#letIn()
  }

  #seal(): void {
    const entries = this.#encoder.count
    const frame = this.#takeFrame()
    if (frame === null) return
    if (this.#held.length === 0 && this.#isOpen()) {
      this.#hand(frame, entries)
      return
    }
    const wasCalm = this.#heldBytes <= this.#softLimit
    this.#held.push({ frame, entries })
    this.#heldBytes += frame.length
    if (wasCalm && this.#heldBytes > this.#softLimit) this.#pressure(this.#heldBytes)
  }

  /** Null when the codec broke its word: what it took it must be able to write. */
  #takeFrame(): Uint8Array | null {
    try {
      return this.#frames.make(Lane.data, this.#encoder.take())
    } catch (error) {
      this.stop()
      this.#failed(error)
      return null
    }
  }

  /** One frame may exceed the credit, so that a message larger than the window passes. */
  #isOpen(): boolean {
    return this.#leaving || (this.#credit > 0 && this.#writable)
  }

  #hand(frame: Uint8Array, entries: number): void {
    this.#credit -= frame.length
    this.#handed += entries
    this.#writable = this.#frames.send(frame)
  }

  /** While the lane is blocked the batch keeps growing instead: few large frames wait, not many small ones. */
  #pump(): void {
    if (this.#stopped) return
    while (this.#held.length > 0 && this.#isOpen()) {
      const held = this.#held.shift()
      if (held === undefined) break
      this.#heldBytes -= held.frame.length
      this.#hand(held.frame, held.entries)
    }
    if (this.#held.length === 0 && this.#encoder.count > 0 && this.#isOpen()) this.#seal()
    if (this.#heldBytes <= this.#softLimit / 2) this.#letIn()
    if (this.#drained !== null && this.#held.length === 0 && this.#encoder.count === 0) {
      const drained = this.#drained
      this.#drained = null
      drained()
    }
  }

  #letIn(): void {
    this.#room?.open()
    this.#room = null
  }
}
