/**
 * One call: asks a connector for a link, for as long as the caller wants to wait.
 */
import type { Clock } from '../base/clock.ts'
import type { Connector, Link } from '../model/link.ts'

/** Milliseconds that a connector has for one call. */
export const DIAL_TIMEOUT = 10_000

/** Rejects as soon as `signal` is aborted, or after 10 s, whatever the connector does; a link that comes later is closed. */
export function dial(connector: Connector, clock: Clock, signal: AbortSignal): Promise<Link> {
  const attempt = new AbortController()
  return new Promise((resolve, reject) => {
    const giveUp = (why: unknown): void => {
      end()
      attempt.abort(why)
      reject(why)
    }
    const aborted = (): void => giveUp(signal.reason)
    const timer = clock.start(DIAL_TIMEOUT, () => giveUp(new Error(`no link within ${DIAL_TIMEOUT} ms`)), 'deadline')
    const end = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', aborted)
    }
    signal.addEventListener('abort', aborted)
    const take = (link: Link): void => {
      end()
      if (attempt.signal.aborted) link.close()
      else resolve(link)
    }
    // A connector that throws at once fails like one that rejects.
    const connect = async (): Promise<Link> => connector.connect(attempt.signal)
    connect().then(take, (error: unknown) => {
      end()
      reject(error)
    })
  })
}
