/**
 * Copies a payload that msgpackr alone can carry exactly, and says no at the first doubt: what is not plain takes the rich
 * way, which also finds the words when something cannot travel at all. The copy is what makes it possible to write a whole
 * frame in one go later; it costs less than the checks, and reads every getter just once.
 *
 * Plain is a tree of null, undefined, booleans, numbers (not -0), 64-bit bigints, well-formed strings, arrays without
 * holes or named properties, and objects of Object.prototype whose own properties are all enumerable and string-keyed.
 * A getter counts as the value that it returns, as in JSON and structuredClone.
 */
import { MAX_PLAIN_DEPTH } from './node-tags.ts'
import { isWellFormed } from './well-formed.ts'

/** Up to here a scan of a small array finds a second visit faster than a Set. */
const SMALL = 8

/** Larger objects are dictionaries; as record shapes they would only crowd out the real ones. */
const MAX_KEYS = 100

const MIN_INT64 = -0x8000000000000000n
const MAX_UINT64 = 0xffffffffffffffffn

/** Answers for a value that is not plain. */
export const NOT_PLAIN: unique symbol = Symbol('not plain')

/** Longer lists of arguments are treated like any other list. */
const MAX_ARGUMENTS = 64

/** The char code of `_`. */
const UNDERSCORE = 95

/** Reused from push to push. One per encoder. */
export class Snapshot {
  /** Objects met in this payload: the first SMALL of them. */
  readonly #first: (object | undefined)[] = new Array<object | undefined>(SMALL).fill(undefined)
  /** The rest of them. */
  readonly #rest = new Set<object>()
  #met = 0
  #size = 0

  /** Bytes that the last payload takes in a frame, about. */
  get size(): number {
    return this.#size
  }

  /** A copy of a plain value, else {@link NOT_PLAIN}. Never throws: a getter that does makes a value not plain. */
  take(value: unknown): unknown {
    this.#size = 0
    return this.#value(value, 1)
  }

  /**
   * As {@link take}, for the rest arguments of a call: a list that core made and nobody else has seen. It is not searched for
   * properties other than its items, which for a small message is most of the work.
   */
  takeArguments(args: readonly unknown[]): unknown {
    if (args.length === 1 && (args[0] !== undefined || 0 in args)) {
      this.#size = 4
      const only = this.#value(args[0], 2)
      return only === NOT_PLAIN ? NOT_PLAIN : [only]
    }
    if (this.#met > 0 || args.length > MAX_ARGUMENTS || (args.includes(undefined) && hasHole(args))) return this.take(args)
    this.#size = 4
    try {
      this.#meet(args)
      return this.#items(args.slice(), 1) ?? NOT_PLAIN
    } catch {
      return NOT_PLAIN
    } finally {
      this.#forget()
    }
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return this.#isPlainPrimitive(value) ? value : NOT_PLAIN
    // A getter of another payload sends this one.
    if (this.#met > 0) return new Snapshot().#value(value, depth)
    try {
      return this.#container(value, depth) ?? NOT_PLAIN
    } catch {
      return NOT_PLAIN
    } finally {
      this.#forget()
    }
  }

  #isPlainPrimitive(value: unknown): boolean {
    switch (typeof value) {
      case 'string':
        this.#size += value.length + 2
        return isWellFormed(value)
      case 'number':
        this.#size += 3
        return value !== 0 || 1 / value > 0
      case 'boolean':
      case 'undefined':
        this.#size += 1
        return true
      case 'bigint':
        this.#size += 9
        return value >= MIN_INT64 && value <= MAX_UINT64
      default:
        this.#size += 1
        return value === null
    }
  }

  #container(value: object, depth: number): object | undefined {
    this.#size += 4
    if (depth > MAX_PLAIN_DEPTH || !this.#meet(value)) return undefined
    const prototype: unknown = Object.getPrototypeOf(value)
    // Safe: only own properties are read, each as unknown.
    if (prototype === Object.prototype) return this.#fields(value as Readonly<Record<string, unknown>>, depth)
    if (prototype === Array.prototype && Array.isArray(value)) return this.#array(value, depth)
    return undefined
  }

  #array(value: readonly unknown[], depth: number): object | undefined {
    // Unlike keys(), values() makes no strings. A hole and a named property could balance out: holes are looked for.
    const copy: unknown[] = Object.values(value)
    if (copy.length !== value.length || (value.includes(undefined) && hasHole(value))) return undefined
    return this.#items(copy, depth)
  }

  /** Replaces what is in the copy by copies. */
  #items(copy: unknown[], depth: number): object | undefined {
    for (let index = 0; index < copy.length; index++) {
      const item = copy[index]
      if (typeof item === 'object' && item !== null) {
        const inner = this.#container(item, depth + 1)
        if (inner === undefined) return undefined
        copy[index] = inner
      } else if (!this.#isPlainPrimitive(item)) return undefined
    }
    return copy
  }

  #fields(value: Readonly<Record<string, unknown>>, depth: number): object | undefined {
    const copy = { ...value }
    let keys = 0
    for (const key in copy) {
      keys++
      const item = copy[key]
      if (typeof item === 'object' && item !== null) {
        const inner = this.#container(item, depth + 1)
        if (inner === undefined) return undefined
        copy[key] = inner
      } else if (!this.#isPlainPrimitive(item)) return undefined
      // msgpackr renames __proto__ and keeps notes under __keys__.
      if (!isWellFormed(key) || (key.charCodeAt(0) === UNDERSCORE && (key === '__proto__' || key === '__keys__')))
        return undefined
      this.#size += key.length
    }
    const isAll =
      keys <= MAX_KEYS && Object.getOwnPropertyNames(value).length === keys && Object.getOwnPropertySymbols(value).length === 0
    return isAll ? copy : undefined
  }

  /** False when `value` was met before: shared references and cycles must stay what they are. */
  #meet(value: object): boolean {
    const met = this.#met++
    const inFirst = met < SMALL ? met : SMALL
    for (let index = 0; index < inFirst; index++) if (this.#first[index] === value) return false
    if (met < SMALL) {
      this.#first[met] = value
      return true
    }
    if (this.#rest.has(value)) return false
    this.#rest.add(value)
    return true
  }

  #forget(): void {
    const inFirst = this.#met < SMALL ? this.#met : SMALL
    for (let index = 0; index < inFirst; index++) this.#first[index] = undefined
    if (this.#met > SMALL) this.#rest.clear()
    this.#met = 0
  }
}

function hasHole(array: readonly unknown[]): boolean {
  for (let index = 0; index < array.length; index++) if (!(index in array)) return true
  return false
}
