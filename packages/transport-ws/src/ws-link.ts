/**
 * A link over a WebSocket, in Node and in browsers: frames in messages (see chunks.ts), a high-water mark on what is buffered,
 * and an end that both sides hear. Made by listener and connector.
 */
import type { ExitReason, Link, LinkEvents } from '@troupe/core/transport'
import { Assembler, LEAST_LIMIT, LONGEST_FRAME, MessageFault, toLimit, toMessages } from './chunks.ts'
import { MALFORMED, NOT_BINARY, TOO_LONG, fromClose, toClose } from './close-codes.ts'
import type { WebSocketPort } from './web-socket.ts'

/** Milliseconds in which a closed link must get some of what is buffered to the other end, or hear its close. */
const LINGER = 2_000

export interface WsLinkOptions {
  /** For people: `wss://10.0.0.2:7400`. */
  readonly peer: string
  /** Of the TLS connection below, see tls.ts. */
  readonly binding: Uint8Array | undefined
  /** The longest message that this end takes. */
  readonly maxPayload: number
  /** Buffered bytes above which `send` says to wait; `drain` comes at half of it. */
  readonly highWater: number
}

export class WsLink implements Link {
  readonly peer: string
  readonly binding?: Uint8Array
  readonly #socket: WebSocketPort
  readonly #highWater: number
  readonly #assembler: Assembler
  /** The longest message that the other end takes. Written once, when it says so. */
  #limit = LEAST_LIMIT
  #events: LinkEvents | null = null
  /** Frames from before `open`. */
  #early: Uint8Array[] = []
  /** Whether `send` said to wait. */
  #over = false
  /** Why the link ends, once this end knows: its own reason, or what the other end did wrong. */
  #reason: ExitReason | null = null
  /** 'closing': nothing is sent or handed over any more; `closed` is still to come. */
  #state: 'open' | 'closing' | 'closed' = 'open'
  #linger: ReturnType<typeof setTimeout> | undefined

  constructor(socket: WebSocketPort, { peer, binding, maxPayload, highWater }: WsLinkOptions) {
    this.peer = peer
    if (binding !== undefined) this.binding = binding
    this.#socket = socket
    this.#highWater = highWater
    this.#assembler = new Assembler((limit) => (this.#limit = limit))
    socket.listen({
      message: (bytes) => this.#message(bytes),
      text: () => this.#refuse(NOT_BINARY, new MessageFault('a message of text')),
      room: () => this.#room(),
      failed: (error) => (this.#reason ??= { kind: 'error', error }),
      closed: (code, text) => this.#end(this.#reason ?? fromClose({ code, text }, this.peer)),
    })
    socket.send([toLimit(maxPayload)])
  }

  open(events: LinkEvents): void {
    if (this.#events !== null) throw new Error('a link is opened once')
    this.#events = events
    const early = this.#early
    this.#early = []
    for (const frame of early) this.#hand(frame)
    if (this.#state === 'closed') this.#tell()
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    if (frame.length > LONGEST_FRAME) {
      this.close({ kind: 'error', error: new RangeError(`a frame of ${frame.length} bytes, at most ${LONGEST_FRAME} are sent`) })
      return true
    }
    this.#socket.send(toMessages(frame, this.#limit))
    if (!this.#over && this.#socket.buffered > this.#highWater) {
      this.#over = true
      this.#socket.whenBelow(this.#highWater / 2)
    }
    return !this.#over
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    const { code, text } = toClose(reason)
    this.#leave(reason, code, text)
    // Nobody reads there any more, so there is nothing to wait for.
    if (reason.kind === 'disconnected') this.#socket.terminate()
  }

  #leave(reason: ExitReason, code: number, text: string): void {
    this.#state = 'closing'
    this.#reason ??= reason
    this.#early = []
    this.#socket.close(code, text)
    this.#wait()
  }

  /** As long as the other end takes what is buffered, it is waited for. */
  #wait(): void {
    const left = this.#socket.buffered
    this.#linger = setTimeout(() => {
      if (left > 0 && this.#socket.buffered < left) this.#wait()
      else this.#socket.terminate()
    }, LINGER)
  }

  #message(bytes: Uint8Array): void {
    if (this.#state !== 'open') return
    let frame: Uint8Array | null
    try {
      frame = this.#assembler.push(bytes)
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error
      this.#refuse(error.isTooLong ? TOO_LONG : MALFORMED, error)
      return
    }
    if (frame !== null) this.#hand(frame)
  }

  #hand(frame: Uint8Array): void {
    if (this.#state === 'closing') return
    if (this.#events === null) this.#early.push(frame)
    else this.#events.frame(frame)
  }

  /** The other end sent what no link sends. */
  #refuse(code: number, fault: MessageFault): void {
    if (this.#state !== 'open') return
    this.#leave({ kind: 'error', error: new Error(`${this.peer} sent ${fault.message}`, { cause: fault }) }, code, '')
  }

  #room(): void {
    this.#over = false
    if (this.#state === 'open') this.#events?.drain()
  }

  #end(reason: ExitReason): void {
    if (this.#state === 'closed') return
    clearTimeout(this.#linger)
    this.#state = 'closed'
    this.#reason = reason
    this.#tell()
  }

  #tell(): void {
    this.#events?.closed(this.#reason ?? { kind: 'disconnected', node: this.peer })
  }
}
