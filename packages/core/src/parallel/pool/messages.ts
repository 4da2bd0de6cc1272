/**
 * What a pool and its workers say to each other. Work travels in slices: what a worker does in one go, and reports together. What it
 * reported has left it before it begins the next slice, so that a pool knows, when a worker dies, which tasks it had begun.
 */

/** What a pool tells a worker. Tasks are named once, by a number. `progress`: 'keep' where nobody listens. */
export interface WorkerProtocol {
  define(fn: number, module: string, name: string): void
  /** Calls of any tasks: number, arguments, number, arguments. */
  calls(slice: number, calls: readonly unknown[], progress: 'tell' | 'keep'): void
  /** Calls of one task, with one item each; 'spread': each item is the list of arguments. */
  chunk(
    slice: number,
    fn: number,
    items: readonly unknown[],
    how: 'one' | 'spread',
    onError: 'stop' | 'go-on',
    progress: 'tell' | 'keep',
  ): void
  /** Nobody wants the result of a call any more; of the whole slice for -1. */
  abort(slice: number, index: number, reason: unknown): void
}

/** What a worker tells its pool. */
export interface PoolProtocol {
  /**
   * A slice is done: its values by index, and by index those that failed, as number, error, number, error. Values that are missing at
   * the end were not computed, or were sent before. `ms` is the time that it took; `bytes` what the worker's memory holds, 0 for unknown.
   */
  done(slice: number, ms: number, values: readonly unknown[], failures: readonly unknown[], bytes: number): void
  /** One value of a slice that cannot be sent whole. */
  value(slice: number, index: number, value: unknown): void
  failure(slice: number, index: number, error: unknown): void
  progress(slice: number, index: number, value: unknown): void
}
