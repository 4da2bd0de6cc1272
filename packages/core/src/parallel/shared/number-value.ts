/**
 * One number that many use at a time: an array of one.
 */
import { serializable } from '../../index.ts'
import { type NumberArray, sharedArray } from './number-array.ts'
import type { NumberOf, NumberType } from './number-types.ts'

/** A number. Each call is atomic, and rejects as those of a {@link NumberArray} do. It goes where its array can go. */
export class NumberValue<Type extends NumberType = NumberType> {
  readonly #array: NumberArray<Type>

  static {
    serializable(NumberValue, {
      name: 'troupe.NumberValue',
      toState: (value: NumberValue) => value.#array,
      fromState: (array: NumberArray<NumberType>) => new NumberValue(array),
    })
  }

  /** Numbers come from `sharedValue` and `manager.number`; programs do not construct them. */
  constructor(array: NumberArray<Type>) {
    this.#array = array
  }

  get type(): Type {
    return this.#array.type
  }

  get(): Promise<NumberOf<Type>> {
    return this.#array.get(0)
  }

  set(value: NumberOf<Type>): Promise<void> {
    return this.#array.set(0, value)
  }

  /** Resolves to the sum. */
  add(by: NumberOf<Type>): Promise<NumberOf<Type>> {
    return this.#array.add(0, by)
  }

  /** Sets the number when it is `expected`. True when it did. */
  compareAndSet(expected: NumberOf<Type>, value: NumberOf<Type>): Promise<boolean> {
    return this.#array.compareAndSet(0, expected, value)
  }
}

/**
 * A number in memory that threads of this process share, as {@link sharedArray}. `manager.number(type, …)` is the same by
 * messages, for processes and machines.
 *
 * @example
 * const hits = sharedValue('int32', 0)
 * await hits.add(1)
 */
export function sharedValue<Type extends NumberType>(type: Type, initial: NumberOf<Type>): NumberValue<Type> {
  return new NumberValue(sharedArray(type, [initial]))
}
