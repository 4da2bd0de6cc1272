/**
 * Arrays of numbers that many use at a time: what the one in shared memory and the one that an actor owns have in common, and
 * the first of them.
 */
import { serializable } from '../../index.ts'
import { Cells, bytesFor, newMemory } from './cells.ts'
import type { NumberOf, NumberType } from './number-types.ts'

/**
 * An array of a fixed length. Each call is atomic, but `slice`, `fill` and `write` in shared memory, where each number is.
 * All reject RangeError for an index that is not in it and for a number that does not fit (integers never wrap), and
 * TypeError for what is no number of its type.
 */
export interface NumberArray<Type extends NumberType> {
  readonly type: Type
  readonly length: number
  get(index: number): Promise<NumberOf<Type>>
  set(index: number, value: NumberOf<Type>): Promise<void>
  /** Resolves to the sum. */
  add(index: number, by: NumberOf<Type>): Promise<NumberOf<Type>>
  /** Sets the number when it is `expected`. True when it did. */
  compareAndSet(index: number, expected: NumberOf<Type>, value: NumberOf<Type>): Promise<boolean>
  /** Negative places count from the end. */
  slice(from?: number, to?: number): Promise<readonly NumberOf<Type>[]>
  fill(value: NumberOf<Type>, from?: number, to?: number): Promise<void>
  /** Puts all of them, from `at` on, or none. */
  write(at: number, values: readonly NumberOf<Type>[]): Promise<void>
}

/**
 * An array in memory that threads share: sent to a thread, it is the same array there. A call costs no message. It lives as
 * long as somebody has it.
 */
export class MemoryArray<Type extends NumberType = NumberType> implements NumberArray<Type> {
  readonly #cells: Cells<SharedArrayBuffer>

  static {
    serializable(MemoryArray, {
      name: 'troupe.MemoryArray',
      toState: (array: MemoryArray) => ({ type: array.#cells.type, buffer: array.#cells.buffer }),
      fromState: ({ type, buffer }: { type: NumberType; buffer: SharedArrayBuffer }) => new MemoryArray(new Cells(type, buffer)),
    })
  }

  /** Arrays come from `sharedArray`; programs do not construct them. */
  constructor(cells: Cells<SharedArrayBuffer>) {
    this.#cells = cells
  }

  get type(): Type {
    // Safe: it was made with this type.
    return this.#cells.type as Type
  }

  get length(): number {
    return this.#cells.length
  }

  /** The memory itself, for a typed array of one's own: without checks, and without atomicity. */
  get buffer(): SharedArrayBuffer {
    return this.#cells.buffer
  }

  async get(index: number): Promise<NumberOf<Type>> {
    return this.#own(this.#cells.get(index))
  }

  async set(index: number, value: NumberOf<Type>): Promise<void> {
    this.#cells.set(index, value)
  }

  async add(index: number, by: NumberOf<Type>): Promise<NumberOf<Type>> {
    return this.#own(this.#cells.add(index, by))
  }

  async compareAndSet(index: number, expected: NumberOf<Type>, value: NumberOf<Type>): Promise<boolean> {
    return this.#cells.compareAndSet(index, expected, value)
  }

  async slice(from?: number, to?: number): Promise<readonly NumberOf<Type>[]> {
    return this.#cells.slice(from, to).map((value) => this.#own(value))
  }

  async fill(value: NumberOf<Type>, from?: number, to?: number): Promise<void> {
    this.#cells.fill(value, from, to)
  }

  async write(at: number, values: readonly NumberOf<Type>[]): Promise<void> {
    this.#cells.write(at, values)
  }

  #own(value: number | bigint): NumberOf<Type> {
    // Safe: the cells of this type hold such values.
    return value as NumberOf<Type>
  }
}

/**
 * An array in memory that threads of this process share, of so many zeros, or of these numbers. It can be sent to threads; to
 * processes and machines it cannot: sending it there is a NotSerializableError, and `manager.array(type, …)` is the same by
 * messages. Throws RangeError and TypeError for a type, a length or numbers that do not fit.
 *
 * @example
 * const counts = sharedArray('int32', 4)
 * await counts.add(0, 1)
 */
export function sharedArray<Type extends NumberType>(type: Type, initial: number | readonly NumberOf<Type>[]): MemoryArray<Type> {
  const values = typeof initial === 'number' ? [] : initial
  const length = typeof initial === 'number' ? initial : initial.length
  const cells = new Cells(type, newMemory(bytesFor(type, length)))
  cells.write(0, values)
  return new MemoryArray(cells)
}
