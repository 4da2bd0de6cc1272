/**
 * What this process knows by name: classes that can be pickled, sentinels, and definitions of actors. This is the one place in
 * core with mutable state at module level. It must be: a class is registered once, where it is defined, and every system, link
 * and pickle of the process has to agree on what a name means (Python's copyreg does the same).
 */
import type { ActorDefinition } from '../model/definition.ts'

/** Any class, abstract or with a private constructor too: pickling never calls it. */
export type AnyClass<Instance extends object = object> = abstract new (...args: never[]) => Instance

/** A class as it was registered. */
export interface ClassEntry {
  readonly name: string
  readonly prototype: object
  /** What to write instead of the own fields. */
  readonly toState: ((instance: object) => unknown) | undefined
  /** Makes an instance of what was written. */
  readonly fromState: ((state: unknown) => object) | undefined
}

/** A named value that is the same object wherever it arrives. */
export interface Named {
  readonly name: string
}

/** Names that came over the wire before a module here made them. A peer could send new ones for ever. */
const MAX_FOREIGN_SENTINELS = 4096

const classesByPrototype = new Map<object, ClassEntry>()
const classesByName = new Map<string, ClassEntry>()
const sentinelsByName = new Map<string, Named>()
const foreignSentinels = new Set<string>()
const definitionsByName = new Map<string, ActorDefinition<unknown, never>>()
const workerModules = new Set<string>()

/** Registers a class. The same class again replaces its options; the same name for another class is a TypeError. */
export function registerClass(entry: ClassEntry): void {
  const sameName = classesByName.get(entry.name)
  if (sameName !== undefined && sameName.prototype !== entry.prototype) {
    throw new TypeError(
      `serializable: the name "${entry.name}" belongs to class ${classNameOf(sameName.prototype)} already, ` +
        `class ${classNameOf(entry.prototype)} needs another one: serializable(Class, { name })`,
    )
  }
  const sameClass = classesByPrototype.get(entry.prototype)
  if (sameClass !== undefined) classesByName.delete(sameClass.name)
  classesByName.set(entry.name, entry)
  classesByPrototype.set(entry.prototype, entry)
}

/** The class whose direct instances have this prototype. */
export function classOfPrototype(prototype: object): ClassEntry | undefined {
  return classesByPrototype.get(prototype)
}

export function classNamed(name: string): ClassEntry | undefined {
  return classesByName.get(name)
}

/** The one sentinel of this name; `make` is called when there is none yet. */
export function sentinelNamed<Sentinel extends Named>(name: string, make: (name: string) => Sentinel): Sentinel {
  foreignSentinels.delete(name)
  const known = sentinelsByName.get(name)
  // Safe: there is one class of sentinels, and only this function stores them.
  if (known !== undefined) return known as Sentinel
  const made = make(name)
  sentinelsByName.set(name, made)
  return made
}

/** As {@link sentinelNamed}, for a name that came from elsewhere; undefined when too many of those are unknown here. */
export function foreignSentinelNamed<Sentinel extends Named>(
  name: string,
  make: (name: string) => Sentinel,
): Sentinel | undefined {
  if (sentinelsByName.has(name)) {
    const foreign = foreignSentinels.has(name)
    const known = sentinelNamed(name, make)
    if (foreign) foreignSentinels.add(name)
    return known
  }
  if (foreignSentinels.size >= MAX_FOREIGN_SENTINELS) return undefined
  const made = sentinelNamed(name, make)
  foreignSentinels.add(name)
  return made
}

/** Stores a definition under its name. The same name again replaces it: modules are loaded anew while they are worked on. */
export function storeDefinition(definition: ActorDefinition<unknown, never>): void {
  definitionsByName.set(definition.name, definition)
}

export function definitionNamed(name: string): ActorDefinition<unknown, never> | undefined {
  return definitionsByName.get(name)
}

/** From now on workers of this program load that module, too. */
export function addWorkerModule(specifier: string): void {
  workerModules.add(specifier)
}

/** What a worker has to load before it is ready: modules whose classes and definitions this process has registered. */
export function modulesForWorkers(): readonly string[] {
  return [...workerModules]
}

/** The name of the class that made objects of this prototype; `(anonymous)` where it has none. */
export function classNameOf(prototype: object): string {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : '(anonymous)'
}
