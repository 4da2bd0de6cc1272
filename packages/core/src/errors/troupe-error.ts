/**
 * What every failure of Troupe has in common: a stable code, the class name in `name`, and a cause.
 * Callers compare by code, not by class: an error that crossed a thread or a machine keeps its code.
 */

/** The root of Troupe's own errors. Cheap to test for with {@link isTroupeError}. */
export class TroupeError extends Error {
  /** Stable for ever; the sentence in `message` may change. Starts with `TROUPE_`. */
  readonly code: string

  constructor(name: string, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true, enumerable: false })
  }
}

/** True when `value` is a Troupe error, of this thread or of another one; with `code`, of that kind. */
export function isTroupeError(value: unknown, code?: string): value is TroupeError {
  if (!(value instanceof Error) || !('code' in value) || typeof value.code !== 'string') return false
  return code === undefined ? value.code.startsWith('TROUPE_') : value.code === code
}
