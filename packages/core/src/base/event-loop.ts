/**
 * How to let the event loop turn. In Node and Bun through setImmediate, which lets timers and I/O have their turn; a
 * MessageChannel would starve timers there. Elsewhere through a MessageChannel, because setTimeout waits 4 ms.
 */

/** Calls `run` after I/O and timers had a turn. 'free': that alone does not keep the program running. */
export type Yield = (run: () => void, hold?: 'held' | 'free') => void

interface Immediates {
  setImmediate?: (run: () => void) => { unref?(): unknown }
}

/** The platform's way, chosen once by each who yields. The channel, where one is needed, is opened at its first use and ends with the page. */
export function createYield(): Yield {
  const { setImmediate } = globalThis as Immediates
  if (setImmediate) {
    return (run, hold) => {
      const immediate = setImmediate(run)
      if (hold === 'free') immediate.unref?.()
    }
  }
  const waiting: (() => void)[] = []
  let channel: MessageChannel | null = null
  const open = (): MessageChannel => {
    const opened = new MessageChannel()
    opened.port1.onmessage = () => waiting.shift()?.()
    return opened
  }
  return (run) => {
    waiting.push(run)
    channel ??= open()
    channel.port2.postMessage(0)
  }
}
