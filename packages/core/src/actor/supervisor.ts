/**
 * `supervisor`: OTP's supervisor as a definition. Its messages answer at once, also while a child is slow to start or stop.
 */
import { ChildNotFoundError, ChildStateError } from '../errors/supervision-errors.ts'
import { NameTakenError, StartFailedError } from '../errors/actor-errors.ts'
import { print } from '../base/check.ts'
import type { ActorDefinition } from '../model/definition.ts'
import type { Dynamic } from '../model/protocol.ts'
import { ActorRef, type AnyRef, targetOf } from '../model/ref.ts'
import { isSameTarget } from '../model/target.ts'
import { toChildSettings } from '../supervision/child-settings.ts'
import {
  type ChildSpec,
  type SupervisorOptions,
  type SupervisorSettings,
  type Supervising,
  isNodeDefinition,
  isSupervising,
} from '../supervision/child-spec.ts'
import { toSupervisorSettings } from '../supervision/supervisor-settings.ts'
import { cellOf } from './actor-self.ts'
import type { Cell } from './cell.ts'
import { SupervisionEngine } from './supervision-engine.ts'
import type { SupervisedChild } from './supervised-child.ts'

/** One child, as `children()` lists it. */
export interface ChildInfo {
  readonly id: string
  /** Null while nothing lives there. */
  readonly ref: ActorRef<Dynamic> | null
  readonly state: 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped'
  readonly kind: 'actor' | 'supervisor' | 'node'
  readonly restarts: number
}

/** As OTP's count_children. */
export interface ChildCount {
  /** All children, also those that do not run. */
  readonly specs: number
  /** Those that run or start. */
  readonly active: number
  readonly supervisors: number
  readonly actors: number
}

/** What a supervisor answers. */
export interface SupervisorProtocol {
  /** The ref of a child, usable at once also while it starts; it stays valid over restarts. Rejects ChildNotFoundError; ChildStateError when nothing lives there. */
  child(id: string): ActorRef<Dynamic>
  /** Adds a child and starts it; with 'simple-one-for-one' the arguments that follow the template's. Answers when it is ready. Rejects StartFailedError; the child is not kept then. */
  startChild(specOrArgs: ChildSpec | readonly unknown[]): Promise<ActorRef<Dynamic>>
  /** Stops a child; its place stays, unless it is temporary or dynamic. */
  terminateChild(child: string | AnyRef): Promise<void>
  /** Starts a child that was stopped or ended. Rejects ChildStateError when it lives. */
  restartChild(id: string): Promise<ActorRef<Dynamic>>
  /** Forgets a child that does not run. Rejects ChildStateError when it lives. */
  deleteChild(id: string): void
  children(): readonly ChildInfo[]
  count(): ChildCount
}

export type SupervisorDefinition = ActorDefinition<SupervisorProtocol, readonly []> & Supervising

/**
 * Defines a supervisor. Wrong options throw ChildSpecError here, where they are written. Its `ready` waits for all
 * children; a child that fails to start stops those before it, in reverse, and rejects `ready`.
 */
export function supervisor(options: SupervisorOptions): SupervisorDefinition {
  const settings = toSupervisorSettings(options)
  return {
    name: settings.name,
    module: settings.module,
    supervises: settings,
    setup: (self) => {
      const cell = cellOf(self)
      const engine = new SupervisionEngine(cell, settings)
      cell.ownLife.supervision = engine
      const first = settings.strategy === 'simple-one-for-one' ? [] : settings.children
      cell.ownLife.rising = first.length > 0
      if (first.length > 0) void engine.rise(first)
      return new SupervisorHandlers(cell, engine, settings)
    },
  }
}

class SupervisorHandlers implements SupervisorProtocol {
  readonly #cell: Cell
  readonly #engine: SupervisionEngine
  readonly #settings: SupervisorSettings
  #dynamic = 0

  constructor(cell: Cell, engine: SupervisionEngine, settings: SupervisorSettings) {
    this.#cell = cell
    this.#engine = engine
    this.#settings = settings
  }

  child(id: string): ActorRef<Dynamic> {
    return this.#answer(() => this.#ref(this.#find(id)))
  }

  startChild(specOrArgs: ChildSpec | readonly unknown[]): Promise<ActorRef<Dynamic>> {
    return this.#later(() => this.#start(this.#add(specOrArgs), 'remove'))
  }

  terminateChild(child: string | AnyRef): Promise<void> {
    return this.#later(() => this.#engine.terminate(this.#find(child)))
  }

  restartChild(id: string): Promise<ActorRef<Dynamic>> {
    return this.#later(() => {
      const child = this.#find(id)
      if (child.state !== 'empty' || child.isNew) {
        throw new ChildStateError(this.#cell.path, id, `is ${infoState(child)}: only a stopped child can be restarted`)
      }
      child.restarts++
      return this.#start(child, 'keep')
    })
  }

  deleteChild(id: string): void {
    this.#answer(() => {
      const child = this.#find(id)
      if (child.state !== 'empty' || child.isNew) {
        throw new ChildStateError(this.#cell.path, id, `is ${infoState(child)}: terminate it first`)
      }
      this.#engine.remove(child)
    })
  }

  children(): readonly ChildInfo[] {
    return [...this.#engine.children.values()].map((child) => ({
      id: child.id,
      ref: child.target === null && !child.isNew ? null : this.#ref(child),
      state: infoState(child),
      kind: kindOf(child),
      restarts: child.restarts,
    }))
  }

  count(): ChildCount {
    const all = [...this.#engine.children.values()]
    const supervisors = all.filter((child) => kindOf(child) === 'supervisor').length
    return {
      specs: all.length,
      active: all.filter((child) => child.place.state === 'active').length,
      supervisors,
      actors: all.length - supervisors,
    }
  }

  #add(specOrArgs: ChildSpec | readonly unknown[]): SupervisedChild {
    const { name, strategy, autoShutdown, children } = this.#settings
    if (isList(specOrArgs)) {
      const [template] = children
      if (strategy !== 'simple-one-for-one' || template === undefined)
        throw new TypeError(`startChild of ${this.#cell.path} takes a child specification, not ${print(specOrArgs)}`)
      const id = `${template.id}-${++this.#dynamic}`
      return this.#engine.add(id, { ...template, id, args: [...template.args, ...specOrArgs] })
    }
    if (strategy === 'simple-one-for-one')
      throw new TypeError(`startChild of ${this.#cell.path} takes an array of arguments, not ${print(specOrArgs)}`)
    const siblings = [...this.#engine.children.values()].map((child) => child.settings)
    const taken = siblings.find((sibling) => sibling.id === specOrArgs?.id)
    if (taken !== undefined) throw new NameTakenError(taken.id, `among the children of ${this.#cell.path}`)
    const settings = toChildSettings(specOrArgs, { supervisor: name, strategy, autoShutdown, siblings })
    return this.#engine.add(settings.id, settings)
  }

  async #start(child: SupervisedChild, ifFailed: 'keep' | 'remove'): Promise<ActorRef<Dynamic>> {
    const result = await this.#engine.start(child, ifFailed)
    if (result.kind === 'ready') return this.#ref(child)
    if (result.kind === 'failed') throw new StartFailedError(child.path, result.error)
    throw new ChildStateError(this.#cell.path, child.id, 'was stopped before it was ready')
  }

  #find(child: string | AnyRef): SupervisedChild {
    if (child instanceof ActorRef) {
      const target = targetOf(child)
      const owner = this.#engine.ownerOf(target)
      if (owner !== undefined) return owner
      for (const candidate of this.#engine.children.values())
        if (candidate.target !== null && isSameTarget(candidate.target, target)) return candidate
      throw new ChildNotFoundError(this.#cell.path, child.path)
    }
    const found = this.#engine.children.get(child)
    if (found === undefined) throw new ChildNotFoundError(this.#cell.path, String(child))
    return found
  }

  #ref(child: SupervisedChild): ActorRef<Dynamic> {
    if (child.target === null && !child.isNew) throw new ChildStateError(this.#cell.path, child.id, 'does not run')
    return new ActorRef<Dynamic>(this.#cell.kernel.courier, child.open())
  }

  /** A caller's mistake is the caller's: it gets the error, and the supervisor does not end of it. */
  #answer<Value>(work: () => Value): Value {
    try {
      return work()
    } catch (error) {
      this.#deferred().reject(error)
      // Safe: the answer was given by the deferred reply; this value goes nowhere.
      return undefined as Value
    }
  }

  /** Answers when the work is done; the supervisor goes on meanwhile. */
  #later<Value>(work: () => Promise<Value>): Promise<Value> {
    const reply = this.#deferred()
    attempt(work).then(
      (value) => reply.resolve(value),
      (error: unknown) => reply.reject(error),
    )
    // Safe for the same reason.
    return undefined as unknown as Promise<Value>
  }

  #deferred(): { resolve(value: unknown): void; reject(error: unknown): void } {
    return this.#cell.self?.defer() ?? { resolve: () => undefined, reject: () => undefined }
  }
}

/** What the work throws at once is a rejection too. */
async function attempt<Value>(work: () => Promise<Value>): Promise<Value> {
  return work()
}

function isList(value: ChildSpec | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value)
}

function kindOf(child: SupervisedChild): ChildInfo['kind'] {
  if (isSupervising(child.settings.actor)) return 'supervisor'
  return isNodeDefinition(child.settings.actor) ? 'node' : 'actor'
}

function infoState({ state, isNew }: SupervisedChild): ChildInfo['state'] {
  switch (state) {
    case 'starting':
    case 'running':
    case 'stopping':
      return state
    case 'held':
    case 'pending':
      return 'restarting'
    case 'empty':
      return isNew ? 'starting' : 'stopped'
  }
}
