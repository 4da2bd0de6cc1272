/**
 * The rich form of a payload: a table of nodes that refer to each other by index, made of plain data only. This file is
 * its grammar, which flatten writes and rebuild reads; docs/WIRE.md says the same in words.
 *
 *     table  [shapes, nodes, slot]        the slot is the root
 *     shape  [slot, …]                    the keys that many objects have in common, strings
 *     slot   a primitive that msgpack keeps exactly, or [n]: node n, or one of the marks below
 *     node   [tag, …]                     as listed at each tag; bytes lie in the frame's blob section, in node order
 */

/** A value inside a node: itself when msgpack keeps it exactly, else `[n]`. */
export type Slot = undefined | null | boolean | number | string | bigint | readonly [number]

export type Shape = readonly Slot[]

export type Node = readonly [tag: number, ...data: unknown[]]

export type NodeTable = readonly [shapes: readonly Shape[], nodes: readonly Node[], root: Slot]

/** Marks in place of a node index. */
export const NEGATIVE_ZERO: Slot = [-1]
export const HOLE: Slot = [-2]
export const NEGATIVE_ZERO_MARK = -1
export const HOLE_MARK = -2

export const Tag = {
  /** shape, …slots */
  object: 0,
  /** shape, …slots */
  nullObject: 1,
  /** …slots, a hole being a mark */
  array: 2,
  /** length, shape, …slots: indexes and named properties alike */
  sparseArray: 3,
  /** key slot, value slot, … */
  map: 4,
  /** …slots */
  set: 5,
  /** milliseconds, NaN for an invalid one */
  date: 6,
  /** source slot, flags, lastIndex slot */
  regExp: 7,
  /** byteLength */
  arrayBuffer: 8,
  /** index into VIEW_KINDS, byteLength */
  view: 9,
  /** hexadecimal digits, with a minus sign */
  bigint: 10,
  /** byteLength: UTF-16LE, for strings with lone surrogates */
  text: 11,
  /** key slot of a symbol made by Symbol.for */
  symbol: 12,
  /** name */
  sentinel: 13,
  /** slot of the primitive inside */
  boxed: 14,
  /** href slot */
  url: 15,
  /** query slot */
  searchParams: 16,
  /** class name, shape of hidden fields, shape of enumerable fields, …slots of both */
  error: 17,
  /** name slot, message slot, shape of hidden fields, shape of enumerable fields, …slots of both */
  domException: 18,
  /** class name, shape, …slots: own fields */
  instance: 19,
  /** class name, slot: what toState returned */
  state: 20,
  /** …what RefCodec.toWire returned */
  ref: 21,
  /** the number under which the link's memory lane has it */
  sharedMemory: 22,
} as const

/** Names of globals, except `Buffer`, which arrives as Uint8Array where there is none. New ones go at the end. */
export const VIEW_KINDS = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
  'DataView',
  'Buffer',
] as const

/** Hexadecimal digits of the largest bigint: four million bits. Both ends refuse longer ones. */
export const MAX_BIGINT_DIGITS = 1_048_576

/** Characters of the longest regular expression; both ends refuse longer ones. It is compiled on arrival, never run. */
export const MAX_REGEXP_LENGTH = 65_536

/** Plain payloads nested deeper than this travel as a table, which is flat: reading one recurses nowhere. */
export const MAX_PLAIN_DEPTH = 32
