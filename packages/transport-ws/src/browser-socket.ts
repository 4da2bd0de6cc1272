/**
 * The platform's WebSocket, as a link needs it: in browsers and their workers, and wherever else `globalThis.WebSocket` is.
 */
import type { SocketEvents, WebSocketPort } from './web-socket.ts'

/** Milliseconds between two looks at what is buffered: the platform tells nobody when it is less. */
const LOOK_EVERY = 10

export class BrowserSocket implements WebSocketPort {
  readonly #socket: WebSocket
  #events: SocketEvents | null = null
  /** Runs only while more is buffered than `whenBelow` was told. */
  #look: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  /** `socket` is open, has delivered nothing yet, and delivers ArrayBuffers. */
  constructor(socket: WebSocket) {
    this.#socket = socket
  }

  get buffered(): number {
    return this.#socket.bufferedAmount
  }

  listen(events: SocketEvents): void {
    this.#events = events
    this.#socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#isClosed) return
      if (data instanceof ArrayBuffer) events.message(new Uint8Array(data))
      else events.text()
    })
    // An 'error' event says nothing, and 'close' follows.
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end(code, reason))
  }

  send(messages: readonly Uint8Array[]): void {
    // Safe: frames are never over shared memory, which alone the platform's type excludes.
    for (const message of messages) this.#socket.send(message as Uint8Array<ArrayBuffer>)
  }

  whenBelow(mark: number): void {
    this.#look = setTimeout(() => {
      if (this.#isClosed) return
      if (this.#socket.bufferedAmount > mark) this.whenBelow(mark)
      else this.#events?.room()
    }, LOOK_EVERY)
  }

  close(code: number, text: string): void {
    this.#socket.close(code, text)
  }

  /** The platform gives up by itself, later; for the link it is over now. */
  terminate(): void {
    this.#socket.close()
    queueMicrotask(() => this.#end(1006, ''))
  }

  #end(code: number, text: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#look)
    this.#events?.closed(code, text)
  }
}
