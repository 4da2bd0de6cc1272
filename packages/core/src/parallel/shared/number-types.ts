/**
 * The kinds of numbers that shared arrays hold, and which values each of them takes: what does not fit is refused, never
 * cut off.
 */
import { print } from '../managers/arguments.ts'

/** How the numbers of a shared array are kept. 64-bit integers are bigints. */
export type NumberType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float32' | 'float64'

/** What a number of this kind is in JavaScript. */
export type NumberOf<Type extends NumberType> = Type extends 'int64' | 'uint64' ? bigint : number

/** What is known of a kind. */
export interface NumberKind {
  /** Bytes of one number. */
  readonly bytes: 1 | 2 | 4 | 8
  readonly form: 'integer' | 'bigint' | 'float'
  /** The least and the largest value. */
  readonly min: number | bigint
  readonly max: number | bigint
}

const KINDS: Readonly<Record<NumberType, NumberKind>> = {
  int8: { bytes: 1, form: 'integer', min: -0x80, max: 0x7f },
  uint8: { bytes: 1, form: 'integer', min: 0, max: 0xff },
  int16: { bytes: 2, form: 'integer', min: -0x8000, max: 0x7fff },
  uint16: { bytes: 2, form: 'integer', min: 0, max: 0xffff },
  int32: { bytes: 4, form: 'integer', min: -0x8000_0000, max: 0x7fff_ffff },
  uint32: { bytes: 4, form: 'integer', min: 0, max: 0xffff_ffff },
  int64: { bytes: 8, form: 'bigint', min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn },
  uint64: { bytes: 8, form: 'bigint', min: 0n, max: 0xffff_ffff_ffff_ffffn },
  float32: { bytes: 4, form: 'float', min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  float64: { bytes: 8, form: 'float', min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
}

/** Throws TypeError for what is no kind. */
export function kindOf(type: unknown): NumberKind {
  if (typeof type === 'string' && Object.hasOwn(KINDS, type)) return KINDS[type as NumberType]
  throw new TypeError(`a shared array holds numbers of type ${Object.keys(KINDS).join(', ')}, not ${print(type)}`)
}

/** Throws TypeError for another kind of value, RangeError for one that does not fit. */
export function checkNumber(type: NumberType, value: unknown): number | bigint {
  const { form, min, max } = kindOf(type)
  if (form === 'bigint' ? typeof value !== 'bigint' : typeof value !== 'number') {
    throw new TypeError(`${type} takes a ${form === 'bigint' ? 'bigint' : 'number'}, not ${print(value)}`)
  }
  // Safe: it was just looked at.
  const number = value as number | bigint
  if (form === 'integer' && !Number.isInteger(number)) throw new RangeError(`${type} takes whole numbers, not ${number}`)
  if (form !== 'float' && (number < min || number > max)) throw new RangeError(`${number} does not fit ${type}: ${min} to ${max}`)
  return number
}
