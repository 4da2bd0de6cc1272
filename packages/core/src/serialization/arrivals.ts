/**
 * What arrives in place of a value that cannot be made here.
 */

/**
 * In place of a payload that is whole, but cannot be built here: `fromState` threw, or the engine lacks something. The
 * frame, its other entries and the link are fine; only what this payload was for should be rejected, with `error`.
 */
export class DecodeFailure {
  readonly error: Error

  constructor(error: Error) {
    this.error = error
  }
}

/**
 * An instance of a class that only its sender has registered. Opaque, but not lost: pickled again it is written as it
 * came, so that it can pass through a node that does not know its class.
 */
export class UnknownInstance {
  /** The name under which the sender registered the class. */
  readonly className: string
  /** What the sender's `toState` returned, or the own fields. Written once, when the pickle is read. */
  readonly state: unknown
  /** Whether `state` is the fields of the instance or the result of `toState`. */
  readonly form: 'fields' | 'state'

  constructor(className: string, form: 'fields' | 'state', state: unknown) {
    this.className = className
    this.form = form
    this.state = state
  }
}
