/**
 * An actor that a test holds in its hand: it keeps every message that it gets, and the test waits for them.
 */
import { type ActorRef, type Dynamic, type System, actor } from '@troupe/core'

/** One message that a probe got. */
export interface Received {
  readonly method: string
  readonly args: readonly unknown[]
}

export interface Probe {
  /** Answers every message with undefined. Give it to actors under test. */
  readonly ref: ActorRef<Dynamic>
  /** Everything so far, oldest first. */
  readonly received: readonly Received[]
  /** The next message that was not taken yet. Rejects when none comes within `timeout` milliseconds of real time (default 2 000). */
  next(timeout?: number): Promise<Received>
  /** Resolves when `count` messages have come in all. */
  count(count: number, timeout?: number): Promise<readonly Received[]>
}

interface Waiting {
  readonly count: number
  readonly done: () => void
}

/** A probe in a system; it ends with that system. */
export function createProbe(system: System, name?: string): Probe {
  const received: Received[] = []
  const waiting = new Set<Waiting>()
  let taken = 0
  const take = (message: Received): void => {
    received.push(message)
    for (const entry of waiting) {
      if (received.length < entry.count) continue
      waiting.delete(entry)
      entry.done()
    }
  }
  const definition = actor({ name: 'Probe', setup: () => recorder(take) })
  const ref = system.spawn(definition, [], name === undefined ? {} : { name })
  const count = (wanted: number, timeout = 2_000): Promise<readonly Received[]> =>
    new Promise((resolve, reject) => {
      if (received.length >= wanted) {
        resolve(received)
        return
      }
      const entry: Waiting = {
        count: wanted,
        done: () => {
          clearTimeout(timer)
          resolve(received)
        },
      }
      const timer = setTimeout(() => {
        waiting.delete(entry)
        reject(
          new Error(
            `the probe got ${received.length} messages within ${timeout} ms, not ${wanted}: ${received.map(({ method }) => method).join(', ')}`,
          ),
        )
      }, timeout)
      waiting.add(entry)
    })
  return {
    // Safe: a probe takes any message.
    ref: ref,
    received,
    count,
    next: async (timeout) => {
      taken++
      const all = await count(taken, timeout)
      const message = all[taken - 1]
      if (message === undefined) throw new Error('the probe lost a message')
      return message
    },
  }
}

/** Handlers for every name there is. */
function recorder(take: (message: Received) => void): object {
  const handlers = new Map<string, (...args: unknown[]) => void>()
  const handlerFor = (method: string): ((...args: unknown[]) => void) => {
    const known = handlers.get(method)
    if (known !== undefined) return known
    const handler = (...args: unknown[]): void => take({ method, args })
    handlers.set(method, handler)
    return handler
  }
  // In a test only: a message's path has no Proxy in it otherwise.
  return new Proxy(
    {},
    {
      get: (_target, method) => (typeof method === 'string' && method !== 'then' ? handlerFor(method) : undefined),
      getOwnPropertyDescriptor: (_target, method) => ({
        configurable: true,
        enumerable: true,
        value: handlerFor(String(method)),
      }),
    },
  )
}
