/**
 * Names for actors. A name is free again as soon as its actor ends. A ref from `lookup` is late-bound: each message finds
 * whoever has the name at that moment.
 */
import { NameTakenError } from '../errors/actor-errors.ts'
import type { Address } from '../model/address.ts'
import { NOT_FOUND } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { Outlets } from '../actor/kernel.ts'
import { LateBound } from './late-bound.ts'
import { Nowhere } from './nowhere.ts'

interface Entry {
  readonly target: Target
  readonly watcher: Watcher
}

export class Registry {
  readonly #entries = new Map<string, Entry>()
  readonly #systemPath: string

  constructor(systemPath: string) {
    this.#systemPath = systemPath
  }

  /** Throws NameTakenError. */
  register(name: string, target: Target): void {
    if (this.#entries.has(name)) throw new NameTakenError(name, `in ${this.#systemPath}`)
    const watcher: Watcher = {
      ended: () => {
        if (this.#entries.get(name)?.watcher === watcher) this.#entries.delete(name)
      },
    }
    this.#entries.set(name, { target, watcher })
    target.watch(watcher)
  }

  unregister(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    entry.target.unwatch(entry.watcher)
  }

  find(name: string): Target | null {
    return this.#entries.get(name)?.target ?? null
  }

  clear(): void {
    for (const name of [...this.#entries.keys()]) this.unregister(name)
  }
}

/** Whoever has a name on this node, message by message. */
export class NamedTarget extends LateBound {
  readonly address: Address
  readonly path: string
  readonly #name: string
  readonly #registry: Registry
  readonly #nobody: Nowhere

  constructor(name: string, address: Address, path: string, registry: Registry, outlets: Outlets) {
    super()
    this.#name = name
    this.address = address
    this.path = path
    this.#registry = registry
    this.#nobody = new Nowhere(address, path, NOT_FOUND, outlets)
  }

  get standsFor(): Target {
    return this.#registry.find(this.#name) ?? this.#nobody
  }
}
