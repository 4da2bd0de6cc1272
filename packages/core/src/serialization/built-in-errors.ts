/**
 * The error classes that every node knows without registration: JavaScript's, and all of Troupe's own.
 */
import * as actorErrors from '../errors/actor-errors.ts'
import * as remoteErrors from '../errors/remote-errors.ts'
import * as serializationErrors from '../errors/serialization-errors.ts'
import * as supervisionErrors from '../errors/supervision-errors.ts'
import { TroupeError } from '../errors/troupe-error.ts'
import { classNameOf, classNamed, classOfPrototype } from './registry.ts'

const JAVASCRIPT_ERRORS = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
] as const

/** A new file in errors/ gets a line here; a new class in one of these files is found by itself. */
const TROUPE_ERROR_MODULES: readonly Readonly<Record<string, unknown>>[] = [
  actorErrors,
  remoteErrors,
  serializationErrors,
  supervisionErrors,
]

const prototypesByName: ReadonlyMap<string, object> = new Map(builtInPrototypes().map((each) => [classNameOf(each), each]))
const builtIn: ReadonlySet<object> = new Set(prototypesByName.values())

/** The prototype of the error class of this name: built in or registered. */
export function errorPrototype(className: string): object | undefined {
  const known = prototypesByName.get(className)
  if (known !== undefined) return known
  const registered = classNamed(className)?.prototype
  return registered instanceof Error ? registered : undefined
}

/** The class name under which errors of this prototype travel, registered anywhere or not. */
export function errorClassName(prototype: object): string | undefined {
  return classOfPrototype(prototype)?.name ?? (builtIn.has(prototype) ? classNameOf(prototype) : undefined)
}

function builtInPrototypes(): object[] {
  const prototypes: object[] = JAVASCRIPT_ERRORS.map((each) => each.prototype)
  prototypes.push(TroupeError.prototype)
  for (const module of TROUPE_ERROR_MODULES) {
    for (const exported of Object.values(module)) {
      if (typeof exported !== 'function') continue
      const prototype: unknown = exported.prototype
      if (prototype instanceof TroupeError) prototypes.push(prototype)
    }
  }
  return prototypes
}
