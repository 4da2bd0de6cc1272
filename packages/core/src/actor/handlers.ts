/**
 * Finds the function that answers a message. Names that every object inherits are no messages: nobody can reach
 * `constructor` or `toString` from outside.
 */
import { print } from '../base/check.ts'

export type HandlerFunction = (...args: readonly unknown[]) => unknown

const hasOwn = Object.prototype.hasOwnProperty
const INHERITED = Object.prototype as unknown as Readonly<Record<string, unknown>>

/** The handler of that name: an own function of the object, or a method of its class. Null when there is none. */
export function findHandler(handlers: object, method: string): HandlerFunction | null {
  // Safe: the value is tested before it is used as what it is not known to be.
  const found = (handlers as Readonly<Record<string, unknown>>)[method]
  if (typeof found !== 'function') return null
  if (!hasOwn.call(handlers, method) && (method === 'constructor' || found === INHERITED[method])) return null
  return found as HandlerFunction
}

/** Calls a handler on its object. One and two arguments, the common cases, take the short way. */
export function callHandler(handlers: object, handler: HandlerFunction, args: readonly unknown[]): unknown {
  switch (args.length) {
    case 0:
      return handler.call(handlers)
    case 1:
      return handler.call(handlers, args[0])
    case 2:
      return handler.call(handlers, args[0], args[1])
    default:
      return handler.apply(handlers, args as unknown[])
  }
}

/** What was thrown, as an Error: anything can be thrown, also null. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(`something was thrown that is no Error: ${describe(thrown)}`, { cause: thrown })
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'function') return print(thrown)
  if (typeof thrown !== 'object' || thrown === null) return String(thrown)
  try {
    return JSON.stringify(thrown)
  } catch {
    return Object.prototype.toString.call(thrown)
  }
}
