/**
 * Values on their way into and out of shared objects. What goes in is copied at the call; what comes out is a snapshot: plain
 * data frozen through and through, anything else a copy. So nobody changes shared state but by a message.
 */
import { type ActorRef, type Sentinel, copyByPickling } from '../../index.ts'

/** Values that have no parts that could be changed. */
type Whole =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | ActorRef<never>
  | Sentinel
  | Date
  | RegExp
  | URL
  | Error
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | ((...args: never[]) => unknown)

/** A value as it is read: read-only through and through. At run time plain objects and lists are frozen; others are copies. */
export type Snapshot<Value> = Value extends Whole
  ? Value
  : Value extends ReadonlyMap<infer Key, infer Item>
    ? ReadonlyMap<Snapshot<Key>, Snapshot<Item>>
    : Value extends ReadonlySet<infer Item>
      ? ReadonlySet<Snapshot<Item>>
      : Value extends object
        ? { readonly [Key in keyof Value]: Snapshot<Value[Key]> }
        : Value

/** The state of a shared object at one moment. */
export interface Versioned<Value> {
  /** Rises with every change. */
  readonly version: number
  readonly value: Value
}

/** A copy, taken now. Throws NotSerializableError, which calls the value `root`. */
export function copyValue(value: unknown, root: string): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return value
    default:
      return value === null ? value : copyByPickling(value, root)
  }
}

/** Freezes the plain objects and lists in a value, in place. True when nothing of it can be changed any more. */
export function freeze(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  let isWhole = true
  const open: object[] = [value]
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    if (Object.isFrozen(object)) continue
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) {
      isWhole = false
      continue
    }
    Object.freeze(object)
    for (const part of Object.values<unknown>(object as Readonly<Record<string, unknown>>)) {
      if (typeof part === 'object' && part !== null) open.push(part)
    }
  }
  return isWhole
}

/** A value in its place in a shared object: itself where nothing of it can be changed, else this around it. */
class Changeable {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** What to store for a value that nobody else holds. */
export function store(value: unknown): unknown {
  return freeze(value) ? value : new Changeable(value)
}

/** What was stored, safe to give away. */
export function read(stored: unknown): unknown {
  return stored instanceof Changeable ? copyValue(stored.value, 'value') : stored
}

/** What was stored, for looking at only. */
export function peek(stored: unknown): unknown {
  return stored instanceof Changeable ? stored.value : stored
}
