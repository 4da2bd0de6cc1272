/**
 * Decides whether msgpackr alone carries a payload exactly. It looks at every value once, builds nothing, and says no at
 * the first doubt: what is not plain takes the rich way, which also finds the words when something cannot travel at all.
 *
 * Plain is a tree of null, undefined, booleans, numbers (not -0), 64-bit bigints, well-formed strings, arrays without
 * holes or named properties, and objects of Object.prototype whose own properties are all enumerable and string-keyed.
 * A getter counts as the value that it returns, as in JSON and structuredClone.
 */
import { MAX_PLAIN_DEPTH } from './node-tags.ts'
import { isWellFormed } from './well-formed.ts'

/** Up to here a scan of a small array finds a second visit faster than a Set. */
const SMALL = 12

/** Larger objects are dictionaries; as record shapes they would only crowd out the real ones. */
const MAX_KEYS = 100

/** Keys that msgpackr renames or keeps notes under. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', '__keys__'])

const MIN_INT64 = -0x8000000000000000n
const MAX_UINT64 = 0xffffffffffffffffn

/** Reused from push to push, so that a check allocates nothing. One per encoder. */
export class PlainCheck {
  /** Objects met in this check, in the order of meeting: the first SMALL of them. */
  readonly #first: (object | undefined)[] = new Array<object | undefined>(SMALL).fill(undefined)
  /** The rest of them. */
  readonly #rest = new Set<object>()
  #met = 0

  /** Never throws: a getter that throws makes a value not plain. */
  isPlain(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return this.#primitive(value)
    try {
      return this.#container(value, 1)
    } catch {
      return false
    } finally {
      this.#forget()
    }
  }

  #primitive(value: unknown): boolean {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value)
      case 'number':
        return value !== 0 || 1 / value > 0
      case 'boolean':
      case 'undefined':
        return true
      case 'bigint':
        return value >= MIN_INT64 && value <= MAX_UINT64
      default:
        return value === null
    }
  }

  #container(value: object, depth: number): boolean {
    if (depth > MAX_PLAIN_DEPTH || !this.#meet(value)) return false
    if (Array.isArray(value)) return this.#array(value, depth)
    return Object.getPrototypeOf(value) === Object.prototype && this.#object(value as Record<string, unknown>, depth)
  }

  #array(value: readonly unknown[], depth: number): boolean {
    if (Object.getPrototypeOf(value) !== Array.prototype) return false
    const length = value.length
    // Unlike keys(), values() makes no strings. A hole and a named property could balance out: holes are looked for below.
    if (Object.values(value).length !== length) return false
    for (let index = 0; index < length; index++) {
      const item = value[index]
      if (typeof item === 'object' && item !== null) {
        if (!this.#container(item, depth + 1)) return false
      } else if (!this.#primitive(item) || (item === undefined && !(index in value))) {
        return false
      }
    }
    return true
  }

  #object(value: Record<string, unknown>, depth: number): boolean {
    let keys = 0
    for (const key in value) {
      keys++
      if (!isWellFormed(key) || RESERVED_KEYS.has(key)) return false
      const item = value[key]
      if (typeof item === 'object' && item !== null) {
        if (!this.#container(item, depth + 1)) return false
      } else if (!this.#primitive(item)) {
        return false
      }
    }
    return (
      keys <= MAX_KEYS &&
      Object.getOwnPropertyNames(value).length === keys &&
      Object.getOwnPropertySymbols(value).length === 0
    )
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
