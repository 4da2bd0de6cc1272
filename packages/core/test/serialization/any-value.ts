/**
 * Generated values of every supported kind, with cycles and shared references.
 */
import * as fc from 'fast-check'

const oddNumbers = fc.constantFrom(
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  2 ** 32,
  2 ** 53,
  -(2 ** 31),
  0.1,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
)
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.string({ minLength: 60, maxLength: 300 }),
)
const anyKey = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 5 }) },
  { weight: 1, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'toJSON', '__keys__', 'hasOwnProperty', 'length', '0', '7', 'then'),
  },
)

const primitive = fc.oneof(
  fc.constantFrom(null, undefined, true, false),
  fc.integer(),
  fc.double(),
  oddNumbers,
  anyText,
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
  fc.string().map((key) => Symbol.for(key)),
)

const bytes = fc.uint8Array({ maxLength: 40 })
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: primitive },
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(/a/g, /[\]/]\n/dimsuy, /\u{1f600}|\ud800/u).map((each) => new RegExp(each.source, each.flags)),
  bytes,
  bytes.map((each) => each.slice().buffer),
  bytes.map((each) => new DataView(each.slice().buffer, each.length >> 1)),
  bytes.map((each) => new Uint8Array(each.slice().buffer, each.length >> 1)),
  fc.float64Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 5 }),
  fc.int16Array({ maxLength: 5 }),
  fc
    .oneof(fc.integer(), oddNumbers, anyText, fc.boolean(), fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }))
    .map((each) => Object(each) as unknown),
  fc.webUrl().map((each) => new URL(each)),
  fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }))).map((each) => new URLSearchParams(each)),
)

function objectOf(prototype: object | null, entries: readonly (readonly [string, unknown])[]): object {
  const object = Object.create(prototype) as object
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  return object
}

function errorOf(kind: number, message: string, cause: unknown, fields: readonly (readonly [string, unknown])[]): Error {
  const Class = [Error, TypeError, RangeError][kind % 3] ?? Error
  const error =
    kind % 4 === 3 ? new AggregateError([cause], message) : kind % 2 === 0 ? new Class(message, { cause }) : new Class(message)
  for (const [key, value] of fields)
    if (!(key in error)) Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true })
  return error
}

function holey(items: readonly unknown[], holes: readonly number[], fields: readonly (readonly [string, unknown])[]): unknown[] {
  const array = [...items]
  for (const hole of holes) Reflect.deleteProperty(array, hole)
  for (const [key, value] of fields)
    if (key !== 'length') Object.defineProperty(array, key, { value, writable: true, enumerable: true, configurable: true })
  return array
}

const tree: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; entries: [string, unknown][] }>((tie) => {
  const items = fc.array(tie('value'), { maxLength: 5 })
  return {
    entries: fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 5 }),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('entries').map((entries) => objectOf(Object.prototype, entries)),
      tie('entries').map((entries) => objectOf(null, entries)),
      items,
      fc
        .tuple(items, fc.array(fc.nat(5), { maxLength: 2 }), tie('entries'))
        .map(([each, holes, fields]) => holey(each, holes, fields)),
      fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
      items.map((each) => new Set(each)),
      fc
        .tuple(fc.nat(7), anyText, tie('value'), tie('entries'))
        .map(([kind, message, cause, fields]) => errorOf(kind, message, cause, fields)),
    ),
  }
}).value

/** What can hold a reference to anything: containers in a value. */
function containersIn(value: unknown, found: Set<object> = new Set()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value) || ArrayBuffer.isView(value)) return found
  found.add(value)
  if (value instanceof Map) for (const pair of value) for (const each of pair) containersIn(each, found)
  if (value instanceof Set) for (const each of value) containersIn(each, found)
  for (const key of Object.getOwnPropertyNames(value)) if (key !== 'stack') containersIn(Reflect.get(value, key), found)
  return found
}

function link(from: object, to: unknown, key: string): void {
  if (from instanceof Map) from.set(key, to)
  else if (from instanceof Set) from.add(to)
  else if (Array.isArray(from)) from.push(to)
  else if (Object.getPrototypeOf(from) === Object.prototype || from instanceof Error) Reflect.set(from, `link ${key}`, to)
}

/** Any supported value; some of its containers also hold others of them, or themselves. */
export const anyValue: fc.Arbitrary<unknown> = fc
  .tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }))
  .map(([value, links]) => {
    const containers = [...containersIn(value)]
    if (containers.length === 0) return value
    for (const [index, [from, to]] of links.entries()) {
      link(containers[from % containers.length] ?? {}, containers[to % containers.length], String(index))
    }
    return value
  })

/** Values that JSON could hold, near enough: the plain way. */
export const plainValue: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 4 })
