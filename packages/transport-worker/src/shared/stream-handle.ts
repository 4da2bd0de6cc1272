/**
 * What libuv has of a stream. Node has no public name for it: where it has none at all, nothing is known.
 */
import type { Duplex } from 'node:stream'

/** A number that the handle of `stream` has under `name`; null where there is none. */
export function ofHandle(stream: Duplex, name: 'fd' | 'writeQueueSize'): number | null {
  const handle: unknown = '_handle' in stream ? stream._handle : null
  if (typeof handle !== 'object' || handle === null) return null
  const value: unknown = Reflect.get(handle, name)
  return typeof value === 'number' ? value : null
}
