/**
 * Writes what holds other values: objects, arrays, maps, sets.
 */
import { Refusal } from './flattening.ts'
import type { Flattening } from './flattening.ts'
import { HOLE, Tag } from './node-tags.ts'
import type { Node } from './node-tags.ts'

/** An object's own fields; `name` comes before them for instances. */
export function writeObject(to: Flattening, tag: number, object: object, name?: string): Node {
  const fields = fieldsOf(object)
  const keys = Object.keys(fields)
  const node: [number, ...unknown[]] = name === undefined ? [tag, to.shape(keys)] : [tag, name, to.shape(keys)]
  for (const key of keys) node.push(to.slot(fields[key], key))
  return node
}

/** Arrays: dense ones as a list; those with many holes or with named properties by their keys. */
export function writeArray(to: Flattening, array: readonly unknown[]): Node {
  const values = Object.values(array)
  let filled = 0
  for (let index = 0; index < array.length && filled < values.length; index++) if (index in array) filled++
  if (filled < values.length || filled * 2 < array.length) return writeSparseArray(to, array)
  const node: [number, ...unknown[]] = [Tag.array]
  for (let index = 0; index < array.length; index++) {
    const value = array[index]
    node.push(value === undefined && !(index in array) ? HOLE : to.slot(value, index))
  }
  return node
}

export function writeMap(to: Flattening, map: Map<unknown, unknown>): Node {
  refuseFields(map)
  const node: [number, ...unknown[]] = [Tag.map]
  let entry = 0
  for (const [key, value] of Map.prototype.entries.call(map) as IterableIterator<[unknown, unknown]>) {
    node.push(to.slot(key, { kind: 'map-key', entry }), to.slot(value, { kind: 'map-value', entry, key }))
    entry++
  }
  return node
}

export function writeSet(to: Flattening, set: Set<unknown>): Node {
  refuseFields(set)
  const node: [number, ...unknown[]] = [Tag.set]
  let item = 0
  for (const value of Set.prototype.values.call(set) as IterableIterator<unknown>) {
    node.push(to.slot(value, { kind: 'set-item', item }))
    item++
  }
  return node
}

/** The own fields of an object. Throws a Refusal when some of them are not enumerable or not named by a string. */
export function fieldsOf(object: object): Readonly<Record<string, unknown>> {
  const names = Object.getOwnPropertyNames(object)
  if (names.length !== Object.keys(object).length) {
    const hidden = names.find((name) => !Object.prototype.propertyIsEnumerable.call(object, name)) ?? ''
    throw new Refusal('a property that is not enumerable cannot be pickled', hidden)
  }
  refuseSymbols(object)
  // Safe: all own properties have string names, and only those are read.
  return object as Readonly<Record<string, unknown>>
}

/** For values whose content is not in properties: one that has properties as well would lose them. */
export function refuseFields(object: object, expected = 0): void {
  const names = Object.getOwnPropertyNames(object)
  if (names.length > expected) {
    throw new Refusal('a property on a built-in object cannot be pickled', names[expected] ?? '')
  }
  refuseSymbols(object)
}

function refuseSymbols(object: object): void {
  const [symbol] = Object.getOwnPropertySymbols(object)
  if (symbol !== undefined) throw new Refusal(`a property named by ${String(symbol)} cannot be pickled: use a string`)
}

function writeSparseArray(to: Flattening, array: readonly unknown[]): Node {
  const keys = Object.keys(array)
  const node: [number, ...unknown[]] = [Tag.sparseArray, array.length, to.shape(keys)]
  // Safe: reads own properties of the array, by the names that it listed.
  const fields = array as unknown as Readonly<Record<string, unknown>>
  for (const key of keys) node.push(to.slot(fields[key], /^\d+$/.test(key) ? Number(key) : key))
  return node
}
