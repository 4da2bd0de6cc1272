/**
 * How the owner of a shared object answers: a caller's mistake is the caller's. It gets the error, and the owner goes on with
 * what it holds.
 */
import type { Deferred, Self } from '../../index.ts'

/** The same handlers; what one throws, or rejects with, rejects its ask only. An async one still holds the queue until it is done. */
export function answering<Protocol extends object>(self: Self, handlers: Protocol): Protocol {
  const guarded: Record<string, (...args: readonly unknown[]) => unknown> = {}
  for (const [name, handler] of Object.entries(handlers)) {
    // Safe: a protocol consists of functions.
    const work = handler as (...args: readonly unknown[]) => unknown
    guarded[name] = (...args) => answer(self, work, args)
  }
  // Safe: it has the same names, and each gives the same answers.
  return guarded as Protocol
}

function answer(self: Self, work: (...args: readonly unknown[]) => unknown, args: readonly unknown[]): unknown {
  let result: unknown
  try {
    result = work(...args)
  } catch (error) {
    self.defer().reject(error)
    return undefined
  }
  if (isPromise(result)) return settle(self.defer(), result)
  if (!isHandle(result)) return result
  self.defer().resolve(result)
  return undefined
}

async function settle(reply: Deferred<unknown>, result: PromiseLike<unknown>): Promise<void> {
  try {
    reply.resolve(await result)
  } catch (error) {
    reply.reject(error)
  }
}

/** A queue, say: a value that the owner keeps, and not the source of a stream, which is what the actor engine would take it for. */
function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Whether a value is waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
