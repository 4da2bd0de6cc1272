/**
 * Values on their way through a queue or a pipe. A value is pickled once, where it is put, and read once, where it is taken:
 * so it is a snapshot, what cannot travel is refused at the caller, and owners never build what they only keep. Refs in it
 * travel beside the bytes, as refs, so that each link knows whom it gave away. Plain values and STOP go as they are.
 */
import { pack, STOP, unpack } from '../../index.ts'
import type { AnyRef, RefCodec } from '../../index.ts'

/** A value that is no plain one: always an array, which no plain value is. */
type Packed = readonly [bytes: Uint8Array] | readonly [bytes: Uint8Array, refs: readonly AnyRef[]]

/** What a queue of dead letters holds: made by the queue that they come from, which does not build the value. */
interface LetterParcel {
  readonly parcel: Parcel
  readonly deliveries: number
  readonly cause: unknown
}

/** What owners keep and links carry. */
export type Parcel = Packed | LetterParcel | string | number | boolean | bigint | null | undefined | typeof STOP

/** The value as it is now. Throws NotSerializableError with the path to the culprit, from `value` on. */
export function toParcel(value: unknown): Parcel {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return value
    default:
      if (value === null) return null
      if (value === STOP) return STOP
      return packed(value)
  }
}

/** What was put. Throws what reading it throws. */
export function fromParcel(parcel: Parcel): unknown {
  if (typeof parcel !== 'object' || parcel === null || parcel === STOP) return parcel
  if ('deliveries' in parcel) return { value: fromParcel(parcel.parcel), deliveries: parcel.deliveries, cause: parcel.cause }
  // Safe: what is left is packed.
  const [bytes, refs = []] = parcel as Packed
  return unpack(bytes, { maxBytes: Number.POSITIVE_INFINITY, refs: refsFrom(refs) })
}

function packed(value: unknown): Packed {
  const refs: AnyRef[] = []
  const codec: RefCodec = { toWire: (ref) => [refs.push(ref) - 1], fromWire: noRefs }
  const bytes = pack(value, { refs: codec })
  return refs.length === 0 ? [bytes] : [bytes, refs]
}

function refsFrom(refs: readonly AnyRef[]): RefCodec {
  return {
    toWire: noRefs,
    fromWire: ([index]) => {
      const ref = typeof index === 'number' ? refs[index] : undefined
      if (ref === undefined) throw new TypeError('a value of a channel names a ref that did not come with it')
      return ref
    },
  }
}

function noRefs(): never {
  throw new Error('Troupe invariant violated: a parcel is read or written, not both')
}
