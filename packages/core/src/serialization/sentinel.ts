/**
 * Sentinels: values that mean one thing and are `===` on every node, for the ends of streams and the like.
 */
import { foreignSentinelNamed, sentinelNamed } from './registry.ts'

const MAX_NAME_LENGTH = 256

/** A value with nothing but an identity. Two sentinels have different types when their names differ. */
export class Sentinel<Name extends string = string> {
  readonly name: Name

  constructor(name: Name) {
    this.name = name
    Object.freeze(this)
  }

  toString(): string {
    return `sentinel(${this.name})`
  }

  get [Symbol.toStringTag](): string {
    return `sentinel(${this.name})`
  }

  static {
    const print = function (this: Sentinel): string {
      return this.toString()
    }
    // Node's console prints what the method of this name returns.
    Object.defineProperty(Sentinel.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: print })
  }
}

/**
 * The one value of this name: the same object at every call and, after pickling, on every node. Names are shared by the
 * whole program: `app.DONE`, not `DONE`.
 *
 * @example
 * export const DONE = sentinel('app.DONE')
 */
export function sentinel<const Name extends string>(name: Name): Sentinel<Name> {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) {
    throw new TypeError(`sentinel: name is ${JSON.stringify(name)}, expected a string of 1 to ${MAX_NAME_LENGTH} characters`)
  }
  return sentinelNamed(name, (unused) => new Sentinel(unused)) as Sentinel<Name>
}

/** The sentinel that a pickle names; undefined when the name is unfit or too many came that nobody here knows. */
export function arrivedSentinel(name: string): Sentinel | undefined {
  if (name === '' || name.length > MAX_NAME_LENGTH) return undefined
  return foreignSentinelNamed(name, (unused) => new Sentinel(unused))
}

/** The built-in end mark: what a consumer gets instead of a next item. */
export const STOP: Sentinel<'troupe.STOP'> = sentinel('troupe.STOP')
