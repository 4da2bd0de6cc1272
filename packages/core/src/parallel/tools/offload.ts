/**
 * Tasks as functions that run elsewhere: one call at a time, or many items at once.
 */
import type { CallOptions, MapOptions } from '../pool/call-options.ts'
import type { PoolCalls } from '../pool/pool.ts'
import { snapshot, snapshotItems } from '../pool/snapshot.ts'
import { type Task, partsOf } from '../tasks/task.ts'
import { OwnPool, type PoolPlace } from './own-pool.ts'

/** A task that is called here, and runs on a worker. */
export interface Offloaded<Args extends readonly unknown[], Result> extends AsyncDisposable {
  (...args: Args): Promise<Awaited<Result>>
  /** The same with options for its calls: a signal, a timeout. Throws for wrong options when it is called. */
  with(options: CallOptions): (...args: Args) => Promise<Awaited<Result>>
}

/** A task that is called with items, and runs once for each on several workers. */
export interface Parallelized<Item, Result> extends AsyncDisposable {
  /** As `pool.map`: the results in the order of the items. */
  (items: Iterable<Item>, options: MapOptions & { readonly onError: 'collect' }): Promise<PromiseSettledResult<Awaited<Result>>[]>
  (items: Iterable<Item>, options?: MapOptions): Promise<Awaited<Result>[]>
}

/**
 * The task as a function whose work is done off this thread, so that an actor's handler does not hold up its thread with it: on the
 * pool that is passed, or on one of its own, whose workers come with the first call, go when they are not needed, and end with the
 * system, or when the function is disposed of. Make it once, not in the handler. Calls reject as `pool.run` does. Throws
 * NotATaskError for a closure, and says how to make a task of it.
 *
 * @example
 * const digest = offload(hash, { system, worker: thread() })
 * await digest(bytes)
 */
export function offload<Args extends readonly unknown[], Result>(
  task: Task<Args, Result>,
  where: PoolPlace,
): Offloaded<Args, Result> {
  const { name } = partsOf('offload', task)
  const place = new OwnPool('offload', where)
  const calling =
    (options: CallOptions | null) =>
    async (...args: Args): Promise<Awaited<Result>> => {
      const { ready } = place
      // Safe: a copy of a list of arguments is one.
      const taken = ready === null ? (snapshot(args, 'args') as Args) : args
      const pool = ready ?? (await place.get())
      const calls: PoolCalls = options === null ? pool : pool.with(options)
      return await calls.run<Args, Result>(task, ...taken)
    }
  return decorated(name, place, Object.assign(calling(null), { with: calling }))
}

/**
 * The task as a function of many items, which workers share: on the pool that is passed, or on one of its own, as for {@link offload}.
 *
 * @example
 * const squares = parallelize(square, { system, worker: thread(), size: 4 })
 * await squares([1, 2, 3]) // [1, 4, 9]
 */
export function parallelize<Item, Result>(task: Task<[Item], Result>, where: PoolPlace): Parallelized<Item, Result> {
  const { name } = partsOf('parallelize', task)
  const place = new OwnPool('parallelize', where)
  const call = async (items: Iterable<Item>, options: MapOptions = {}): Promise<unknown> => {
    const { ready } = place
    if (ready !== null) return await ready.map<Item, Result>(task, items, options)
    const isList = typeof items === 'object' && items !== null && Symbol.iterator in items
    // Safe: a copy of a list of items is one.
    const taken = isList ? (snapshotItems([...items]) as Item[]) : items
    const pool = await place.get()
    return await pool.map<Item, Result>(task, taken, options)
  }
  // Safe: `map` resolves to what the options say.
  return decorated(name, place, call) as Parallelized<Item, Result>
}

function decorated<Call extends object>(name: string, place: OwnPool, call: Call): Call & AsyncDisposable {
  Object.defineProperty(call, 'name', { value: name })
  return Object.assign(call, { [Symbol.asyncDispose]: () => place.end() })
}
