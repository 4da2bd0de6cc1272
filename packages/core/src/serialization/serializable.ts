/**
 * The public way to say that instances of a class may travel.
 */
import { classNameOf, registerClass } from './registry.ts'
import type { AnyClass } from './registry.ts'
import { isWellFormed } from './well-formed.ts'

/** How instances of a class are written and read. */
export interface SerializableOptions<Instance extends object, State> {
  /** The name on the wire, the same on every node. Default: the class's own name, which a minifier may change. */
  readonly name?: string
  /** What to write instead of the own fields (Python's `__getstate__`). Needed for #private fields: nobody else sees them. */
  readonly toState?: (instance: Instance) => State
  /**
   * Makes an instance of what was written (Python's `__setstate__`). Default: an instance of which no constructor was
   * called, with the fields of the state. Its state cannot refer back to the instance. What it throws rejects one message.
   */
  readonly fromState?: (state: State) => Instance
}

/** Classes whose instances are more than their own fields. */
const EXOTIC: readonly (readonly [string, AnyClass])[] = [
  ['Array', Array],
  ['Map', Map],
  ['Set', Set],
  ['Date', Date],
  ['RegExp', RegExp],
  ['Promise', Promise],
  ['ArrayBuffer', ArrayBuffer],
  ['DataView', DataView],
  ['Uint8Array', Uint8Array],
  ['WeakMap', WeakMap],
  ['WeakSet', WeakSet],
  ['Number', Number],
  ['String', String],
  ['Boolean', Boolean],
  ['URL', URL],
]

/**
 * Registers a class: its instances can be sent and pickled, on this node; the node where they arrive registers it too, as a
 * rule by importing the same module. Where it is not registered they arrive as {@link UnknownInstance}, errors as RemoteError.
 * By default own fields travel, and no constructor is called. Subclasses are registered themselves. Returns the class.
 *
 * Throws a TypeError when the name belongs to another class.
 *
 * @example
 * class Point { constructor(readonly x: number, readonly y: number) {} }
 * serializable(Point)
 */
export function serializable<Class extends AnyClass, State = unknown>(
  Class: Class,
  options: SerializableOptions<InstanceType<Class>, State> = {},
): Class {
  const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined
  if (typeof prototype !== 'object' || prototype === null) {
    throw new TypeError(`serializable: got ${typeof Class}, expected a class`)
  }
  const name = options.name ?? classNameOf(prototype)
  if (name === '' || name === '(anonymous)' || !isWellFormed(name)) {
    throw new TypeError('serializable: the class has no name, give it one: serializable(Class, { name })')
  }
  refuseExotic(name, prototype, options.toState !== undefined && options.fromState !== undefined)
  registerClass({
    name,
    prototype,
    // Safe: toState is called only with objects of this prototype, fromState only with what a class of this name wrote.
    toState: options.toState as ((instance: object) => unknown) | undefined,
    fromState: options.fromState as ((state: unknown) => object) | undefined,
  })
  return Class
}

/** Registers error classes under their own names; the same as {@link serializable} for each. */
export function registerErrorClass(...classes: readonly AnyClass<Error>[]): void {
  for (const Class of classes) serializable(Class)
}

function refuseExotic(name: string, prototype: object, hasBoth: boolean): void {
  if (hasBoth) return
  for (const [base, Base] of EXOTIC) {
    if (prototype instanceof Base) {
      throw new TypeError(`serializable: class ${name} extends ${base}, which is more than fields: pass toState and fromState`)
    }
  }
}
