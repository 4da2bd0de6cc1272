/**
 * Writes payloads as MessagePack, in the dialect that msgpackr reads, and says no at the first doubt: what is not plain takes
 * the rich way, which also finds the words when something cannot travel at all. To check and to write in one walk costs less than half
 * of checking, copying, and having msgpackr write the copies later (docs/DECISIONS.md, D-035).
 *
 * Plain is a tree of null, undefined, booleans, numbers (not -0), 64-bit bigints, well-formed strings, arrays without
 * holes or named properties, and objects of Object.prototype whose own properties are all enumerable and string-keyed.
 * A getter counts as the value that it returns, as in JSON and structuredClone, and is read once.
 */
import { assert } from '../base/assert.ts'
import { BufferFull, MessageWriter } from './message-writer.ts'
import { MAX_PLAIN_DEPTH } from './node-tags.ts'
import { type RecordShapes, type Shape, isPlainKey } from './record-shapes.ts'
import { VisitedObjects } from './visited-objects.ts'
import { isWellFormed } from './well-formed.ts'

/** Larger objects are dictionaries; as record shapes they would only crowd out the real ones. */
const MAX_KEYS = 100

/** Longer lists of arguments are treated like any other list. */
const MAX_ARGUMENTS = 64

const MIN_INT64 = -0x8000000000000000n
const MAX_UINT64 = 0xffffffffffffffffn

export class PlainWriter extends MessageWriter {
  readonly #visited = new VisitedObjects()
  readonly #shapes: RecordShapes | null

  /** `shapes` null: every object travels with its keys. */
  constructor(shapes: RecordShapes | null, largestToken: 63 | 127, limit: number) {
    super(largestToken, limit)
    this.#shapes = shapes
  }

  /**
   * False when the value is not plain: then nothing was written. A getter that throws makes a value not plain. The rest arguments of a
   * call, a list that core made and nobody else has seen, are not searched for properties other than its items: for a small
   * message that is much of the work. Throws BufferFull.
   */
  writePayload(value: unknown, isArguments: boolean): boolean {
    const { at } = this
    const shapes = this.#shapes === null ? 0 : this.#shapes.count
    let isPlain = false
    try {
      isPlain =
        isArguments && Array.isArray(value) && value.length <= MAX_ARGUMENTS ? this.#items(value, 1) : this.#value(value, 1)
    } catch (error) {
      if (error instanceof BufferFull) throw error
    } finally {
      this.#visited.forget()
      if (!isPlain) {
        this.at = at
        this.#shapes?.forget(shapes)
      }
    }
    return isPlain
  }

  /** A value that core made: lists of lists and primitives, without holes and circles. */
  writeOwn(value: unknown): void {
    if (Array.isArray(value)) {
      this.arrayHead(value.length)
      for (let index = 0; index < value.length; index++) this.writeOwn(value[index])
    } else assert(this.#value(value, 1), 'what core writes itself is plain')
  }

  #value(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        if (!isWellFormed(value)) return false
        this.text(value)
        return true
      case 'number':
        if (value === 0 && 1 / value < 0) return false
        this.number(value)
        return true
      case 'object':
        if (value !== null) return this.#container(value, depth)
        this.byte(0xc0)
        return true
      case 'boolean':
        this.byte(value ? 0xc3 : 0xc2)
        return true
      case 'undefined':
        this.undefined()
        return true
      case 'bigint':
        if (value < MIN_INT64 || value > MAX_UINT64) return false
        this.bigint(value)
        return true
      default:
        return false
    }
  }

  #container(value: object, depth: number): boolean {
    if (depth > MAX_PLAIN_DEPTH || !this.#visited.meet(value)) return false
    const prototype: unknown = Object.getPrototypeOf(value)
    // Safe: only own properties are read, each as unknown.
    if (prototype === Object.prototype) return this.#object(value as Readonly<Record<string, unknown>>, depth)
    return prototype === Array.prototype && Array.isArray(value) && this.#array(value, depth)
  }

  #array(value: readonly unknown[], depth: number): boolean {
    // Unlike keys(), values() makes no strings. A hole and a named property could balance out: holes are looked for.
    const copy: unknown[] = Object.values(value)
    if (copy.length !== value.length || (value.includes(undefined) && hasHole(value))) return false
    return this.#items(copy, depth)
  }

  #items(items: readonly unknown[], depth: number): boolean {
    this.arrayHead(items.length)
    for (let index = 0; index < items.length; index++) {
      const item = items[index]
      if ((item === undefined && !(index in items)) || !this.#value(item, depth + 1)) return false
    }
    return true
  }

  #object(value: Readonly<Record<string, unknown>>, depth: number): boolean {
    const copy = { ...value }
    const shapes = this.#shapes
    if (shapes !== null) {
      const keys = this.#flatRecord(shapes.root, copy)
      if (keys > 0) return hasNothingElse(value, keys)
    }
    let shape: Shape | null = shapes === null ? null : shapes.root
    let keys = 0
    for (const key in copy) {
      keys++
      const next: Shape | undefined = shape === null ? undefined : shape.after(key)
      if (next !== undefined) shape = next
      else if (!isPlainKey(key)) return false
      else if (shape !== null && shapes !== null) shape = shapes.grow(shape, key)
    }
    if (keys > MAX_KEYS || !hasNothingElse(value, keys)) return false
    return shape === null || keys === 0 || !this.#record(shape, copy) ? this.#map(copy, keys, depth) : this.#values(copy, depth)
  }

  /**
   * Most objects have a shape that was written before, and no objects in them: one walk writes them. Returns how many keys there
   * were; 0 when it is another object, or has something that is not plain: then nothing was written.
   */
  #flatRecord(root: Shape, copy: Readonly<Record<string, unknown>>): number {
    const start = this.at
    let shape: Shape | undefined = root
    let keys = 0
    this.byte(0)
    for (const key in copy) {
      const item = copy[key]
      shape = shape.after(key)
      keys++
      if (shape === undefined || (typeof item === 'object' && item !== null) || !this.#value(item, 0)) {
        this.at = start
        return 0
      }
    }
    if (shape.id < 0) this.at = start
    else this.bytes[start] = 0x40 | shape.id
    return shape.id < 0 ? 0 : keys
  }

  /** The start of a record: its number, or its keys the first time. False when there are no numbers left. */
  #record(shape: Shape, copy: Readonly<Record<string, unknown>>): boolean {
    if (shape.id < 0) {
      if (this.#shapes?.number(shape) !== true) return false
      this.byte(0xd4)
      this.byte(0x72)
      this.byte(0x40 | shape.id)
      const keys = Object.keys(copy)
      this.arrayHead(keys.length)
      for (const key of keys) this.text(key)
    } else this.byte(0x40 | shape.id)
    return true
  }

  #values(copy: Readonly<Record<string, unknown>>, depth: number): boolean {
    for (const key in copy) if (!this.#value(copy[key], depth + 1)) return false
    return true
  }

  #map(copy: Readonly<Record<string, unknown>>, keys: number, depth: number): boolean {
    this.mapHead(keys)
    for (const key in copy) {
      this.text(key)
      if (!this.#value(copy[key], depth + 1)) return false
    }
    return true
  }
}

/** Besides `keys` enumerable properties with names. */
function hasNothingElse(value: object, keys: number): boolean {
  return Object.getOwnPropertyNames(value).length === keys && Object.getOwnPropertySymbols(value).length === 0
}

function hasHole(array: readonly unknown[]): boolean {
  for (let index = 0; index < array.length; index++) if (!(index in array)) return true
  return false
}
