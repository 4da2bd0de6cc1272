/**
 * The record shapes that one direction of a trusted connection has used: objects with the same keys in the same order are
 * written as a number and their values. A tree with an edge for each key; reading knows the same shapes, since it saw them defined.
 */
import { isWellFormed } from './well-formed.ts'

/** Shapes known at a time; objects of other shapes travel with their keys. msgpackr's numbers for records of one byte. */
const SHAPES = 64

/** Nodes of the tree; above it nothing new is learned. Dictionaries with keys of their own would fill memory. */
const NODES = 4_096

/** A path of keys from the root. */
export class Shape {
  /** From 0; -1 while no object of just these keys was written. */
  id = -1
  /** The edge that was used last: most objects have the shape of the one before. */
  #lastKey: string | null = null
  #last: Shape | null = null
  #following: Map<string, Shape> | null = null

  /** The shape with one key more, where it is known. */
  after(key: string): Shape | undefined {
    if (key === this.#lastKey && this.#last !== null) return this.#last
    const next = this.#following?.get(key)
    if (next !== undefined) {
      this.#lastKey = key
      this.#last = next
    }
    return next
  }

  add(key: string): Shape {
    const next = new Shape()
    ;(this.#following ??= new Map()).set(key, next)
    return next
  }
}

export class RecordShapes {
  readonly root: Shape = new Shape()
  readonly #ids: Shape[] = []
  #nodes = 0

  /** The shape with one key more; null where nothing new is learned any more. Call `isPlainKey` before. */
  grow(shape: Shape, key: string): Shape | null {
    if (this.#nodes >= NODES) return null
    this.#nodes++
    return shape.add(key)
  }

  /** Gives a number to a shape, unless all are given. */
  number(shape: Shape): boolean {
    if (this.#ids.length >= SHAPES) return false
    shape.id = this.#ids.length
    this.#ids.push(shape)
    return true
  }

  /** How many have numbers: what to go back to. */
  get count(): number {
    return this.#ids.length
  }

  /** The entry in which the last ones were defined was not sent. */
  forget(count: number): void {
    for (const shape of this.#ids.splice(count)) shape.id = -1
  }
}

/** msgpackr, which reads them, renames __proto__ and keeps notes under __keys__. */
export function isPlainKey(key: string): boolean {
  return isWellFormed(key) && key !== '__proto__' && key !== '__keys__'
}
