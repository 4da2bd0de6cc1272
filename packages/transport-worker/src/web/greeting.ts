/**
 * What page and worker tell each other before they have a link.
 */

/** From the worker: it serves, and waits for the rest. */
export const SERVING = '@troupe: serving'

/** The page's answer. */
export interface WebBoot {
  readonly troupe: 'boot'
  /** The node's name. */
  readonly name: string
  /** Bytes that one frame may have. */
  readonly maxFrame: number
  readonly port: MessagePort
}

/** A worker hears its page's own messages too. */
export function isBoot(data: unknown): data is WebBoot {
  return typeof data === 'object' && data !== null && 'troupe' in data && data.troupe === 'boot' && 'port' in data
}
