/**
 * A port of the platform's, between a page and its worker. Chromium tells nobody that the other end is closed or gone, so each
 * end closes its own when it hears a goodbye.
 */
import type { Port } from '../shared/port.ts'

export function webPort(port: MessagePort): Port {
  let closed: () => void = () => undefined
  const end = (): void => {
    port.close()
    queueMicrotask(() => closed())
  }
  return {
    listen(message, ended) {
      closed = ended
      port.addEventListener('close', ended) // where there is such an event: the other end's thread is gone
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => message(data))
      port.start()
    },
    post: (post, moved = []) => port.postMessage(post, [...moved]),
    close: end,
    left: end,
    waiting: () => [],
  }
}
