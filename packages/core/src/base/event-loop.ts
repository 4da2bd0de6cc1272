/**
 * How to let the event loop turn. In Node and Bun through setImmediate, which lets timers and I/O have their turn; a
 * MessageChannel would starve timers there. Elsewhere through a MessageChannel, because setTimeout waits 4 ms.
 */

/** Calls `run` after I/O and timers had a turn. */
export type Yield = (run: () => void) => void

interface Immediates {
  setImmediate?: (run: () => void) => unknown
}

/** The platform's way, chosen once per system. The channel, where one is needed, ends with the page. */
export function createYield(): Yield {
  const { setImmediate } = globalThis as Immediates
  if (setImmediate) return (run) => void setImmediate(run)
  const waiting: (() => void)[] = []
  const channel = new MessageChannel()
  channel.port1.onmessage = () => waiting.shift()?.()
  return (run) => {
    waiting.push(run)
    channel.port2.postMessage(0)
  }
}
