/**
 * Builds the value that a node table describes. Two rounds, because nodes refer to each other freely: first every node
 * gets its object, then the objects get their content. Runs no code from the table; `fromState` of a class that is
 * registered here is the only code of others that it calls, and what that throws becomes a DecodeFailure.
 */
import { MalformedBytesError, RemoteError } from '../errors/serialization-errors.ts'
import { DecodeFailure, UnknownInstance } from './arrivals.ts'
import { buildOrder } from './build-order.ts'
import type { RefCodec } from './codec.ts'
import { HOLE_MARK, NEGATIVE_ZERO_MARK, Tag } from './node-tags.ts'
import type { Node } from './node-tags.ts'
import { makeError } from './rebuild-errors.ts'
import { CannotBuild, makeBigint, makeLeaf, makeText, makeView } from './rebuild-leaves.ts'
import { classNamed } from './registry.ts'
import { TableReader, isCount, malformed, stringOf } from './table-reader.ts'
import type { BlobReader } from './table-reader.ts'

/** Marks a state node whose `fromState` has not been called yet. */
const PENDING = Object.freeze({})

/** More elements than that per key given, and a sparse array must not get room for all of them. */
const SPARSE_LENGTH = 1024

/**
 * The value, or a {@link DecodeFailure} when it is well described but cannot be built here. Throws MalformedBytesError.
 */
export function rebuild(table: unknown, blobs: BlobReader, refs: RefCodec | undefined): unknown {
  try {
    return new Builder(new TableReader(table, blobs), refs).run()
  } catch (error) {
    if (error instanceof CannotBuild) return new DecodeFailure(error.reason)
    if (error instanceof MalformedBytesError) throw error
    throw new MalformedBytesError('a node does not fit its kind', error)
  }
}

class Builder {
  readonly #table: TableReader
  readonly #refs: RefCodec | undefined
  readonly #values: unknown[]

  constructor(table: TableReader, refs: RefCodec | undefined) {
    this.#table = table
    this.#refs = refs
    this.#values = new Array<unknown>(table.nodes.length)
  }

  run(): unknown {
    const nodes = this.#table.nodes
    for (let index = 0; index < nodes.length; index++) this.#takeBlob(index, this.#node(index))
    for (let index = 0; index < nodes.length; index++) this.#makeSimple(index, this.#node(index))
    for (let index = 0; index < nodes.length; index++) this.#values[index] ??= this.#make(this.#node(index))
    for (const index of this.#order()) this.#fill(index, this.#node(index))
    return this.#value(this.#table.root)
  }

  /** Before anything can fail: the blobs of the payloads that follow lie behind these. */
  #takeBlob(index: number, node: Node): void {
    const tag = node[0]
    if (tag === Tag.view) this.#values[index] = this.#table.blob(node[2])
    else if (tag === Tag.text || tag === Tag.arrayBuffer) this.#values[index] = this.#table.blob(node[1])
  }

  /** What other nodes may need in order to be made, and what is made of bytes. */
  #makeSimple(index: number, node: Node): void {
    const tag = node[0]
    // Safe: #takeBlob put them there.
    if (tag === Tag.text) this.#values[index] = makeText(this.#values[index] as ArrayBuffer)
    else if (tag === Tag.view) this.#values[index] = makeView(node[1], this.#values[index] as ArrayBuffer)
    else if (tag === Tag.bigint) this.#values[index] = makeBigint(node[1])
  }

  #node(index: number): Node {
    return this.#table.nodes[index] ?? malformed('a node is missing')
  }

  #order(): Iterable<number> {
    const nodes = this.#table.nodes
    if (!nodes.some((node) => node[0] === Tag.state)) return nodes.keys()
    return buildOrder(nodes, () => malformed('the state of an instance leads back to it'))
  }

  #value(slot: unknown): unknown {
    if (typeof slot !== 'object' || slot === null) return slot
    const mark: unknown = Array.isArray(slot) ? slot[0] : undefined
    if (mark === NEGATIVE_ZERO_MARK) return -0
    if (!isCount(mark) || mark >= this.#values.length) return malformed('a node refers to a node that is not there')
    const value = this.#values[mark]
    return value === PENDING ? malformed('an instance is used before its state is there') : value
  }

  #text(slot: unknown, what: string): string {
    return stringOf(this.#value(slot), what)
  }

  #keys(shape: unknown): string[] {
    return this.#table.shapeAt(shape).map((slot) => this.#text(slot, 'a key'))
  }

  #make(node: Node): unknown {
    switch (node[0]) {
      case Tag.object:
        return {}
      case Tag.nullObject:
        return Object.create(null)
      case Tag.array:
        return new Array<unknown>(node.length - 1)
      case Tag.sparseArray:
        return sparseArray(node[1], node.length)
      case Tag.map:
        return new Map()
      case Tag.set:
        return new Set()
      case Tag.instance:
        return this.#instance(this.#text(node[1], 'a class name'))
      case Tag.state:
        return PENDING
      case Tag.error:
        return makeError(this.#text(node[1], 'a class name'))
      case Tag.ref:
        return this.#ref(node)
      case Tag.sharedMemory:
        return this.#memory(node[1])
      default:
        return makeLeaf(node, (slot) => this.#value(slot))
    }
  }

  #instance(name: string): object {
    const entry = classNamed(name)
    // Safe as an object to be filled: own fields only.
    return entry === undefined
      ? new UnknownInstance(name, 'fields', Object.create(null))
      : (Object.create(entry.prototype) as object)
  }

  #ref(node: Node): unknown {
    if (this.#refs === undefined)
      throw new CannotBuild(new Error('an ActorRef can only be unpickled from a message: it needs a system'))
    const wire: (string | number)[] = []
    for (const each of node.slice(1)) {
      if (typeof each !== 'string' && typeof each !== 'number') return malformed('a ref is made of strings and numbers')
      wire.push(each)
    }
    return this.#refs.fromWire(wire)
  }

  #memory(id: unknown): SharedArrayBuffer {
    const memory = isCount(id) ? (this.#refs?.memory?.take(id) ?? null) : null
    return memory ?? malformed('shared memory did not come with the frame')
  }

  #fill(index: number, node: Node): void {
    const value = this.#values[index]
    switch (node[0]) {
      case Tag.object:
      case Tag.nullObject:
        return this.#fields(value as object, this.#keys(node[1]), node, 2, true)
      case Tag.array:
        return this.#elements(value as unknown[], node)
      case Tag.sparseArray:
        return this.#fields(value as object, this.#keys(node[2]), node, 3, true)
      case Tag.map:
        for (let at = 1; at + 1 < node.length; at += 2)
          (value as Map<unknown, unknown>).set(this.#value(node[at]), this.#value(node[at + 1]))
        return
      case Tag.set:
        for (let at = 1; at < node.length; at++) (value as Set<unknown>).add(this.#value(node[at]))
        return
      case Tag.instance:
        return this.#fields(
          value instanceof UnknownInstance ? (value.state as object) : (value as object),
          this.#keys(node[2]),
          node,
          3,
          true,
        )
      case Tag.state:
        this.#values[index] = fromState(this.#text(node[1], 'a class name'), this.#value(node[2]))
        return
      case Tag.error:
        return this.#errorFields(value as object, node, 2)
      case Tag.domException:
        return this.#errorFields(value as object, node, 3)
      default:
    }
  }

  #elements(array: unknown[], node: Node): void {
    for (let at = 1; at < node.length; at++) {
      const slot = node[at]
      if (!(Array.isArray(slot) && slot[0] === HOLE_MARK)) array[at - 1] = this.#value(slot)
    }
  }

  #errorFields(error: object, node: Node, at: number): void {
    const hidden = this.#keys(node[at])
    this.#fields(error, hidden, node, at + 2, false)
    this.#fields(error, this.#keys(node[at + 1]), node, at + 2 + hidden.length, true)
  }

  /** Own properties only, whatever they are called: a plain assignment to `__proto__` would change the prototype. */
  #fields(object: object, keys: readonly string[], node: Node, start: number, enumerable: boolean): void {
    if (node.length < start + keys.length) malformed('a node has fewer values than keys')
    // Safe: only written to, by names that are checked right here.
    const target = object as Record<string, unknown>
    for (const [index, key] of keys.entries()) {
      const value = this.#value(node[start + index])
      if (enumerable && !(key in target)) target[key] = value
      else if (key !== 'className' || !(target instanceof RemoteError)) {
        Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable })
      }
    }
  }
}

function fromState(name: string, state: unknown): unknown {
  const entry = classNamed(name)
  if (entry === undefined) return new UnknownInstance(name, 'state', state)
  if (entry.fromState === undefined) return withFields(Object.create(entry.prototype) as object, name, state)
  try {
    return entry.fromState(state)
  } catch (error) {
    throw new CannotBuild(new Error(`fromState of ${name} threw ${String(error)}`, { cause: error }))
  }
}

function sparseArray(length: unknown, nodeLength: number): unknown[] {
  const array: unknown[] = []
  if (!isCount(length) || length > 0xffffffff) return malformed('an array has no length')
  // V8 makes room for every element of a length that it deems dense; for this one it does not.
  if (length > SPARSE_LENGTH + 8 * nodeLength) array.length = 0xffffffff
  array.length = length
  return array
}

function withFields(instance: object, name: string, state: unknown): object {
  if (typeof state !== 'object' || state === null) {
    throw new CannotBuild(new Error(`${name} was sent with toState, and is registered here without fromState`))
  }
  for (const [key, value] of Object.entries(state)) {
    Object.defineProperty(instance, key, { value, writable: true, configurable: true, enumerable: true })
  }
  return instance
}
