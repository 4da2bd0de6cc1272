/**
 * What `select` can wait for besides promises. Internal: queues and pipe ends are such, and whatever else has this method.
 */

/** One thing that may be ready. */
export interface Choice<Value> {
  /** Resolves true when a value is there, or never will be again; false at the deadline. Takes nothing. */
  ready(timeout: number, signal: AbortSignal): Promise<boolean>
  /** Takes a value if there is one: null when somebody else was faster. Rejects when there never will be one again. */
  take(): Promise<{ readonly value: Value } | null>
}

/** Something that `select` takes. */
export interface Selectable<Value> {
  /** For `select`; programs do not call it. */
  choice(): Choice<Value>
}

export function isSelectable(value: unknown): value is Selectable<unknown> {
  return typeof value === 'object' && value !== null && 'choice' in value && typeof value.choice === 'function'
}
