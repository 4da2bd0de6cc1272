/**
 * Reads a node table that may have been written by anybody: every access is checked, and what does not fit is a
 * MalformedBytesError. Nothing here builds a value.
 */
import { MalformedBytesError } from '../errors/serialization-errors.ts'
import type { Node, Slot } from './node-tags.ts'

export class TableReader {
  readonly nodes: readonly Node[]
  readonly root: Slot
  readonly #shapes: readonly (readonly Slot[])[]
  readonly #blobs: BlobReader

  constructor(table: unknown, blobs: BlobReader) {
    const [shapes, nodes, root] = listOf(table, 'table')
    this.#shapes = listOf(shapes, 'shapes').map((each) => listOf(each, 'shape') as readonly Slot[])
    // Safe: each is checked to be a list that starts with a number, and each use of it checks the rest.
    this.nodes = listOf(nodes, 'nodes').map((each) => {
      const node = listOf(each, 'node')
      if (typeof node[0] !== 'number') malformed('a node has no tag')
      return node as unknown as Node
    })
    this.root = root as Slot
    this.#blobs = blobs
  }

  shapeAt(index: unknown): readonly Slot[] {
    const shape = typeof index === 'number' ? this.#shapes[index] : undefined
    return shape ?? malformed('a node refers to a shape that is not there')
  }

  blob(length: unknown): ArrayBuffer {
    return this.#blobs.take(length)
  }
}

/** Hands out the bytes behind the nodes, each byte once. */
export class BlobReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number

  constructor(bytes: Uint8Array, start: number, end: number = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  /** Where the next blob starts; after the last one, where they end. */
  get position(): number {
    return this.#at
  }

  /** A copy, in a buffer of its own. */
  take(length: unknown): ArrayBuffer {
    if (!isCount(length) || length > this.#end - this.#at) return malformed('a binary is longer than what is left')
    const copy = new Uint8Array(length)
    copy.set(this.#bytes.subarray(this.#at, this.#at + length))
    this.#at += length
    return copy.buffer
  }
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : malformed(`${what} is not a list`)
}

export function stringOf(value: unknown, what: string): string {
  return typeof value === 'string' ? value : malformed(`${what} is not a string`)
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export function malformed(problem: string): never {
  throw new MalformedBytesError(problem)
}
