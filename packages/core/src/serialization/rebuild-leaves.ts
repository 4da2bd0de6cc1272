/**
 * Makes built-in objects that hold no other objects, from nodes that anybody may have written.
 */
import { MAX_BIGINT_DIGITS, MAX_REGEXP_LENGTH, Tag, VIEW_KINDS } from './node-tags.ts'
import type { Node } from './node-tags.ts'
import { arrivedSentinel } from './sentinel.ts'
import { malformed, stringOf } from './table-reader.ts'

/** The bytes are right, but this engine or program cannot make the value; the payload becomes a DecodeFailure. */
export class CannotBuild extends Error {
  readonly reason: Error

  constructor(reason: Error) {
    super(reason.message)
    this.reason = reason
  }
}

/** What can be made of the node itself and of strings and bigints, which `valueOf` finds in slots. */
export function makeLeaf(node: Node, valueOf: (slot: unknown) => unknown): unknown {
  switch (node[0]) {
    case Tag.date:
      return typeof node[1] === 'number' ? new Date(node[1]) : malformed('a date is not a number')
    case Tag.regExp:
      return makeRegExp(stringOf(valueOf(node[1]), 'a regular expression'), stringOf(node[2], 'flags'), valueOf(node[3]))
    case Tag.symbol:
      return Symbol.for(stringOf(valueOf(node[1]), 'a symbol'))
    case Tag.sentinel: {
      const name = stringOf(node[1], 'a sentinel')
      return arrivedSentinel(name) ?? malformed('a sentinel has an unfit name, or there are too many of them')
    }
    case Tag.boxed:
      return makeBoxed(valueOf(node[1]))
    case Tag.url:
      return attempt(() => new URL(stringOf(valueOf(node[1]), 'a URL')))
    case Tag.searchParams:
      return new URLSearchParams(stringOf(valueOf(node[1]), 'a query'))
    case Tag.domException:
      return makeDomException(stringOf(valueOf(node[1]), 'a name'), stringOf(valueOf(node[2]), 'a message'))
    default:
      return malformed(`there is no node tag ${String(node[0])}`)
  }
}

/** Compiled, as far as the engine does that before the first use, but never run. */
function makeRegExp(source: string, flags: string, lastIndex: unknown): RegExp {
  if (source.length > MAX_REGEXP_LENGTH) return malformed('a regular expression is too long')
  const made = attempt(() => new RegExp(source, flags))
  Object.defineProperty(made, 'lastIndex', { value: lastIndex })
  return made
}

export function makeView(kind: unknown, buffer: ArrayBuffer): unknown {
  const name = typeof kind === 'number' ? VIEW_KINDS[kind] : undefined
  if (name === undefined) return malformed('a view of an unknown kind')
  const View: unknown = Reflect.get(globalThis, name)
  if (name === 'Buffer') return typeof View === 'function' ? makeNodeBuffer(View, buffer) : new Uint8Array(buffer)
  if (typeof View !== 'function') throw new CannotBuild(new Error(`this engine has no ${name}`))
  try {
    // Safe: the names in VIEW_KINDS are constructors that take a buffer.
    return new (View as new (buffer: ArrayBuffer) => ArrayBufferView)(buffer)
  } catch {
    return malformed(`${buffer.byteLength} bytes are no ${name}`)
  }
}

function makeNodeBuffer(NodeBuffer: object, buffer: ArrayBuffer): unknown {
  const from: unknown = Reflect.get(NodeBuffer, 'from')
  return typeof from === 'function' ? Reflect.apply(from, NodeBuffer, [buffer]) : new Uint8Array(buffer)
}

export function makeBigint(written: unknown): bigint {
  const digits = stringOf(written, 'a bigint')
  const isNegative = digits.startsWith('-')
  const unsigned = isNegative ? digits.slice(1) : digits
  if (unsigned.length > MAX_BIGINT_DIGITS || !/^[0-9a-f]+$/.test(unsigned))
    return malformed('a bigint is not hexadecimal digits, or too long')
  const value = BigInt(`0x${unsigned}`)
  return isNegative ? -value : value
}

export function makeText(bytes: ArrayBuffer): string {
  if (bytes.byteLength % 2 !== 0) return malformed('a text has half a character')
  const view = new DataView(bytes)
  let text = ''
  for (let at = 0; at < bytes.byteLength; at += 2) text += String.fromCharCode(view.getUint16(at, true))
  return text
}

function makeBoxed(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return Object(value)
    default:
      return malformed('a boxed value is not a primitive')
  }
}

function makeDomException(name: string, message: string): unknown {
  if (typeof DOMException !== 'function') throw new CannotBuild(new Error('this engine has no DOMException'))
  return new DOMException(message, name)
}

/** What a constructor says no to may be right elsewhere: flags of a newer engine, for instance. */
function attempt<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    throw new CannotBuild(error instanceof Error ? error : new Error(String(error)))
  }
}
