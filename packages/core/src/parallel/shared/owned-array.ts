/**
 * An array of numbers that an actor owns, for those who share no memory: `manager.array`.
 */
import { type ActorDefinition, type ActorRef, type AskOptions, type Self, actor, serializable } from '../../index.ts'
import { answering } from '../managers/answering.ts'
import { AskCaller } from '../managers/caller.ts'
import { Cells, bytesFor } from './cells.ts'
import type { NumberArray } from './number-array.ts'
import { type NumberOf, type NumberType, checkNumber } from './number-types.ts'

export interface ArrayProtocol {
  get(index: number): number | bigint
  set(index: number, value: number | bigint): void
  add(index: number, by: number | bigint): number | bigint
  compareAndSet(index: number, expected: number | bigint, value: number | bigint): boolean
  slice(from?: number, to?: number): (number | bigint)[]
  fill(value: number | bigint, from?: number, to?: number): void
  write(at: number, values: readonly (number | bigint)[]): void
  shape(): { readonly type: NumberType; readonly length: number }
  close(): void
}

/** How an array begins: so many zeros, or these numbers. */
export type ArrayStart = readonly [type: NumberType, initial: number | readonly (number | bigint)[]]

export const ArrayOwner: ActorDefinition<ArrayProtocol, readonly [start: ArrayStart]> = actor({
  name: 'troupe.ArrayOwner',
  setup(self: Self, [type, initial]: ArrayStart) {
    const values = typeof initial === 'number' ? [] : initial
    const cells = new Cells(type, new ArrayBuffer(bytesFor(type, typeof initial === 'number' ? initial : initial.length)))
    cells.write(0, values)
    return answering<ArrayProtocol>(self, {
      get: (index) => cells.get(index),
      set: (index, value) => cells.set(index, value),
      add: (index, by) => cells.add(index, by),
      compareAndSet: (index, expected, value) => cells.compareAndSet(index, expected, value),
      slice: (from, to) => cells.slice(from, to),
      fill: (value, from, to) => cells.fill(value, from, to),
      write: (at, all) => cells.write(at, all),
      shape: () => ({ type: cells.type, length: cells.length }),
      close: () => self.stop(),
    })
  },
})

/** As what an actor owns, with the promises of its owner: ActorStoppedError at once when that is gone. It can be sent anywhere. */
export class OwnedArray<Type extends NumberType = NumberType> implements NumberArray<Type> {
  readonly type: Type
  readonly length: number
  readonly #caller: AskCaller

  static {
    serializable(OwnedArray, {
      name: 'troupe.OwnedArray',
      toState: (array: OwnedArray) => ({ ref: array.#caller.ref, type: array.type, length: array.length }),
      fromState: ({ ref, type, length }: { ref: ActorRef; type: NumberType; length: number }) =>
        new OwnedArray(new AskCaller(ref), type, length),
    })
  }

  /** Arrays come from `manager.array`; programs do not construct them. */
  constructor(caller: AskCaller, type: Type, length: number) {
    this.type = type
    this.length = length
    this.#caller = caller
  }

  /** The owner: to watch it, to compare handles. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same array with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): OwnedArray<Type> {
    return new OwnedArray(this.#caller.with(options), this.type, this.length)
  }

  get(index: number): Promise<NumberOf<Type>> {
    return this.#caller.ask('get', () => [index])
  }

  set(index: number, value: NumberOf<Type>): Promise<void> {
    return this.#caller.ask('set', () => [index, checkNumber(this.type, value)])
  }

  add(index: number, by: NumberOf<Type>): Promise<NumberOf<Type>> {
    return this.#caller.ask('add', () => [index, by])
  }

  compareAndSet(index: number, expected: NumberOf<Type>, value: NumberOf<Type>): Promise<boolean> {
    return this.#caller.ask('compareAndSet', () => [index, checkNumber(this.type, expected), checkNumber(this.type, value)])
  }

  slice(from?: number, to?: number): Promise<readonly NumberOf<Type>[]> {
    return this.#caller.read('slice', () => [from, to])
  }

  fill(value: NumberOf<Type>, from?: number, to?: number): Promise<void> {
    return this.#caller.ask('fill', () => [checkNumber(this.type, value), from, to])
  }

  write(at: number, values: readonly NumberOf<Type>[]): Promise<void> {
    return this.#caller.ask('write', () => [at, values.map((value) => checkNumber(this.type, value))])
  }

  /** Ends the array, for everybody. */
  close(): Promise<void> {
    return this.#caller.ask('close', () => [])
  }
}

/** A handle on an array whose owner was just opened: the owner knows what it is. */
export async function openArray<Type extends NumberType>(caller: AskCaller): Promise<OwnedArray<Type>> {
  const { type, length } = await caller.ask<{ readonly type: Type; readonly length: number }>('shape', () => [])
  return new OwnedArray(caller, type, length)
}

/** Throws what is wrong with the start of an array. */
export function checkStart(type: NumberType, initial: number | readonly (number | bigint)[]): ArrayStart {
  bytesFor(type, typeof initial === 'number' ? initial : initial.length)
  return [type, typeof initial === 'number' ? initial : initial.map((value) => checkNumber(type, value))]
}
