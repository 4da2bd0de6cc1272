/**
 * Writes built-in objects that hold no other objects: dates, regular expressions, binaries, boxed primitives, URLs.
 */
import { refuseFields } from './flatten-containers.ts'
import { Refusal } from './flattening.ts'
import type { Flattening } from './flattening.ts'
import { MAX_REGEXP_LENGTH, Tag, VIEW_KINDS } from './node-tags.ts'
import type { Node } from './node-tags.ts'

export type LeafWriter = (to: Flattening, object: object) => Node

/** The writer for direct instances of this prototype; undefined for other classes. */
export function leafWriter(prototype: object): LeafWriter | undefined {
  return WRITERS.get(prototype) ?? (isNodeBuffer(prototype) ? viewWriter(VIEW_KINDS.indexOf('Buffer')) : undefined)
}

const WRITERS: ReadonlyMap<object, LeafWriter> = new Map<object, LeafWriter>([
  [Date.prototype, writeDate],
  [RegExp.prototype, writeRegExp],
  [ArrayBuffer.prototype, writeArrayBuffer],
  [Number.prototype, boxedWriter(Number.prototype.valueOf)],
  [Boolean.prototype, boxedWriter(Boolean.prototype.valueOf)],
  [String.prototype, boxedWriter(String.prototype.valueOf)],
  [BigInt.prototype, boxedWriter(BigInt.prototype.valueOf)],
  [URL.prototype, writeUrl],
  [URLSearchParams.prototype, writeSearchParams],
  ...viewWriters(),
])

function writeDate(_to: Flattening, object: object): Node {
  refuseFields(object)
  return [Tag.date, Date.prototype.getTime.call(object)]
}

function writeRegExp(to: Flattening, object: object): Node {
  refuseFields(object, 1)
  const { source, flags, lastIndex } = object as RegExp
  if (source.length > MAX_REGEXP_LENGTH) {
    throw new Refusal(
      `a regular expression of ${source.length} characters is too long, at most ${MAX_REGEXP_LENGTH} can be pickled`,
    )
  }
  return [Tag.regExp, to.slot(source, 'source'), flags, to.slot(lastIndex, 'lastIndex')]
}

function writeArrayBuffer(to: Flattening, object: object): Node {
  refuseFields(object)
  const bytes = new Uint8Array(object as ArrayBuffer)
  to.blob(bytes)
  return [Tag.arrayBuffer, bytes.length]
}

function boxedWriter(valueOf: (this: never) => unknown): LeafWriter {
  return (to, object) => {
    const value: unknown = Reflect.apply(valueOf, object, [])
    refuseFields(object, typeof value === 'string' ? value.length + 1 : 0)
    return [Tag.boxed, to.slot(value, { kind: 'call', method: 'valueOf' })]
  }
}

function writeUrl(to: Flattening, object: object): Node {
  return [Tag.url, to.slot((object as URL).href, 'href')]
}

function writeSearchParams(to: Flattening, object: object): Node {
  return [Tag.searchParams, to.slot((object as URLSearchParams).toString(), { kind: 'call', method: 'toString' })]
}

function viewWriters(): [object, LeafWriter][] {
  return VIEW_KINDS.flatMap((kind, index): [object, LeafWriter][] => {
    const View: unknown = kind === 'Buffer' ? undefined : Reflect.get(globalThis, kind)
    return typeof View === 'function' ? [[View.prototype as object, viewWriter(index)]] : []
  })
}

/** Only the bytes that the view shows; its buffer may be larger and belong to others. */
function viewWriter(kind: number): LeafWriter {
  return (to, object) => {
    const { buffer, byteOffset, byteLength } = object as ArrayBufferView
    if (!(buffer instanceof ArrayBuffer)) {
      throw new Refusal('a view of a SharedArrayBuffer cannot be pickled: a copy would not be shared')
    }
    to.blob(new Uint8Array(buffer, byteOffset, byteLength))
    return [Tag.view, kind, byteLength]
  }
}

/** Node's Buffer is a class over Uint8Array that core does not know by name. */
function isNodeBuffer(prototype: object): boolean {
  return (
    Object.getPrototypeOf(prototype) === Uint8Array.prototype &&
    Reflect.get(globalThis, 'Buffer') === Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  )
}
