/**
 * A WebSocket of the library `ws`, as a link needs it.
 */
import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import type { SocketEvents, WebSocketPort } from './web-socket.ts'

export class NodeSocket implements WebSocketPort {
  readonly #ws: WebSocket
  /** The connection below, to write several messages at once. */
  readonly #socket: Socket
  #events: SocketEvents | null = null
  /** What `whenBelow` asked for, until it is so. */
  #mark: number | null = null

  /** `ws` is open, and has delivered nothing yet. */
  constructor(ws: WebSocket, socket: Socket) {
    this.#ws = ws
    this.#socket = socket
  }

  get buffered(): number {
    return this.#ws.bufferedAmount
  }

  listen(events: SocketEvents): void {
    this.#events = events
    this.#ws.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) events.message(bytesOf(data))
      else events.text()
    })
    this.#ws.on('error', (error) => events.failed(error))
    this.#ws.on('close', (code, text) => events.closed(code, text.toString()))
  }

  send(messages: readonly Uint8Array[]): void {
    if (messages.length > 1) this.#socket.cork()
    for (const message of messages) this.#ws.send(message, this.#sent)
    if (messages.length > 1) this.#socket.uncork()
  }

  whenBelow(mark: number): void {
    this.#mark = mark
  }

  close(code: number, text: string): void {
    this.#ws.close(code, text)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  /** The operating system took a message, or never will: then `closed` follows. */
  readonly #sent = (): void => {
    if (this.#mark === null || this.#ws.bufferedAmount > this.#mark) return
    this.#mark = null
    this.#events?.room()
  }
}

/** One piece, by `ws`'s default: `nodebuffer`. */
function bytesOf(data: RawData): Uint8Array {
  if (data instanceof Uint8Array) return data
  return data instanceof ArrayBuffer ? new Uint8Array(data) : Buffer.concat(data)
}
