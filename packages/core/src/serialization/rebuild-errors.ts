/**
 * Makes errors without calling their constructors: real errors to the engine, of the right class, with nothing on them yet.
 */
import { RemoteError } from '../errors/serialization-errors.ts'
import { errorPrototype } from './built-in-errors.ts'

/** An error of the class of this name; a RemoteError when there is none here. It has no own fields but, perhaps, className. */
export function makeError(className: string): Error {
  const prototype = errorPrototype(className)
  const error = bare(prototype ?? RemoteError.prototype)
  if (prototype === undefined) {
    define(error, 'name', 'RemoteError', false)
    define(error, 'code', 'TROUPE_REMOTE', true)
    define(error, 'className', className, true)
  }
  return error
}

/**
 * An error of this prototype without own fields. Taking a stack trace, which is replaced at once, would be nine tenths of
 * the work: V8 takes none while the limit is 0.
 */
function bare(prototype: object): Error {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit')
  const isLimited = typeof limit === 'number' && Reflect.set(Error, 'stackTraceLimit', 0)
  const error = new Error()
  if (isLimited) Reflect.set(Error, 'stackTraceLimit', limit)
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key)
  Object.setPrototypeOf(error, prototype)
  return error
}

function define(error: Error, key: string, value: string, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable })
}
