/**
 * A frame: one byte that says what it is, then its body.
 */

/** Copies the body behind its first byte. */
export function toFrame(lane: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + 1)
  frame[0] = lane
  frame.set(body, 1)
  return frame
}
