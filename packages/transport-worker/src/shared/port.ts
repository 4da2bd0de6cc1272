/**
 * What a link needs of a message port. Node's and a browser's give it, each in its own words.
 */
export interface Port {
  /** Called once. `closed` comes after all that came before it. */
  listen(message: (post: unknown) => void, closed: () => void): void
  /** The buffers in `moved` are the other end's from now on. */
  post(post: unknown, moved?: readonly ArrayBuffer[]): void
  /** After what was posted. `closed` follows. */
  close(): void
  /** The other end has said that it closes, and nothing follows. */
  left(): void
  /** Takes what has arrived and was not handed over. */
  waiting(): Iterable<unknown>
}
