/**
 * What a link needs of a WebSocket. Two classes give it: one over `ws` for Node, one over the platform's for browsers.
 */

/** What a socket tells its link. */
export interface SocketEvents {
  /** A binary message. */
  message(bytes: Uint8Array): void
  /** A text message, which links never send. */
  text(): void
  /** Once after each `whenBelow`. Never from within it. */
  room(): void
  /** The other end broke WebSocket's own rules, or this socket failed. `closed` follows. */
  failed(error: Error): void
  /** Once, last. */
  closed(code: number, text: string): void
}

/** One open WebSocket. */
export interface WebSocketPort {
  /** Bytes that were sent and that the operating system has not taken. */
  readonly buffered: number
  /** Called once, at the start. */
  listen(events: SocketEvents): void
  send(messages: readonly Uint8Array[]): void
  /** Says `room` when no more than `mark` bytes are buffered. Asked only while more are. */
  whenBelow(mark: number): void
  /** Sends what is buffered, then a close frame, and waits for the other end's. */
  close(code: number, text: string): void
  /** Ends it now, whatever is buffered. */
  terminate(): void
}
