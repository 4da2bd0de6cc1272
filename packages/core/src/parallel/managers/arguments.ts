/**
 * Checks of what callers give to shared objects. Each throws at the caller, naming the value and what was expected.
 */
import { copyValue } from './snapshots.ts'

/** What a dict takes as a key: what is the same wherever it is. */
export type Key = string | number | bigint | boolean | null | undefined

/** Throws TypeError for what is another one after every copy. */
export function checkKey(key: unknown): unknown {
  if ((typeof key === 'object' && key !== null) || typeof key === 'function' || typeof key === 'symbol') {
    throw new TypeError(`a key of a shared dict is a string, a number, a bigint, a boolean, null or undefined, not ${print(key)}`)
  }
  return key
}

/** Throws TypeError unless it is a string. */
export function checkName(what: string, name: unknown): string {
  if (typeof name === 'string') return name
  throw new TypeError(`${what} is a string, not ${print(name)}`)
}

/** Throws unless it is a whole number that counts safely. */
export function checkIndex(what: string, index: unknown): number {
  if (typeof index !== 'number') throw new TypeError(`${what} is a number, not ${print(index)}`)
  if (!Number.isSafeInteger(index)) throw new RangeError(`${what} is a whole number, not ${index}`)
  return index
}

/** As {@link checkIndex}, where it may be left out. */
export function checkOptionalIndex(what: string, index: unknown): number | undefined {
  return index === undefined ? undefined : checkIndex(what, index)
}

/** Copies of a list's values, taken now. */
export function copyAll(values: readonly unknown[], root: string): readonly unknown[] {
  return values.map((value, index) => copyValue(value, `${root}[${index}]`))
}

/** A value in a few words. */
export function print(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return `function ${value.name === '' ? '(anonymous)' : value.name}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor?.name ?? 'null'}`
  return String(value)
}
