/**
 * How to let the event loop turn. In Node and Bun through setImmediate, which lets timers and I/O have their turn; a
 * MessageChannel would starve timers there. Elsewhere through a MessageChannel, because setTimeout waits 4 ms.
 */

/** Calls `run` after I/O and timers had a turn. 'free': that alone does not keep the program running. */
export type Yield = (run: () => void, hold?: 'held' | 'free') => void

interface Immediates {
  setImmediate?: (run: () => void) => { unref?(): unknown }
}

/** The platform's way, chosen once by each who yields: a system does, and a pool's worker between tasks. The channel, where one is needed, ends with the page. */
export function createYield(): Yield {
  const { setImmediate } = globalThis as Immediates
  if (setImmediate) {
    return (run, hold) => {
      const immediate = setImmediate(run)
      if (hold === 'free') immediate.unref?.()
    }
  }
  const waiting: (() => void)[] = []
  const channel = new MessageChannel()
  channel.port1.onmessage = () => waiting.shift()?.()
  return (run) => {
    waiting.push(run)
    channel.port2.postMessage(0)
  }
}
