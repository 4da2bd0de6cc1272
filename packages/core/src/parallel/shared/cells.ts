/**
 * Numbers in shared memory: every operation is one atomic step for all threads that have the memory. Integers never wrap: a
 * result that does not fit is a RangeError, and nothing has changed. Floats are kept as their bits, since Atomics knows
 * integers only.
 */
import { type NumberKind, type NumberType, checkNumber, kindOf } from './number-types.ts'

type IntegerView = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

/** How a number lies in memory: as the integer that Atomics sees. */
interface Bits {
  load(index: number): number | bigint
  /** False when something else than `expected` was there. */
  replace(index: number, expected: number | bigint, value: number | bigint): boolean
  store(index: number, value: number | bigint): void
  toNumber(bits: number | bigint): number | bigint
  toBits(value: number | bigint): number | bigint
}

/** An array of numbers. Indexes count from 0; others are a RangeError. */
export class Cells<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly type: NumberType
  readonly length: number
  readonly buffer: Memory
  readonly #bits: Bits

  constructor(type: NumberType, buffer: Memory) {
    const kind = kindOf(type)
    this.type = type
    this.buffer = buffer
    this.length = buffer.byteLength / kind.bytes
    this.#bits = bitsOf(type, kind, buffer)
  }

  get(index: number): number | bigint {
    return this.#bits.toNumber(this.#bits.load(this.#place(index)))
  }

  set(index: number, value: unknown): void {
    const number = checkNumber(this.type, value)
    this.#bits.store(this.#place(index), this.#bits.toBits(number))
  }

  /** Adds; gives the sum. */
  add(index: number, by: unknown): number | bigint {
    const place = this.#place(index)
    const number = checkAddend(this.type, by)
    for (;;) {
      const bits = this.#bits.load(place)
      const sum = checkNumber(this.type, plus(this.#bits.toNumber(bits), number))
      const next = this.#bits.toBits(sum)
      if (this.#bits.replace(place, bits, next)) return this.#bits.toNumber(next)
    }
  }

  /** True when `expected` was there, and `value` is now. */
  compareAndSet(index: number, expected: unknown, value: unknown): boolean {
    const place = this.#place(index)
    const [old, next] = [checkNumber(this.type, expected), checkNumber(this.type, value)]
    return this.#bits.replace(place, this.#bits.toBits(old), this.#bits.toBits(next))
  }

  /** One number after the other: others may write meanwhile. */
  slice(from?: number, to?: number): (number | bigint)[] {
    const [start, end] = this.#range(from, to)
    return Array.from({ length: Math.max(0, end - start) }, (_, offset) => this.get(start + offset))
  }

  fill(value: unknown, from?: number, to?: number): void {
    const [start, end] = this.#range(from, to)
    checkNumber(this.type, value)
    for (let index = start; index < end; index++) this.set(index, value)
  }

  /** All or none of them is put. */
  write(at: number, values: readonly unknown[]): void {
    if (!Number.isInteger(at) || at < 0 || at + values.length > this.length)
      throw new RangeError(`${values.length} numbers from ${at} on do not fit an array of ${this.length}`)
    for (const value of values) checkNumber(this.type, value)
    for (const [offset, value] of values.entries()) this.set(at + offset, value)
  }

  #range(from: number = 0, to: number = this.length): [start: number, end: number] {
    const clamp = (at: number): number => Math.min(Math.max(at < 0 ? this.length + at : at, 0), this.length)
    return [clamp(from), clamp(to)]
  }

  #place(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index
    throw new RangeError(`index ${String(index)} is not in the array: it has ${this.length} numbers`)
  }
}

/** How many bytes so many numbers take. Throws RangeError for a length that there is not. */
export function bytesFor(type: NumberType, length: number): number {
  const { bytes } = kindOf(type)
  if (Number.isSafeInteger(length) && length >= 0) return length * bytes
  throw new RangeError(`a shared array has a length from 0 up, not ${String(length)}`)
}

/** Memory that threads can share, all 0. */
export function newMemory(bytes: number): SharedArrayBuffer {
  if (typeof SharedArrayBuffer !== 'function') {
    throw new Error('this page has no shared memory: it is there only where the page is cross-origin isolated')
  }
  return new SharedArrayBuffer(bytes)
}

/** What is added need not fit by itself: the sum has to. */
function checkAddend(type: NumberType, by: unknown): number | bigint {
  const { form } = kindOf(type)
  if (form === 'integer' && typeof by === 'number' && Number.isInteger(by)) return by
  if (form === 'bigint' && typeof by === 'bigint') return by
  return checkNumber(type, by)
}

function plus(one: number | bigint, other: number | bigint): number | bigint {
  // Safe: both are of the array's kind.
  return typeof one === 'bigint' ? one + (other as bigint) : one + (other as number)
}

function bitsOf(type: NumberType, { form }: NumberKind, buffer: ArrayBufferLike): Bits {
  if (form === 'bigint') return bigBits(type === 'int64' ? new BigInt64Array(buffer) : new BigUint64Array(buffer))
  if (type === 'float64') return floatBits(bigBits(new BigUint64Array(buffer)), new Float64Array(1), BigUint64Array)
  if (type === 'float32') return floatBits(integerBits(new Uint32Array(buffer)), new Float32Array(1), Uint32Array)
  return integerBits(integerView(type, buffer))
}

function integerView(type: NumberType, buffer: ArrayBufferLike): IntegerView {
  switch (type) {
    case 'int8':
      return new Int8Array(buffer)
    case 'uint8':
      return new Uint8Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'uint16':
      return new Uint16Array(buffer)
    case 'int32':
      return new Int32Array(buffer)
    default:
      return new Uint32Array(buffer)
  }
}

function integerBits(view: IntegerView): Bits {
  // Safe here and below: the values of one array are all of one kind, which checkNumber saw to.
  return {
    load: (index) => Atomics.load(view, index),
    replace: (index, expected, value) => Atomics.compareExchange(view, index, expected as number, value as number) === expected,
    store: (index, value) => void Atomics.store(view, index, value as number),
    toNumber: same,
    toBits: same,
  }
}

function bigBits(view: BigInt64Array | BigUint64Array): Bits {
  return {
    load: (index) => Atomics.load(view, index),
    replace: (index, expected, value) => Atomics.compareExchange(view, index, expected as bigint, value as bigint) === expected,
    store: (index, value) => void Atomics.store(view, index, value as bigint),
    toNumber: same,
    toBits: same,
  }
}

/** `float` is a place to turn a number into its bits, which `View` reads. */
function floatBits(
  integers: Bits,
  float: Float32Array | Float64Array,
  View: Uint32ArrayConstructor | BigUint64ArrayConstructor,
): Bits {
  // Safe: the view that goes with the integers takes and gives what they are.
  const bits = new View(float.buffer as ArrayBuffer) as unknown as { 0: number | bigint }
  return {
    ...integers,
    toNumber(written) {
      bits[0] = written
      return float[0] ?? Number.NaN
    },
    toBits(value) {
      float[0] = value as number
      return bits[0]
    },
  }
}

function same(value: number | bigint): number | bigint {
  return value
}
