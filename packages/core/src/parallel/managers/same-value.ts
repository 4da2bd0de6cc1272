/**
 * When two values are the same for compare-and-set: by content, since what is compared is always a copy.
 */
import { pack } from '../../index.ts'

/** Primitives as keys of a Map compare; lists, objects, maps and sets by their parts; all others by their pickles. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other || (one !== one && other !== other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const prototype: unknown = Object.getPrototypeOf(one)
  if (prototype !== Object.getPrototypeOf(other)) return false
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && haveSameFields(one, other)
  if (prototype === Object.prototype || prototype === null) return haveSameFields(one, other)
  if (one instanceof Map && other instanceof Map) return isSameValue([...one], [...other])
  if (one instanceof Set && other instanceof Set) return isSameValue([...one], [...other])
  return areSameBytes(packByContent(one, 'value'), packByContent(other, 'value'))
}

function haveSameFields(one: object, other: object): boolean {
  // Safe: own fields are read, each as unknown, by names that were listed.
  const [fields, others] = [one, other] as Readonly<Record<string, unknown>>[]
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSameValue(fields?.[name], others?.[name]))
  )
}

/** The value as bytes, to be compared: refs are the same when their addresses are. `root` names it in errors. */
export function packByContent(value: unknown, root: string): Uint8Array {
  return pack(value, { root, refs: { toWire: (ref) => [ref.address], fromWire: neverRead } })
}

function neverRead(): never {
  throw new Error('Troupe invariant violated: bytes that are only compared were read')
}

function areSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
