/**
 * A link over a message port, between two threads of Node or of a page. One frame is one post. Its bytes are moved when they
 * are many and copied when they are few, which is cheaper. A port tells nobody how much waits in it, so the receiver says from
 * time to time how many bytes it took.
 */
import type { ExitReason, LinkEvents } from '@troupe/core/transport'
import { Arrivals } from './arrivals.ts'
import { PortMemory } from './port-memory.ts'
import { LONGEST_FRAME } from './frame-format.ts'
import { decodeNote, encodeNote, type Note } from './note.ts'
import type { Port } from './port.ts'
import { tooLong, type WorkerLink, type WorkerLinkOptions } from './worker-link.ts'

/** From this many bytes on a frame is moved. */
const LARGE = 2_048
/**
 * Bytes on their way above which `send` says to wait, and below which `drain` follows. More than a pipe's: receipts wait for
 * the end of the sender's turn, and while it pickles the megabyte that core holds, the other thread must have work.
 */
const HIGH_WATER = 4_194_304
const LOW_WATER = 2_097_152
/** The receiver says how much it took after so many bytes. */
const RECEIPT = HIGH_WATER / 16

/** What is posted: a frame, a receipt, a note, or shared memory that a later frame names. */
type Post = Uint8Array | number | { readonly note: Uint8Array } | { readonly memory: SharedArrayBuffer; readonly id: number }

export class PortLink implements WorkerLink {
  readonly peer: string
  readonly memory: PortMemory
  readonly #port: Port
  readonly #maxFrame: number
  readonly #onNote: ((note: Note) => void) | undefined
  readonly #arrivals: Arrivals
  /** Bytes sent without a receipt. */
  #outstanding = 0
  /** Bytes taken without a receipt given. */
  #taken = 0
  /** Whether `send` said to wait. */
  #over = false
  #reason: ExitReason | null = null
  /** 'closing': nothing more is sent; `closed` is still to come. */
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor(port: Port, options: WorkerLinkOptions) {
    this.peer = options.peer
    this.#port = port
    this.memory = new PortMemory((id, memory) => {
      if (this.#state === 'open') port.post({ id, memory } satisfies Post)
    })
    this.#maxFrame = options.maxFrame ?? LONGEST_FRAME
    this.#onNote = options.onNote
    this.#arrivals = new Arrivals(options.onClosed)
    port.listen(
      // Safe: only the other end's PortLink holds the other port.
      (post) => this.#take(post as Post),
      () => this.#end(),
    )
  }

  open(events: LinkEvents): void {
    this.#arrivals.open(events)
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    const problem = tooLong(frame, this.#maxFrame, this.peer)
    if (problem !== null) {
      this.close(problem)
      return true
    }
    const own = ownBytes(frame)
    this.#outstanding += own.length
    this.#port.post(own, own.length >= LARGE ? [own.buffer] : undefined)
    this.#over ||= this.#outstanding > HIGH_WATER // until the drain, which would not come if what is sent meanwhile unsaid it
    return !this.#over
  }

  note(note: Note): void {
    if (this.#state === 'open') this.#port.post({ note: encodeNote(note) } satisfies Post)
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    this.note({ kind: 'close', reason })
    this.#state = 'closing'
    this.#reason ??= reason
    this.#arrivals.mute()
    this.#port.close()
  }

  /** For a thread that exits: what core holds, such as this turn's batch, is posted now. */
  sendAtOnce(): void {
    this.#arrivals.leave()
  }

  /** Takes what has arrived and waits in the port: for when the other end's thread is gone, which may be heard first. */
  takeRest(): void {
    // Safe: as above.
    for (const post of this.#port.waiting()) this.#take(post as Post)
  }

  #take(post: Post): void {
    if (typeof post === 'number') this.#receipt(post)
    else if (post instanceof Uint8Array) this.#frame(post)
    else if ('memory' in post) this.memory.arrived(post.id, post.memory)
    else this.#noteArrived(decodeNote(post.note))
  }

  #frame(frame: Uint8Array): void {
    this.#taken += frame.length
    if (this.#taken >= RECEIPT) {
      this.#port.post(this.#taken)
      this.#taken = 0
    }
    this.#arrivals.frame(frame)
  }

  #receipt(bytes: number): void {
    this.#outstanding -= bytes
    if (!this.#over || this.#outstanding > LOW_WATER || this.#state !== 'open') return
    this.#over = false
    this.#arrivals.drain()
  }

  #noteArrived(note: Note): void {
    if (note.kind !== 'close') {
      this.#onNote?.(note)
      return
    }
    this.#reason ??= note.reason
    this.#port.left()
  }

  #end(): void {
    this.#state = 'closed'
    this.memory.clear()
    this.#arrivals.end(this.#reason ?? { kind: 'disconnected', node: this.peer })
  }
}

/** The frame in a buffer of its own: posting a view would copy or move all that lies around it. */
function ownBytes(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = frame
  if (buffer instanceof ArrayBuffer && buffer.byteLength === frame.byteLength) return frame as Uint8Array<ArrayBuffer>
  return new Uint8Array(frame)
}
