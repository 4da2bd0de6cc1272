/**
 * An object of a registered class as programs hold it: its declared methods, each a call to the actor that has the object.
 */
import { type ActorRef, type ArgsOf, type MethodsOf, type ReplyOf, isTroupeError, serializable } from '../../index.ts'
import { print } from './arguments.ts'
import { copyValue } from './snapshots.ts'
import { MethodNotExposedError } from './errors.ts'

/** The calls that a shared object of this class or protocol takes. */
export type Exposed<Protocol> = {
  readonly [Method in MethodsOf<Protocol>]: (...args: ArgsOf<Protocol, Method>) => Promise<ReplyOf<Protocol, Method>>
}

interface State {
  readonly ref: ActorRef
  readonly name: string
  readonly methods: readonly string[] | null
}

let stateOf: (object: SharedObject) => State

/**
 * A handle that can be sent anywhere. It answers to the methods that were exposed, whatever else the object has; any other
 * name rejects MethodNotExposedError. Arguments are copied at the call, results when they are returned.
 */
export class SharedObject {
  /** By handle, which is a Proxy: it has no private fields. */
  static readonly #states = new WeakMap<object, State>()

  static {
    stateOf = (object) => {
      const state = SharedObject.#states.get(object)
      if (state === undefined) throw new TypeError('this is no object of a manager')
      return state
    }
    serializable(SharedObject, {
      name: 'troupe.SharedObject',
      toState: stateOf,
      fromState: ({ ref, name, methods }: State) => new SharedObject(ref, name, methods),
    })
  }

  /** Objects come from a manager; programs do not construct them. */
  constructor(ref: ActorRef, name: string, methods: readonly string[] | null) {
    const state: State = { ref, name, methods }
    const calls = new Map<string, (...args: readonly unknown[]) => Promise<unknown>>()
    const handle = new Proxy(this, {
      get(target, property, receiver) {
        if (typeof property !== 'string' || isOwn(target, property, methods)) return Reflect.get(target, property, receiver)
        const known = calls.get(property)
        if (known !== undefined) return known
        const call = (...args: readonly unknown[]): Promise<unknown> => callOn(state, property, args)
        calls.set(property, call)
        return call
      },
    })
    SharedObject.#states.set(handle, state)
    return handle
  }
}

/** The actor that has the object: to watch it. */
export function ownerOf(object: object): ActorRef {
  if (object instanceof SharedObject) return stateOf(object).ref
  throw new TypeError(`ownerOf takes an object of a manager, not ${print(object)}`)
}

/** What the handle itself answers: what every object has, unless it was exposed. `then` is asked for by every await: it is no promise. */
function isOwn(target: object, property: string, methods: readonly string[] | null): boolean {
  return property === 'then' || (property in target && methods?.includes(property) !== true)
}

async function callOn({ ref, name, methods }: State, method: string, args: readonly unknown[]): Promise<unknown> {
  if (methods !== null && !methods.includes(method)) throw new MethodNotExposedError(name, method, methods)
  try {
    // Safe: a copy of a list is a list.
    return await ref.ask(method, ...(copyValue(args, 'args') as readonly unknown[]))
  } catch (error) {
    if (isTroupeError(error, 'TROUPE_UNKNOWN_METHOD')) throw new MethodNotExposedError(name, method, null)
    throw error
  }
}
