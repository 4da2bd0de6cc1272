/**
 * Pickles on their own: for files, databases and tests. Read back with every check, as if anybody had written them.
 */
import { MalformedBytesError } from '../errors/serialization-errors.ts'
import type { AnyRef } from '../model/ref.ts'
import { DecodeFailure } from './arrivals.ts'
import type { DecodeLimits, RefCodec } from './codec.ts'
import { MsgpackDecoder } from './msgpack-codec.ts'
import { MsgpackEncoder } from './msgpack-encoder.ts'

/** `T` for Troupe, then the version of the format. */
const MAGIC = [0x54, 0x01] as const

const NO_HEADER: readonly unknown[] = []

export interface PackOptions {
  /** How to write actor refs; without it they cannot be packed. */
  readonly refs?: RefCodec
  /** What to call the value in errors. Default `value`. */
  readonly root?: string
}

export interface UnpackOptions extends DecodeLimits {
  readonly refs?: RefCodec
}

/**
 * The value as bytes. Throws NotSerializableError with the path to the culprit.
 *
 * @example
 * const bytes = pack({ at: new Date(), tags: new Set(['a']) })
 */
export function pack(value: unknown, options: PackOptions = {}): Uint8Array {
  const encoder = new MsgpackEncoder(options.refs, 'untrusted')
  encoder.push(NO_HEADER, value, options.root ?? 'value')
  const frame = encoder.take()
  const bytes = new Uint8Array(MAGIC.length + frame.length)
  bytes.set(MAGIC)
  bytes.set(frame, MAGIC.length)
  return bytes
}

/**
 * The value that was packed. Throws MalformedBytesError, before anything is built, for bytes that are not one pickle or pass
 * a limit, and with the reason as its cause when `fromState` of a class threw.
 */
export function unpack(bytes: Uint8Array, options: UnpackOptions = {}): unknown {
  if (!(bytes instanceof Uint8Array) || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new MalformedBytesError('this is not a pickle of this version')
  }
  const decoder = new MsgpackDecoder(options.refs, 'untrusted', options)
  const entries: (readonly unknown[])[] = []
  decoder.decode(bytes.subarray(MAGIC.length), (entry) => entries.push(entry))
  const [entry] = entries
  if (entries.length !== 1 || entry?.length !== 1) throw new MalformedBytesError('this is not one value')
  if (entry[0] instanceof DecodeFailure)
    throw new MalformedBytesError(`a value cannot be built here: ${entry[0].error.message}`, entry[0].error)
  return entry[0]
}

/**
 * What arrives on another node when `value` is sent there: a copy, or what pickling throws. `root` names it in errors. Refs stay
 * the refs that they are, and shared memory is shared, unless `refs` says otherwise. Behind `createSystem({ checkMessages: true })`.
 */
export function copyByPickling(value: unknown, root: string, refs: RefCodec = keptAsTheyAre()): unknown {
  const encoder = new MsgpackEncoder(refs, 'untrusted')
  encoder.push(NO_HEADER, value, root)
  let copy: unknown
  new MsgpackDecoder(refs, 'untrusted', { maxBytes: Infinity }).decode(encoder.take(), (entry) => {
    copy = entry[0]
  })
  if (copy instanceof DecodeFailure) throw copy.error
  return copy
}

/** A ref travels as a number into a list that only this copy knows. */
function keptAsTheyAre(): RefCodec {
  const refs: AnyRef[] = []
  const memories: SharedArrayBuffer[] = []
  return {
    toWire: (ref) => [refs.push(ref) - 1],
    fromWire: ([index]) => {
      const ref = typeof index === 'number' ? refs[index] : undefined
      if (ref === undefined) throw new Error('Troupe invariant violated: a ref of a copied value is missing')
      return ref
    },
    memory: { give: (memory) => memories.push(memory) - 1, take: (id) => memories[id] ?? null },
  }
}
