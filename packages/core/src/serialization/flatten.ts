/**
 * Turns a value of any supported kind into a node table. It reads the value once, calls no code but `toState` and getters,
 * keeps its stack flat however deep the value is, and has thrown whatever it will throw before anything is written.
 * One TableWriter per payload.
 */
import { NotSerializableError } from '../errors/serialization-errors.ts'
import { ActorRef } from '../model/ref.ts'
import { UnknownInstance } from './arrivals.ts'
import { buildOrder } from './build-order.ts'
import type { RefCodec } from './codec.ts'
import { fieldsOf, writeArray, writeMap, writeObject, writeSet } from './flatten-containers.ts'
import { writeDomException, writeError } from './flatten-errors.ts'
import { leafWriter } from './flatten-leaves.ts'
import { Refusal } from './flattening.ts'
import type { Flattening } from './flattening.ts'
import { MAX_BIGINT_DIGITS, NEGATIVE_ZERO, Tag } from './node-tags.ts'
import type { Node, NodeTable, Shape, Slot } from './node-tags.ts'
import { classNameOf, classOfPrototype } from './registry.ts'
import type { ClassEntry } from './registry.ts'
import { Sentinel } from './sentinel.ts'
import { spellStep } from './value-path.ts'
import type { Step } from './value-path.ts'
import { isWellFormed } from './well-formed.ts'

const MIN_INT64 = -0x8000000000000000n
const MAX_UINT64 = 0xffffffffffffffffn

/** A payload as a table of plain data, and the bytes that it refers to, in node order; views of the value's own memory. */
export interface Flattened {
  readonly table: NodeTable
  readonly blobs: readonly Uint8Array[]
  /** Bytes that the table takes in a frame, about. */
  readonly size: number
}

/** Throws NotSerializableError, with `root` as the start of its path. */
export function flatten(value: unknown, root: string, refs: RefCodec | undefined): Flattened {
  return new TableWriter(root, refs).run(value)
}

class TableWriter implements Flattening {
  readonly #blobs: Uint8Array[] = []
  readonly #root: string
  readonly #refs: RefCodec | undefined
  readonly #nodes: Node[] = []
  /** What each node is made from; those past #nodes are still to be written. */
  readonly #sources: unknown[] = []
  readonly #parents: number[] = []
  readonly #steps: Step[] = []
  readonly #indexes = new Map<unknown, number>()
  readonly #shapes: Shape[] = []
  readonly #shapeKeys: (readonly string[])[] = []
  readonly #shapesByKeys = new Map<string, number>()
  #current = -1
  #size = 0
  #hasStates = false

  constructor(root: string, refs: RefCodec | undefined) {
    this.#root = root
    this.#refs = refs
  }

  run(value: unknown): Flattened {
    const root = this.slot(value, '')
    for (let index = 0; index < this.#sources.length; index++) {
      this.#current = index
      this.#nodes.push(this.#write(this.#sources[index]))
    }
    const table: NodeTable = [this.#shapes, this.#nodes, root]
    if (this.#hasStates)
      buildOrder(this.#nodes, (node) =>
        this.#refuse(node, 'its toState leads back to itself, so that fromState could not be called'),
      )
    return { table, blobs: this.#blobs, size: this.#size }
  }

  slot(value: unknown, step: Step): Slot {
    this.#size += typeof value === 'string' ? value.length + 2 : 4
    switch (typeof value) {
      case 'number':
        return value === 0 && 1 / value < 0 ? NEGATIVE_ZERO : value
      case 'string':
        return isWellFormed(value) ? value : [this.#indexOf(value, step)]
      case 'boolean':
      case 'undefined':
        return value
      case 'bigint':
        return value >= MIN_INT64 && value <= MAX_UINT64 ? value : [this.#indexOf(value, step)]
      default:
        return value === null ? null : [this.#indexOf(value, step)]
    }
  }

  blob(bytes: Uint8Array): void {
    this.#blobs.push(bytes)
  }

  shape(keys: readonly string[]): number {
    const joined = keys.join('\0')
    const known = this.#shapesByKeys.get(joined)
    if (known !== undefined && sameKeys(this.#shapeKeys[known], keys)) return known
    const index = this.#shapes.length
    this.#shapes.push(keys.map((key) => this.slot(key, key)))
    this.#shapeKeys.push(keys)
    this.#shapesByKeys.set(joined, index)
    return index
  }

  #indexOf(value: unknown, step: Step): number {
    const known = this.#indexes.get(value)
    if (known !== undefined) return known
    const index = this.#sources.length
    this.#indexes.set(value, index)
    this.#sources.push(value)
    this.#parents.push(this.#current)
    this.#steps.push(step)
    return index
  }

  #write(value: unknown): Node {
    try {
      return this.#node(value)
    } catch (error) {
      if (error instanceof NotSerializableError) throw error
      if (error instanceof Refusal) return this.#refuse(this.#current, error.message, error.step)
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error'
      throw new NotSerializableError(this.#pathOf(this.#current), `reading it threw ${reason}`, error)
    }
  }

  #node(value: unknown): Node {
    switch (typeof value) {
      case 'object':
        break
      case 'string':
        return this.#text(value)
      case 'bigint':
        return bigintNode(value)
      case 'symbol':
        return this.#symbol(value)
      case 'function':
        return this.#function(value)
      default:
        throw new Refusal(`a ${typeof value} cannot be pickled`)
    }
    // Safe: null never gets an index.
    const object = value as object
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype === Object.prototype) return writeObject(this, Tag.object, object)
    if (Array.isArray(object) && prototype === Array.prototype) return writeArray(this, object)
    if (prototype === null) return writeObject(this, Tag.nullObject, object)
    if (prototype === Map.prototype) return writeMap(this, object as Map<unknown, unknown>)
    if (prototype === Set.prototype) return writeSet(this, object as Set<unknown>)
    if (object instanceof ActorRef) return this.#ref(object as ActorRef<never>)
    if (isSharedMemory(object)) return this.#memory(object)
    if (object instanceof Sentinel) return [Tag.sentinel, object.name]
    // Safe: every object's prototype is an object or null.
    return this.#instance(object, prototype as object)
  }

  #instance(object: object, prototype: object): Node {
    const entry = classOfPrototype(prototype)
    if (entry?.toState !== undefined) return this.#state(object, entry)
    const leaf = leafWriter(prototype)
    if (leaf !== undefined) return leaf(this, object)
    if (typeof DOMException === 'function' && prototype === DOMException.prototype)
      return writeDomException(this, object as DOMException)
    if (object instanceof Error) return writeError(this, object, prototype)
    if (object instanceof UnknownInstance) return this.#unknown(object)
    if (entry === undefined) throw new Refusal(describeUnregistered(prototype))
    if (entry.fromState !== undefined) return this.#stateNode(entry.name, { ...fieldsOf(object) })
    return writeObject(this, Tag.instance, object, entry.name)
  }

  /** Code does not travel. What can be called and is an instance of a registered class has a state that does: a task is one. */
  #function(value: object): Node {
    // Safe: every function's prototype is an object or null.
    const prototype = Object.getPrototypeOf(value) as object | null
    const entry = prototype === null ? undefined : classOfPrototype(prototype)
    if (entry?.toState === undefined) throw new Refusal(describeFunction(value))
    return this.#state(value, entry)
  }

  #state(object: object, entry: ClassEntry): Node {
    return this.#stateNode(entry.name, entry.toState?.(object))
  }

  #stateNode(name: string, state: unknown): Node {
    this.#hasStates = true
    return [Tag.state, name, this.slot(state, { kind: 'call', method: 'toState' })]
  }

  #unknown(holder: UnknownInstance): Node {
    if (holder.form === 'state') return [Tag.state, holder.className, this.slot(holder.state, 'state')]
    return writeObject(this, Tag.instance, Object(holder.state) as object, holder.className)
  }

  #ref(ref: ActorRef<never>): Node {
    if (this.#refs === undefined) throw new Refusal('an ActorRef can only be pickled for a message: it needs a system')
    return [Tag.ref, ...this.#refs.toWire(ref)]
  }

  #memory(memory: SharedArrayBuffer): Node {
    if (this.#refs?.memory === undefined)
      throw new Refusal('a SharedArrayBuffer can be sent to a thread of this process only: a copy would not be shared')
    return [Tag.sharedMemory, this.#refs.memory.give(memory)]
  }

  #text(text: string): Node {
    const bytes = new Uint8Array(text.length * 2)
    const view = new DataView(bytes.buffer)
    for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), true)
    this.#blobs.push(bytes)
    return [Tag.text, bytes.length]
  }

  #symbol(symbol: symbol): Node {
    const key = Symbol.keyFor(symbol)
    if (key === undefined) throw new Refusal(`${String(symbol)} exists only here: use Symbol.for, or a sentinel`)
    return [Tag.symbol, this.slot(key, { kind: 'call', method: 'toString' })]
  }

  #refuse(node: number, problem: string, step?: Step): never {
    throw new NotSerializableError(this.#pathOf(node) + (step === undefined ? '' : spellStep(step)), problem)
  }

  #pathOf(node: number): string {
    let path = ''
    for (let at = node; at > 0; at = this.#parents[at] ?? 0) path = spellStep(this.#steps[at] ?? '') + path
    return this.#root + path
  }
}

function bigintNode(value: bigint): Node {
  const digits = value.toString(16)
  if (digits.length > MAX_BIGINT_DIGITS) {
    throw new Refusal(`a bigint of ${digits.length} hexadecimal digits is too long, at most ${MAX_BIGINT_DIGITS} can be pickled`)
  }
  return [Tag.bigint, digits]
}

function sameKeys(known: readonly string[] | undefined, keys: readonly string[]): boolean {
  return known !== undefined && known.length === keys.length && keys.every((key, index) => known[index] === key)
}

function describeFunction(value: object): string {
  const name = (value as { readonly name?: unknown }).name
  return `function ${typeof name === 'string' && name !== '' ? name : '(anonymous)'} cannot be pickled: code does not travel`
}

function describeUnregistered(prototype: object): string {
  const name = classNameOf(prototype)
  const tag: unknown = Reflect.get(prototype, Symbol.toStringTag)
  if (name === '(anonymous)' && typeof tag === 'string') return `a ${tag} cannot be pickled`
  const isNative = typeof tag === 'string' && tag === name
  return isNative
    ? `a ${name} cannot be pickled`
    : `class ${name} is not registered: call serializable(${name}) in the module that defines it`
}

function isSharedMemory(object: object): object is SharedArrayBuffer {
  return typeof SharedArrayBuffer === 'function' && object instanceof SharedArrayBuffer
}
