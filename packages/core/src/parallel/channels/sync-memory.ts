/**
 * A piece of shared memory through which a thread that blocks calls one that does not. The two take turns: a request one way,
 * an answer the other way, each in as many pieces as it needs. Whoever has the turn may read and write; the other one waits.
 */
import { newMemory } from '../shared/cells.ts'

/** Whose turn it is. */
const CALLER = 0
const SERVER = 1
/** Nobody's any more: the caller waited for a server that is gone. */
const OVER = 2

/** The words at the beginning: turn, whether it is closed, who calls, bytes in this piece, whether more pieces follow. */
const TURN = 0
const CLOSED = 1
const USER = 2
const LENGTH = 3
const MORE = 4
const HEADER_BYTES = 32

/** Bytes that pass in one turn. */
const ROOM = 65_536

/** What `Atomics.waitAsync` gives; the compiler's library does not know it yet. */
interface AsyncWait {
  readonly value: PromiseLike<unknown> | string
}
type WaitAsync = (words: Int32Array, index: number, value: number) => AsyncWait

export class SyncMemory {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #bytes: Uint8Array

  constructor(buffer: SharedArrayBuffer = newMemory(HEADER_BYTES + ROOM)) {
    this.buffer = buffer
    this.#words = new Int32Array(buffer, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.#bytes = new Uint8Array(buffer, HEADER_BYTES)
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, CLOSED) === 1
  }

  /** The one caller that it has; 0 before the first call. */
  get user(): number {
    return Atomics.load(this.#words, USER)
  }

  /** False when somebody else calls already. */
  claim(user: number): boolean {
    const before = Atomics.compareExchange(this.#words, USER, 0, user)
    return before === 0 || before === user
  }

  /** Whoever waits goes on; an answer that is there can still be read. */
  close(): void {
    Atomics.store(this.#words, CLOSED, 1)
    Atomics.compareExchange(this.#words, TURN, SERVER, OVER)
    Atomics.notify(this.#words, TURN)
  }

  /** Blocks until the answer is there; null when the server is gone. */
  call(request: Uint8Array): Uint8Array | null {
    for (let at = 0; at < request.length; at += ROOM) {
      this.#write(request, at)
      if (!this.#passAndBlock()) return null
    }
    const answer = new Pieces()
    while (answer.add(this.#read(), this.#hasMore)) if (!this.#passAndBlock()) return null
    return answer.whole()
  }

  /** The next request; null once it is closed. */
  async request(): Promise<Uint8Array | null> {
    const request = new Pieces()
    do {
      if (!(await this.#comesTurn())) return null
      if (!request.add(this.#read(), this.#hasMore)) return request.whole()
      this.#pass(SERVER, CALLER)
    } while (!this.isClosed)
    return null
  }

  /** Gives the answer; resolves when the caller has it, but for the last piece. */
  async answer(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += ROOM) {
      if (at > 0 && !(await this.#comesTurn())) return
      this.#write(bytes, at)
      this.#pass(SERVER, CALLER)
    }
  }

  #write(bytes: Uint8Array, at: number): void {
    const piece = bytes.subarray(at, at + ROOM)
    this.#bytes.set(piece)
    this.#words[LENGTH] = piece.length
    this.#words[MORE] = at + ROOM < bytes.length ? 1 : 0
  }

  /** A copy: not all readers of bytes take shared ones. */
  #read(): Uint8Array {
    return this.#bytes.slice(0, this.#words[LENGTH])
  }

  get #hasMore(): boolean {
    return this.#words[MORE] === 1
  }

  #pass(from: number, to: number): void {
    if (Atomics.compareExchange(this.#words, TURN, from, to) === from) Atomics.notify(this.#words, TURN)
  }

  /** False when the server is gone: closing sees that it is the server's turn, or is seen here. */
  #passAndBlock(): boolean {
    this.#pass(CALLER, SERVER)
    if (this.isClosed && Atomics.compareExchange(this.#words, TURN, SERVER, CALLER) === SERVER) return false
    while (Atomics.load(this.#words, TURN) === SERVER) Atomics.wait(this.#words, TURN, SERVER)
    return Atomics.load(this.#words, TURN) === CALLER
  }

  async #comesTurn(): Promise<boolean> {
    const waitAsync = findWaitAsync()
    while (!this.isClosed) {
      const turn = Atomics.load(this.#words, TURN)
      if (turn === SERVER) return true
      // Safe to look again in any case: what was missed is seen then.
      await waitAsync?.(this.#words, TURN, turn).value
    }
    return false
  }
}

/** What came in pieces. */
class Pieces {
  readonly #pieces: Uint8Array[] = []

  /** True when more of it is to come. */
  add(piece: Uint8Array, more: boolean): boolean {
    this.#pieces.push(piece)
    return more
  }

  whole(): Uint8Array {
    const [first] = this.#pieces
    if (first !== undefined && this.#pieces.length === 1) return first
    const whole = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }
}

/** False on the main thread of a browser, and wherever else nobody may block. */
export function canBlock(): boolean {
  try {
    // It has another value: this returns at once where it is allowed.
    Atomics.wait(new Int32Array(newMemory(Int32Array.BYTES_PER_ELEMENT)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}

/** Undefined where a thread cannot wait without blocking. */
export function findWaitAsync(): WaitAsync | undefined {
  // Safe: this is the signature that the standard gives it.
  return 'waitAsync' in Atomics ? (Atomics.waitAsync as WaitAsync) : undefined
}
