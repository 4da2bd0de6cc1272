/**
 * For errors that have to travel whatever they carry.
 */
import { RemoteError } from '../errors/serialization-errors.ts'
import { errorClassName } from './built-in-errors.ts'
import { classNameOf } from './registry.ts'

/**
 * What is left of something thrown when it cannot be pickled: class name, message and stack, without cause and own fields.
 * It can always be pickled, and arrives as an error of the original's class. The engine sends it when the reply that it had
 * threw NotSerializableError.
 */
export function portableError(thrown: unknown): RemoteError {
  const { className, message, stack } = describe(thrown)
  const portable = new RemoteError(className, message)
  Object.defineProperty(portable, 'stack', { value: stack ?? '', writable: true, configurable: true, enumerable: false })
  return portable
}

/** Anything may be thrown, and an error's getters may throw as well. */
function describe(thrown: unknown): { readonly className: string; readonly message: string; readonly stack?: string } {
  try {
    if (!(thrown instanceof Error)) return { className: 'Error', message: String(thrown) }
    const prototype: unknown = Object.getPrototypeOf(thrown)
    const className =
      typeof prototype === 'object' && prototype !== null ? (errorClassName(prototype) ?? classNameOf(prototype)) : 'Error'
    return {
      className: thrown instanceof RemoteError ? thrown.className : className,
      message: String(thrown.message),
      stack: String(thrown.stack),
    }
  } catch {
    return { className: 'Error', message: 'an error that cannot even be described' }
  }
}
