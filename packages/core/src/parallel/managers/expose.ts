/**
 * Makes an actor out of a class: the owner of one instance, of which only declared methods can be called, one call at a time.
 */
import { type ActorDefinition, type Self, actor } from '../../index.ts'
import { answering, isPromise } from './answering.ts'
import { print } from './arguments.ts'
import { copyValue } from './snapshots.ts'

/** A class whose instances can be shared. */
export type SharedClass<Instance extends object, Args extends readonly unknown[]> = new (...args: Args) => Instance

/** The definition of a class's owner, with the names of what it answers. */
export interface ExposedDefinition<Protocol, Args extends readonly unknown[]> extends ActorDefinition<Protocol, Args> {
  readonly methods: readonly string[]
}

export interface ExposeOptions<Instance extends object, Args extends readonly unknown[], Method extends keyof Instance> {
  /** With `module`, how another node finds it: the name under which the module exports what `expose` returns. */
  readonly name: string
  readonly module?: string
  readonly class: SharedClass<Instance, Args>
  /** What others may call. Default: the methods that the class and its superclasses declare, but those that begin with `_`. */
  readonly methods?: readonly (Method & string)[]
}

/**
 * A class as something that managers can share: `manager.register('Account', Account)`. Results are copied; refs and handles
 * among them stay refs. What a method throws rejects its call and nothing else. At the end of the object its
 * `[Symbol.asyncDispose]` or `[Symbol.dispose]` is called. Throws TypeError for a method that the class does not have.
 *
 * @example
 * export const Account = expose({ name: 'Account', module: import.meta.url, class: BankAccount, methods: ['deposit', 'balance'] })
 */
export function expose<Instance extends object, Args extends readonly unknown[], Method extends keyof Instance = keyof Instance>(
  options: ExposeOptions<Instance, Args, Method>,
): ExposedDefinition<Pick<Instance, Method>, Args> {
  const { name, module, class: Class } = options
  if (typeof Class !== 'function') throw new TypeError(`expose: class is ${print(Class)}, expected a class`)
  const declared = declaredMethods(Class)
  const methods: readonly string[] = options.methods ?? declared.filter((method) => !method.startsWith('_'))
  const missing = methods.find((method) => !declared.includes(method))
  if (missing !== undefined) throw new TypeError(`expose: class ${Class.name} declares no method "${missing}"`)
  const definition = actor({
    name,
    ...(module === undefined ? {} : { module }),
    setup: (self: Self, ...args: Args) => own(self, new Class(...args), methods),
  })
  // Safe: the handlers are the instance's methods, by name.
  return { ...definition, methods } as ExposedDefinition<Pick<Instance, Method>, Args>
}

/** The names of the methods on a class's prototypes. */
function declaredMethods(Class: SharedClass<object, never>): readonly string[] {
  const names = new Set<string>()
  let prototype: unknown = Class.prototype
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name)
    }
    prototype = Object.getPrototypeOf(prototype)
  }
  return [...names]
}

function own(self: Self, instance: object, methods: readonly string[]): object {
  self.onStop(() => disposerOf(instance)?.call(instance))
  const handlers: Record<string, (...args: readonly unknown[]) => unknown> = {}
  for (const method of methods)
    handlers[method] = (...args) => copyResult(Reflect.apply(methodOf(instance, method), instance, args))
  return answering(self, handlers)
}

function copyResult(result: unknown): unknown {
  return isPromise(result) ? result.then((value) => copyValue(value, 'result')) : copyValue(result, 'result')
}

type Method = (this: object, ...args: readonly unknown[]) => unknown

function methodOf(instance: object, name: PropertyKey): Method {
  // Safe: the class declares a function under this name.
  return Reflect.get(instance, name) as Method
}

function disposerOf(instance: object): Method | null {
  const symbol = [Symbol.asyncDispose, Symbol.dispose].find((each) => each in instance)
  return symbol === undefined ? null : methodOf(instance, symbol)
}
