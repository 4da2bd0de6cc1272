/**
 * A link over a stream of bytes: the extra pipe of a child process, a Unix socket, a TCP connection. What one turn of the
 * event loop sends is written at once, and only one write is on its way at a time: so it is always known what the kernel
 * has not taken yet, and a process that exits can write the rest itself.
 */
import type { Duplex } from 'node:stream'
import type { ExitReason, LinkEvents } from '@troupe/core/transport'
import { Arrivals } from './arrivals.ts'
import { LONGEST_FRAME, type OutFrame, toPieces } from './frame-format.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { decodeNote, encodeNote, type Note } from './note.ts'
import { HIGH_WATER, LOW_WATER, tooLong, type WorkerLink, type WorkerLinkOptions } from './worker-link.ts'
import { writeAtOnce } from './write-at-once.ts'

/** How long this end waits, after it closed the link and everything is written, for the other end to close it too. */
const LINGER_MS = 2_000

export class StreamLink implements WorkerLink {
  readonly peer: string
  readonly #stream: Duplex
  #maxFrame: number
  readonly #onNote: ((note: Note) => void) | undefined
  readonly #arrivals: Arrivals
  readonly #splitter: FrameSplitter
  /** Frames of this turn, and those that wait for the write before them. */
  #queue: OutFrame[] = []
  /** What the stream was given and has not confirmed. */
  #inFlight: readonly Uint8Array[] = []
  /** Bytes in both. */
  #unsent = 0
  #flushing = false
  /** Whether `send` said to wait. */
  #over = false
  /** Why the link ends: this end's reason, or the one that the other end announced. */
  #reason: ExitReason | null = null
  /** 'closing': nothing more is sent; `closed` is still to come. */
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Set when this process exits. */
  #writeAtOnce: ((piece: Uint8Array) => void) | null = null
  #linger: NodeJS.Timeout | null = null
  /** After all that the promises settled in this turn have sent: callers that go on after each other go into one write. */
  readonly #soon = (): void => this.#flush()

  constructor(stream: Duplex, options: WorkerLinkOptions) {
    this.peer = options.peer
    this.#stream = stream
    this.#maxFrame = options.maxFrame ?? LONGEST_FRAME
    this.#onNote = options.onNote
    this.#arrivals = new Arrivals(options.onClosed)
    this.#splitter = new FrameSplitter(this.#maxFrame, (bytes, isNote) => this.#take(bytes, isNote))
    stream.on('data', (chunk: Uint8Array) => this.#read(chunk))
    stream.on('end', () => stream.destroy()) // the other end reads no more, either
    stream.on('error', (error) => this.#fail(error))
    stream.on('close', () => this.#end())
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
    this.#put({ bytes: frame, isNote: false })
    this.#over ||= this.#unsent > HIGH_WATER // until the drain, which would not come if what is sent meanwhile unsaid it
    return !this.#over
  }

  note(note: Note): void {
    if (this.#state === 'open') this.#put({ bytes: encodeNote(note), isNote: true })
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    this.note({ kind: 'close', reason })
    this.#state = 'closing'
    this.#reason ??= reason
    this.#arrivals.mute()
    this.#flush()
  }

  /** From now on frames of at most so many bytes, both ways. */
  limit(maxFrame: number): void {
    this.#maxFrame = maxFrame
    this.#splitter.maxFrame = maxFrame
  }

  /**
   * For a process that exits: writes what the kernel has not taken, which is the last `untaken` bytes of the write on its way
   * and everything queued, and from now on each frame as soon as it is sent.
   */
  sendAtOnce(untaken: number, write: (piece: Uint8Array) => void): void {
    for (const piece of tail(this.#inFlight, untaken)) write(piece)
    for (const piece of toPieces(this.#queue)) write(piece)
    this.#queue = []
    this.#inFlight = []
    this.#writeAtOnce = write
    this.#arrivals.leave()
  }

  #put(frame: OutFrame): void {
    if (this.#writeAtOnce !== null) {
      for (const piece of toPieces([frame])) this.#writeAtOnce(piece)
      return
    }
    this.#unsent += frame.bytes.length
    this.#queue.push(frame)
    if (this.#flushing) return
    this.#flushing = true
    process.nextTick(this.#soon)
  }

  #flush(): void {
    if (this.#inFlight.length > 0 || this.#state === 'closed') return
    if (this.#queue.length === 0) {
      this.#flushing = false
      if (this.#state === 'closing') this.#finish()
      return
    }
    this.#flushing = true
    const pieces = toPieces(this.#queue)
    const bytes = this.#unsent
    this.#queue = []
    const written = (): void => {
      this.#unsent -= bytes
      this.#inFlight = []
      this.#flush()
      this.#drain()
    }
    const [only] = pieces
    const taken = pieces.length === 1 && only !== undefined ? writeAtOnce(this.#stream, only) : 0
    if (taken === only?.length) {
      written()
      return
    }
    if (only !== undefined && taken > 0) pieces[0] = only.subarray(taken)
    this.#inFlight = pieces
    this.#write(pieces, written)
  }

  #write(pieces: readonly Uint8Array[], done: () => void): void {
    const [only] = pieces
    if (pieces.length === 1 && only !== undefined) {
      this.#stream.write(only, done)
      return
    }
    const last = pieces.length - 1
    this.#stream.cork()
    pieces.forEach((piece, index) => this.#stream.write(piece, index === last ? done : undefined))
    this.#stream.uncork()
  }

  #drain(): void {
    if (!this.#over || this.#unsent > LOW_WATER || this.#state !== 'open') return
    this.#over = false
    this.#arrivals.drain()
  }

  /** Everything is written: says so to the other end, which destroys its stream, which ends this one. */
  #finish(): void {
    this.#stream.end()
    this.#linger ??= setTimeout(() => this.#stream.destroy(), LINGER_MS).unref()
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#splitter.push(chunk)
    } catch (error) {
      this.#fail(error)
      this.#stream.destroy()
    }
  }

  #take(bytes: Uint8Array, isNote: boolean): void {
    if (!isNote) {
      this.#arrivals.frame(bytes)
      return
    }
    const note = decodeNote(bytes)
    if (note.kind === 'close') this.#left(note.reason)
    else this.#onNote?.(note)
  }

  /** The other end sends nothing more, and takes nothing. */
  #left(reason: ExitReason): void {
    this.#reason ??= reason
    this.#stream.destroy()
  }

  /** A broken pipe is how the end of the other end looks from here; anything else is worth telling. */
  #fail(error: unknown): void {
    if (isGone(error) || this.#reason !== null) return
    this.#reason = { kind: 'error', error: error instanceof Error ? error : new Error(String(error)) }
  }

  #end(): void {
    this.#state = 'closed'
    this.#queue = []
    if (this.#linger !== null) clearTimeout(this.#linger)
    this.#arrivals.end(this.#reason ?? { kind: 'disconnected', node: this.peer })
  }
}

/** The last `count` bytes of several pieces. */
function tail(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  let left = count
  for (let index = pieces.length - 1; index >= 0 && left > 0; index--) {
    const piece = pieces[index]
    if (piece === undefined) break
    const part = piece.length > left ? piece.subarray(piece.length - left) : piece
    rest.unshift(part)
    left -= part.length
  }
  return rest
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}
