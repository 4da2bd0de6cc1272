/**
 * Names for actors. A name is free again as soon as its actor ends. A ref from `lookup` is late-bound: each message finds
 * whoever has the name at that moment.
 */
import { NameTakenError } from '../errors/actor-errors.ts'
import type { Address } from '../model/address.ts'
import type { Envelope } from '../model/envelope.ts'
import { type ExitReason, NOT_FOUND } from '../model/exit-reason.ts'
import type { Target, Watcher } from '../model/target.ts'
import type { StandIn } from '../actor/deadlock.ts'
import type { Outlets } from '../actor/kernel.ts'
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
export class NamedTarget implements Target, StandIn {
  readonly address: Address
  readonly path: string
  readonly #name: string
  readonly #registry: Registry
  readonly #nobody: Nowhere
  /** Who had the name when a watcher or a linked actor came: it stays with that one. */
  readonly #bound = new WeakMap<Watcher | Target, Target>()

  constructor(name: string, address: Address, path: string, registry: Registry, outlets: Outlets) {
    this.#name = name
    this.address = address
    this.path = path
    this.#registry = registry
    this.#nobody = new Nowhere(address, path, NOT_FOUND, outlets)
  }

  deliver(envelope: Envelope): void | Promise<void> {
    return this.#now.deliver(envelope)
  }

  kill(): void {
    this.#now.kill()
  }

  watch(watcher: Watcher): void {
    this.#bind(watcher).watch(watcher)
  }

  unwatch(watcher: Watcher): void {
    this.#boundTo(watcher).unwatch(watcher)
  }

  ready(): Promise<void> {
    return this.#now.ready()
  }

  link(peer: Target): void {
    this.#bind(peer).link(peer)
  }

  unlink(peer: Target): void {
    this.#boundTo(peer).unlink(peer)
  }

  linkedExit(from: Target, reason: ExitReason): void {
    this.#boundTo(from).linkedExit(from, reason)
  }

  #bind(party: Watcher | Target): Target {
    const target = this.#now
    this.#bound.set(party, target)
    return target
  }

  #boundTo(party: Watcher | Target): Target {
    return this.#bound.get(party) ?? this.#now
  }

  get standsFor(): Target {
    return this.#now
  }

  get #now(): Target {
    return this.#registry.find(this.#name) ?? this.#nobody
  }
}
