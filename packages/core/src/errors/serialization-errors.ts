/**
 * What can go wrong when a value is pickled or read back.
 */
import { TroupeError } from './troupe-error.ts'

/** `TROUPE_NOT_SERIALIZABLE`: a value cannot be pickled. Thrown at the sender, before anything is sent. */
export class NotSerializableError extends TroupeError {
  /** Where in the value the culprit sits, as a JavaScript access path: `args[0].order.customer`. */
  readonly path: string

  constructor(path: string, problem: string, cause?: unknown) {
    super('NotSerializableError', 'TROUPE_NOT_SERIALIZABLE', `${path}: ${problem}`, cause)
    this.path = path
  }
}

/** `TROUPE_MALFORMED_BYTES`: bytes are not a pickled value, or pass a limit (depth, size, count). Nothing was built. */
export class MalformedBytesError extends TroupeError {
  constructor(problem: string, cause?: unknown) {
    super('MalformedBytesError', 'TROUPE_MALFORMED_BYTES', problem, cause)
  }
}

/**
 * `TROUPE_REMOTE`: an error whose class is not registered here arrived from another node. It carries that
 * class name, and the message, stack, cause and own fields of the original.
 */
export class RemoteError extends TroupeError {
  /** The name of the original's class, for instance `DatabaseError`. */
  readonly className: string

  constructor(className: string, message: string, cause?: unknown) {
    super('RemoteError', 'TROUPE_REMOTE', message, cause)
    this.className = className
  }
}
