/**
 * Notices that must arrive even when what they carry cannot be pickled: an error or a reason is sent as it is, else
 * without its own fields, else as its class name and message.
 */
import { print } from '../base/check.ts'
import { RemoteError } from '../errors/serialization-errors.ts'
import { type ExitReason, SHUTDOWN } from '../model/exit-reason.ts'

/** A lane, or whatever takes entries. */
export interface EntrySink {
  push(header: readonly unknown[], payload: unknown, root: string): number
}

export function pushError(sink: EntrySink, header: readonly unknown[], error: unknown): number {
  return pushFirst(sink, header, 'error', [() => error, () => stripped(error), () => described(error)])
}

export function pushReason(sink: EntrySink, header: readonly unknown[], reason: ExitReason): number {
  const { kind } = reason
  if (kind === 'error') {
    const { error } = reason
    return pushFirst(sink, header, 'reason', [
      () => reason,
      () => ({ kind, error: stripped(error) }),
      () => ({ kind, error: described(error) }),
    ])
  }
  return pushFirst(sink, header, 'reason', [() => reason, () => SHUTDOWN])
}

/** Pushes the first payload that can be pickled. */
export function pushFirst(
  sink: EntrySink,
  header: readonly unknown[],
  root: string,
  payloads: readonly (() => unknown)[],
): number {
  let refused: unknown
  for (const payload of payloads) {
    try {
      return sink.push(header, payload(), root)
    } catch (error) {
      refused = error
    }
  }
  throw refused
}

/** The same class, name, message, stack, code and cause, without other own fields. */
function stripped(error: unknown): unknown {
  if (!(error instanceof Error)) return described(error)
  const copy = new Error(error.message)
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error) as object)
  const kept: PropertyDescriptorMap = { name: hidden(error.name), stack: hidden(error.stack) }
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number'))
    kept['code'] = hidden(error.code, true)
  if (error.cause !== undefined)
    kept['cause'] = hidden(error.cause instanceof Error ? stripped(error.cause) : described(error.cause))
  return Object.defineProperties(copy, kept)
}

function hidden(value: unknown, enumerable = false): PropertyDescriptor {
  return { value, enumerable, configurable: true, writable: true }
}

function described(error: unknown): RemoteError {
  return error instanceof Error
    ? new RemoteError(String(error.name), String(error.message))
    : new RemoteError(typeof error, print(error))
}
