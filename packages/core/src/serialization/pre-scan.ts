/**
 * Walks over raw MessagePack without building anything, before a byte of an untrusted peer reaches msgpackr. Only what our
 * encoder writes passes: no extension but the one for undefined, no binaries, string keys, one marker at the end of an
 * entry. It bounds nesting and, by what values cost once built, the memory that reading will take.
 */
import { MalformedBytesError } from '../errors/serialization-errors.ts'
import { isUtf8 } from './well-formed.ts'

/** Bytes of heap that a value takes, roughly and on the safe side. */
const CONTAINER_COST = 64
const STRING_COST = 32
const VALUE_COST = 8

/** A frame may cost this much, and four times its length on top. The encoder pads frames that would cost more. */
const FREE_COST = 4 * 1024 * 1024
const COST_PER_BYTE = 4

const PROTO = [0x5f, 0x5f, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x5f, 0x5f]

/** How long a frame with a body of this cost has to be, whatever it holds. */
export function lengthForCost(cost: number): number {
  return Math.max(0, Math.ceil((cost - FREE_COST) / COST_PER_BYTE))
}

/** What the body of a frame of this length may cost: the inverse of {@link lengthForCost}. */
export function costForLength(length: number): number {
  return FREE_COST + length * COST_PER_BYTE
}

/** One per decoder: its stack is reused. */
export class PreScan {
  readonly #maxDepth: number
  /** Per open container, how many values it still lacks; keys count too. */
  readonly #left: Float64Array
  readonly #isMap: Uint8Array
  /** Bytes of heap that the last body takes once built. */
  cost = 0

  /** `maxDepth` counts containers inside each other, the outermost included. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
    this.#left = new Float64Array(maxDepth + 1)
    this.#isMap = new Uint8Array(maxDepth + 1)
  }

  /**
   * Checks that `bytes` from `start` to `end` are one list of lists, and sets {@link cost}. Throws MalformedBytesError, also
   * as soon as the cost passes `maxCost`.
   */
  check(bytes: Uint8Array, start: number, end: number, maxCost: number): void {
    const left = this.#left
    const isMap = this.#isMap
    let at = start
    let depth = 0
    let cost = 0
    do {
      if (at >= end) fail('the bytes end too early')
      const token = bytes[at++] ?? 0
      let length = -1 // of a string
      let count = -1 // of values in a container
      const isKey = depth > 0 && isMap[depth] === 1 && (left[depth] ?? 0) % 2 === 0
      cost += VALUE_COST
      if (token < 0x80 || token >= 0xe0) length = -1
      else if (token < 0x90) count = (token & 0x0f) * 2
      else if (token < 0xa0) count = token & 0x0f
      else if (token < 0xc0) length = token & 0x1f
      else {
        const size = SIZES[token - 0xc0] ?? -1
        if (size < 0) fail(`the token 0x${token.toString(16)} is not allowed`)
        if (at + size > end) fail('the bytes end too early')
        if (token >= 0xd9) {
          let value = 0
          for (let byte = 0; byte < size; byte++) value = value * 256 + (bytes[at + byte] ?? 0)
          if (token <= 0xdb) length = value
          else count = token >= 0xde ? value * 2 : value
        } else if (token === 0xc1) {
          if (depth !== 2 || left[2] !== 1) fail('a marker is in the wrong place')
        } else if (token === 0xd4 && (bytes[at] !== 0 || bytes[at + 1] !== 0)) fail('an extension is not allowed')
        at += size
      }
      if (depth > 0) left[depth] = (left[depth] ?? 0) - 1
      if (length >= 0) {
        if (length > end - at) fail('a string is longer than what is left')
        if (isKey && length === PROTO.length && isProto(bytes, at)) fail('a key is __proto__')
        cost += STRING_COST + length
        if (!isUtf8(bytes, at, at + length)) fail('a string is not UTF-8')
        at += length
      } else if (isKey) fail('a key is not a string')
      else if (count >= 0) {
        if (count > end - at) fail('a container is longer than what is left')
        cost += CONTAINER_COST
        if (++depth > this.#maxDepth) fail(`nested deeper than ${this.#maxDepth}`)
        left[depth] = count
        isMap[depth] = token < 0x90 || token >= 0xde ? 1 : 0
        if (depth <= 2 && isMap[depth] === 1) fail('an entry is not a list')
      } else if (depth < 2) fail('an entry is not a list')
      if (cost > maxCost) fail('the values would take far more memory than their bytes')
      while (depth > 0 && left[depth] === 0) depth--
    } while (depth > 0)
    if (at !== end) fail('bytes follow the last entry')
    this.cost = cost
  }
}

/** Bytes after the tokens from 0xc0 on, before any string or values; -1 for what our encoder never writes. */
const SIZES = [
  0,
  0,
  0,
  0,
  -1,
  -1,
  -1,
  -1,
  -1,
  -1,
  -1,
  8,
  1,
  2,
  4,
  8, // nil, marker, false, true, binaries, extensions, floats, unsigned
  1,
  2,
  4,
  8,
  2,
  -1,
  -1,
  -1,
  -1,
  1,
  2,
  4,
  2,
  4,
  2,
  4, // signed, undefined, extensions, strings, arrays, maps
]

function isProto(bytes: Uint8Array, at: number): boolean {
  return PROTO.every((byte, index) => bytes[at + index] === byte)
}

function fail(problem: string): never {
  throw new MalformedBytesError(problem)
}
