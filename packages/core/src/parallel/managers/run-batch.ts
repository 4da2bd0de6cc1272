/**
 * Batches at the owner: many operations, one message, nobody in between.
 */
import { isPromise } from './answering.ts'
import type { Call } from './caller.ts'
import { BatchFailedError, VersionChangedError } from './errors.ts'

/** What an owner says of itself to a batch. */
export interface BatchTarget {
  readonly path: string
  readonly version: number
  /** The handlers that a batch may call. */
  readonly operations: Readonly<Record<string, (...args: never[]) => unknown>>
}

/** The answers in order. Rejects VersionChangedError with nothing done, and BatchFailedError at the first operation that fails. */
export async function runBatch(target: BatchTarget, calls: readonly Call[], version: number | null): Promise<unknown[]> {
  if (version !== null && version !== target.version) throw new VersionChangedError(target.path, version, target.version)
  const replies: unknown[] = []
  for (const [index, [method, args]] of calls.entries()) {
    try {
      const reply = perform(target, method, args)
      replies.push(isPromise(reply) ? await reply : reply)
    } catch (error) {
      throw new BatchFailedError(target.path, method, index, error)
    }
  }
  return replies
}

function perform({ operations }: BatchTarget, method: string, args: readonly unknown[]): unknown {
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined
  if (operation === undefined) throw new TypeError(`a batch cannot call "${method}"`)
  // Safe: the proxy that wrote the call down gave what the operation of this name takes.
  return operation(...(args as never[]))
}
