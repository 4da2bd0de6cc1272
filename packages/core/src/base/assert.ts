/**
 * Invariants. What fails here is a defect of Troupe, never of its caller.
 */

/** Ends every switch over a union: a new member is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/** Throws when an invariant of the runtime does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Troupe invariant violated: ${message}`)
}

/** An array element, field or map entry that the caller knows to be there. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === undefined || value === null) throw new Error(`Troupe invariant violated: ${what} is missing`)
  return value
}
