/**
 * An Observable at the pace of one reader. It cannot be slowed down, so that something has to give: here the oldest values
 * make room for the newest. Used by `price-feed`.
 */
import type { Observable } from 'rxjs'

/** Written by `newest` while it runs. */
export interface Waiting {
  /** The most values that waited at one time. */
  most: number
  dropped: number
}

/** Subscribes with the first read. Keeps at most `room` values for the reader. */
export async function* newest<Value>(source: Observable<Value>, room: number, waiting: Waiting): AsyncGenerator<Value> {
  const queue: Value[] = []
  let end: { readonly error: unknown } | 'none' | 'completed' = 'none'
  let wake = (): void => undefined
  const subscription = source.subscribe({
    next(value) {
      queue.push(value)
      if (queue.length > room) waiting.dropped += queue.splice(0, 1).length
      waiting.most = Math.max(waiting.most, queue.length)
      wake()
    },
    error(error: unknown) {
      end = { error }
      wake()
    },
    complete() {
      end = 'completed'
      wake()
    },
  })
  // What the callbacks wrote; the compiler does not see them write it.
  const ended = (): typeof end => end
  try {
    for (;;) {
      if (queue.length > 0) yield* queue.splice(0, 1)
      else if (ended() === 'none') await new Promise<void>((resolve) => (wake = resolve))
      else break
    }
    const last = ended()
    if (typeof last === 'object') throw last.error
  } finally {
    subscription.unsubscribe()
  }
}
