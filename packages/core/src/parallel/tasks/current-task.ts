/**
 * What a task sees of its run: whether somebody still wants it, and how to say how far it is.
 */

/** The run of a task, from inside. */
export interface CurrentTask {
  /** Aborted when the run is cancelled or out of time. A task that goes on is ended with its worker after the pool's grace. */
  readonly signal: AbortSignal
  /** Tells the caller's `onProgress`; costs nothing without one. The value is copied. One that cannot be pickled throws NotSerializableError here. */
  report(progress: unknown): void
}

/** One that runs tasks: one at a time, each perhaps over many turns of the event loop. */
export interface TaskHost {
  /** The run that it is at. */
  view(): CurrentTask
}

/** Whose task is being called right now, up to its first await. Which task runs is a fact about the thread, as `this` is about a call. */
let calling: TaskHost | null = null
/** Those whose task waits for something. */
const waiting = new Set<TaskHost>()

const NOBODY: CurrentTask = { signal: new AbortController().signal, report: () => undefined }

/**
 * The task that is running: take it before the first await, or after one where the thread runs a single pool's tasks. In a task that
 * is called as a plain function: one that is never cancelled. Throws an Error when several tasks wait in this thread.
 *
 * @example
 * const { signal } = currentTask()
 */
export function currentTask(): CurrentTask {
  if (calling !== null) return calling.view()
  if (waiting.size === 0) return NOBODY
  const [only] = waiting
  if (waiting.size === 1 && only !== undefined) return only.view()
  throw new Error('currentTask: several tasks run in this thread: call it before the first await, and keep what it returns')
}

/** What is called from now on is the task of `host`. Returns what `endCall` takes. */
export function beginCall(host: TaskHost): TaskHost | null {
  const outer = calling
  calling = host
  return outer
}

/** The call is over, or waits for something. */
export function endCall(outer: TaskHost | null): void {
  calling = outer
}

/** The task of `host` waits for what it returned, until `settled`. */
export function waitAs(host: TaskHost): void {
  waiting.add(host)
}

export function settledAs(host: TaskHost): void {
  waiting.delete(host)
}
