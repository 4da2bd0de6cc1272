/**
 * A manager as programs hold it: what makes and finds shared objects. It can be sent anywhere; to register classes it must be
 * where it was created or opened with a system.
 */
import {
  type ActorDefinition,
  type ActorRef,
  type AnyRef,
  type Node,
  type RefOf,
  type System,
  isTroupeError,
  serializable,
} from '../../index.ts'
import { type Key, checkKey, checkName, copyAll, print } from './arguments.ts'
import { AskCaller } from './caller.ts'
import { type SharedClass, expose } from './expose.ts'
import { ManagerLocks, type SharedOptions } from './manager-locks.ts'
import type { ManagerDefinition } from './manager-owner.ts'
import { ObjectFactory } from './object-factory.ts'
import type { StateKind } from './openers.ts'
import { SharedDict } from './shared-dict.ts'
import { SharedList } from './shared-list.ts'
import { SharedNamespace } from './shared-namespace.ts'
import type { Exposed } from './shared-object.ts'
import { PLACE, SharedValue } from './shared-value.ts'
import { copyValue } from './snapshots.ts'
import type { NumberOf, NumberType } from '../shared/number-types.ts'
import { NumberValue } from '../shared/number-value.ts'
import { type OwnedArray, checkStart, openArray } from '../shared/owned-array.ts'

/** Where a manager's registered classes are made. */
export interface ManagerHome {
  readonly system: System
  /** The node on which objects of registered classes live. Default: this one. */
  readonly on?: Node
}

export interface RegisterOptions<Method extends string> {
  /** What others may call. Default: the methods that the class and its superclasses declare, but those that begin with `_`. */
  readonly methods?: readonly Method[]
}

/** What `register` adds to a manager: a function that makes objects. */
export type Maker<Name extends string, Protocol, Args extends readonly unknown[]> = Readonly<
  Record<Name, (...args: Args) => Promise<Exposed<Protocol>>>
>

/**
 * Makes objects that one actor each owns and all may use: see {@link SharedDict} for what they promise. All calls reject
 * ActorStoppedError at once when the manager is gone, and its objects are gone with it.
 */
export class Manager extends ManagerLocks implements AsyncDisposable {
  readonly #ref: RefOf<typeof ManagerDefinition>
  readonly #home: ManagerHome | null

  static {
    serializable(Manager, {
      name: 'troupe.Manager',
      toState: (manager) => manager.#ref,
      fromState: (ref: RefOf<typeof ManagerDefinition>) => new Manager(ref, null),
    })
  }

  /** Managers come from `createManager` and `openManager`; programs do not construct them. */
  constructor(ref: RefOf<typeof ManagerDefinition>, home: ManagerHome | null) {
    super(async (wish, name) => await ref.ask('open', name === null ? null : checkName('name', name), wish))
    this.#ref = ref
    this.#home = home
  }

  /** The owner: to register it under a name, to watch it. */
  get ref(): AnyRef {
    return this.#ref
  }

  /** A dict with these entries. Keys are primitives. */
  async dict<K extends Key = string, V = unknown>(
    initial: Iterable<readonly [K, V]> = [],
    options: SharedOptions = {},
  ): Promise<SharedDict<K, V>> {
    const entries = Array.from(initial, ([key, value]) => [checkKey(key), copyValue(value, 'value')] as const)
    return new SharedDict(await this.#open('dict', entries, options))
  }

  /** A list with these items. */
  async list<T = unknown>(initial: Iterable<T> = [], options: SharedOptions = {}): Promise<SharedList<T>> {
    return new SharedList(await this.#open('list', copyAll([...initial], 'items'), options))
  }

  /** One value. */
  async value<T>(initial: T, options: SharedOptions = {}): Promise<SharedValue<T>> {
    return new SharedValue(await this.#open('value', [[PLACE, copyValue(initial, 'value')]], options))
  }

  /** A record with these fields. */
  async namespace<Fields extends object = Record<string, unknown>>(
    initial: Partial<Fields> = {},
    options: SharedOptions = {},
  ): Promise<SharedNamespace<Fields>> {
    const entries = Object.entries(initial).map(([name, value]) => [name, copyValue(value, name)] as const)
    return new SharedNamespace(await this.#open('namespace', entries, options))
  }

  /**
   * An array of numbers of fixed size and type: so many zeros, or these numbers. As {@link sharedArray}, by messages, so that
   * it can be used from anywhere.
   */
  async array<Type extends NumberType>(
    type: Type,
    initial: number | readonly NumberOf<Type>[],
    options: SharedOptions = {},
  ): Promise<OwnedArray<Type>> {
    return await openArray(await this.#open('array', checkStart(type, initial), options))
  }

  /** One number of a type. As {@link sharedValue}, by messages. */
  async number<Type extends NumberType>(
    type: Type,
    initial: NumberOf<Type>,
    options: SharedOptions = {},
  ): Promise<NumberValue<Type>> {
    return new NumberValue(await this.array(type, [initial], options))
  }

  /**
   * Shares a class or an actor: adds a function `name` to this handle, which makes an object and resolves to a handle on its
   * declared methods; on other handles of this manager, `create(name, …)` does the same. Every object is an actor. A class of
   * its own works where the manager is on this node; for one elsewhere use `expose({ name, module, class })`, or an actor with
   * a module, and on another machine one that it offers. The class never travels. What is registered ends with this
   * program, and its objects with it. Throws TypeError for what cannot be shared; the name may be registered anew.
   *
   * @example
   * const bank = await manager.register('Account', Account)
   * const account = await bank.Account('Ada')
   */
  register<
    Name extends string,
    Instance extends object,
    Args extends readonly unknown[],
    Method extends keyof Instance = keyof Instance,
  >(
    name: Name,
    Class: SharedClass<Instance, Args>,
    options?: RegisterOptions<Method & string>,
  ): Promise<this & Maker<Name, Pick<Instance, Method>, Args>>
  register<Name extends string, Protocol, Args extends readonly unknown[]>(
    name: Name,
    definition: ActorDefinition<Protocol, Args>,
  ): Promise<this & Maker<Name, Protocol, Args>>
  async register(
    name: string,
    what: SharedClass<object, never> | ActorDefinition<unknown, never>,
    options: RegisterOptions<string> = {},
  ): Promise<this> {
    if (name === '' || name in this.#plain()) throw new TypeError(`register: ${print(checkName('a name', name))} is no free name`)
    const home = this.#home
    if (home === null) {
      throw new TypeError(
        'register: this handle was sent: register where the manager was created, or openManager(ref, { system })',
      )
    }
    const { definition, methods } = toRecipe(name, what, options)
    if (home.on !== undefined && definition.module === undefined) {
      throw new TypeError(`register: ${name} has no module, and shall live on another node: use expose({ name, module, class })`)
    }
    const recipe = { name, definition, methods, on: home.on ?? null }
    const factory = home.system.spawn(ObjectFactory, [this.#ref, recipe])
    Object.defineProperty(this, name, {
      value: (...args: readonly unknown[]) => this.create(name, ...args),
      configurable: true,
    })
    await this.#ref.ask('define', name, factory)
    return this
  }

  /** Makes an object of what was registered under the name, by whomever. Rejects NotRegisteredError, or StartFailedError. */
  async create<Protocol = unknown>(name: string, ...args: readonly unknown[]): Promise<Exposed<Protocol>> {
    // Safe: the caller says what was registered; nothing at run time could check it.
    return (await this.#ref.ask('create', checkName('a name', name), copyAll(args, 'args'))) as Exposed<Protocol>
  }

  /** The names of objects that have one. */
  names(): Promise<string[]> {
    return this.#ref.ask('names')
  }

  /** Ends the manager and all of its objects, for everybody. Closing it again is fine. */
  async close(): Promise<void> {
    try {
      await this.#ref.ask('close')
    } catch (error) {
      if (!isTroupeError(error, 'TROUPE_ACTOR_STOPPED')) throw error
    }
    await this.#ref.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #open(
    kind: StateKind,
    initial: readonly unknown[],
    { name = null }: { readonly name?: string | null },
  ): Promise<AskCaller> {
    const ref = await this.#ref.ask('open', name === null ? null : checkName('name', name), { kind, initial })
    // Safe: of these kinds a manager gives the ref of the owner.
    return new AskCaller(ref as ActorRef)
  }

  /** A manager that nothing was registered with: its names are not free. */
  #plain(): object {
    return Manager.prototype
  }
}

function toRecipe(
  name: string,
  what: SharedClass<object, never> | ActorDefinition<unknown, never>,
  options: RegisterOptions<string>,
): { readonly definition: ActorDefinition<unknown, never>; readonly methods: readonly string[] | null } {
  if (typeof what === 'function') {
    // Safe: `expose` checks the methods that it is given.
    const definition = expose({ name, class: what, ...(options as object) })
    return { definition, methods: definition.methods }
  }
  if (typeof what !== 'object' || what === null || typeof what.setup !== 'function') {
    throw new TypeError(`register: ${name} is ${print(what)}, expected a class or a definition made by actor() or expose()`)
  }
  const { methods } = what as { readonly methods?: readonly string[] }
  return { definition: what, methods: methods ?? null }
}
