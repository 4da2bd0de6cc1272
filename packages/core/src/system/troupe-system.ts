/**
 * A system: wires the two engines together and is what programs hold. Everything it does is done elsewhere.
 */
import type { Cell } from '../actor/cell.ts'
import type { MessageCheck } from '../actor/courier.ts'
import { spawnInto } from '../actor/spawn.ts'
import { checkText } from '../base/check.ts'
import type { Clock } from '../base/clock.ts'
import type { Observable } from '../base/observable.ts'
import { SystemDownError } from '../errors/actor-errors.ts'
import type { NodeId } from '../model/address.ts'
import type { DeadLetter, NodeEvent, SystemEvent } from '../model/event.ts'
import { type ExitReason, SHUTDOWN } from '../model/exit-reason.ts'
import type { Connector, Link, Listener } from '../model/link.ts'
import type { Group } from '../model/group.ts'
import type { Node, NodeDefinition, RemoteNode } from '../model/node.ts'
import type { Dynamic } from '../model/protocol.ts'
import { ActorRef, type AnyRef, targetOf } from '../model/ref.ts'
import type { Spawn, SpawnOptions } from '../model/self.ts'
import type { ActorInfo, Listening, ListenOptions, System } from '../model/system.ts'
import type { Session } from '../remote/session.ts'
import { nameAddress } from '../remote/name-address.ts'
import type { AnyDefinition, FindDefinition, LoadModule } from './access.ts'
import { copyMessage } from './check-messages.ts'
import { Directory } from './directory.ts'
import { GroupHandle } from './group.ts'
import { Groups } from './groups.ts'
import { Hosting } from './hosting.ts'
import { inspectTarget } from './inspect.ts'
import { Listeners } from './listeners.ts'
import { type SystemOptions, type SystemSettings, toSystemSettings } from './options.ts'
import { Peers } from './peers.ts'
import { NamedTarget, Registry } from './registry.ts'
import { toRedialPolicy } from './redial.ts'
import { Roots } from './roots.ts'
import { Shutdown } from './shutdown.ts'
import { SystemKernel } from './system-kernel.ts'
import { SystemOutlets } from './system-outlets.ts'

export class TroupeSystem implements System {
  readonly name: string
  readonly id: NodeId
  readonly clock: Clock
  readonly #outlets: SystemOutlets
  readonly #kernel: SystemKernel
  readonly #registry: Registry
  readonly #groups: Groups
  readonly #peers: Peers
  readonly #listeners: Listeners
  readonly #hosting: Hosting
  readonly #roots: Roots
  readonly #workers: Roots
  readonly #shutdown: Shutdown
  /** The parent's program knows how its modules are read. */
  #load: LoadModule = importModule

  constructor(settings: SystemSettings) {
    const path = `troupe://${settings.name}`
    const directory = new Directory()
    this.#outlets = new SystemOutlets(settings.log, () => this.#peers.nodesUp())
    const check = (): MessageCheck | null => (settings.checkMessages ? copyMessage : null)
    this.clock = settings.clock
    this.#kernel = new SystemKernel(this, settings, this.#outlets, directory, check)
    this.#registry = new Registry(path)
    this.#hosting = new Hosting(this.#kernel)
    this.#groups = new Groups(this.#kernel)
    this.#peers = new Peers(
      this.#kernel,
      this.#registry,
      directory,
      this.#hosting,
      this.#groups,
      (reason) => void this.shutdown(reason),
    )
    this.#kernel.connect(this.#peers)
    this.#listeners = new Listeners(this.#peers, this.#outlets)
    this.#roots = new Roots(path, settings.clock)
    this.#workers = new Roots(`${path}/$workers`, settings.clock)
    this.#shutdown = new Shutdown({
      kernel: this.#kernel,
      listeners: this.#listeners,
      roots: this.#roots,
      hosting: this.#hosting,
      workers: this.#workers,
      peers: this.#peers,
      registry: this.#registry,
      groups: this.#groups,
      timeout: settings.shutdownTimeout,
    })
    this.name = settings.name
    this.id = this.#kernel.nodeId
  }

  get spawn(): Spawn {
    const spawn = (definition: AnyDefinition, args: readonly unknown[] = [], options: SpawnOptions = {}): AnyRef => {
      this.#mustRun(`spawn ${definition?.name ?? 'an actor'}`)
      if (options.link === true)
        throw new TypeError('system.spawn cannot link: a program is no actor. Use watch, exited or a supervisor')
      return this.#ref(spawnInto(this.#kernel, this.#roots.cradle, definition, args, options))
    }
    // Safe: a ref is typed by its definition's protocol, which exists at compile time only.
    return spawn as Spawn
  }

  async start<Handle extends Node>(definition: NodeDefinition<Handle>): Promise<Handle> {
    this.#mustRun(`start ${definition?.name ?? 'a node'}`)
    if (typeof definition?.launch !== 'function')
      throw new TypeError('start takes the definition of a node, such as thread() or childProcess(); spawn takes actors')
    const child = spawnInto(this.#kernel, this.#workers.cradle, definition, [], {})
    await child.ready()
    // Safe: workers live here, so the child is a cell; its setup put the node there, of the kind that launch promised.
    const launched = (child as Cell).life?.node ?? null
    if (launched === null) throw new SystemDownError(this.name, `start ${definition.name}`)
    return launched.handle as Handle
  }

  async listen(listener: Listener, options: ListenOptions = {}): Promise<Listening> {
    this.#mustRun('listen')
    return this.#listeners.listen(listener, options)
  }

  async connect(connector: Connector, options: ListenOptions = {}): Promise<RemoteNode> {
    this.#mustRun('connect')
    const { signal } = this.#shutdown
    const policy = connector.reconnect === undefined ? null : toRedialPolicy(connector.reconnect)
    const grant = this.#listeners.grant(connector, options)
    const link = await connector.connect(signal)
    const session = await this.#peers.open(link, grant, 'dialer')
    return policy === null
      ? this.#peers.handleOn(session)
      : this.#peers.keepCalling(session, grant, { connector, policy, signal })
  }

  /** Ties this system to the program that started its process or thread. */
  openParent(link: Link, find: FindDefinition, load: LoadModule): Promise<Session> {
    this.#load = load
    return this.#peers.openParent(link, find)
  }

  async load(module: string): Promise<object> {
    checkText('load', module)
    return this.#load(module)
  }

  register(name: string, ref: AnyRef): void {
    checkText('register', name)
    this.#mustRun(`register "${name}"`)
    this.#registry.register(name, targetOf(ref))
  }

  unregister(name: string): void {
    this.#registry.unregister(name)
  }

  lookup<Protocol = Dynamic>(name: string, options: { readonly on?: Node } = {}): ActorRef<Protocol> {
    checkText('lookup', name)
    const { on } = options
    const here = on === undefined || on.id === this.id
    const target = new NamedTarget(
      name,
      nameAddress(this.id, name),
      `troupe://${this.name}/?${name}`,
      this.#registry,
      this.#outlets,
    )
    const ref = here ? this.#ref(target) : this.#peers.lookupOn(on, name)
    // Safe: what is registered there is the caller's to know; nothing at run time could check it.
    return ref as ActorRef<never> as ActorRef<Protocol>
  }

  group<Protocol = Dynamic>(name: string): Group<Protocol> {
    return new GroupHandle<Protocol>(this.#groups, this.#kernel, name, (action) => this.#mustRun(action))
  }

  node(id: NodeId): Node | null {
    return this.#peers.handleTo(id)
  }

  get nodes(): Observable<NodeEvent> {
    return this.#outlets.nodes.stream
  }

  get events(): Observable<SystemEvent> {
    return this.#outlets.events.stream
  }

  get deadLetters(): Observable<DeadLetter> {
    return this.#outlets.deadLetters.stream
  }

  inspect(): ActorInfo {
    const trees = [...this.#roots.children.list(), ...this.#hosting.list(), ...this.#workers.children.list()]
    return {
      path: this.#roots.path,
      address: `troupe://${this.id}`,
      definition: 'system',
      state: this.#shutdown.state,
      mailbox: 0,
      stashed: 0,
      restarts: 0,
      children: trees.map((child) => inspectTarget(child)),
    }
  }

  shutdown(reason: ExitReason = SHUTDOWN): Promise<void> {
    return this.#shutdown.begin(reason)
  }

  get terminated(): Promise<ExitReason> {
    return this.#shutdown.terminated
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  #ref(target: ReturnType<typeof targetOf>): AnyRef {
    return new ActorRef(this.#kernel.courier, target)
  }

  #mustRun(action: string): void {
    if (this.#shutdown.state !== 'running') throw new SystemDownError(this.name, action)
  }
}

/** For a program that nobody started as a worker. */
const importModule: LoadModule = (url) => import(url) as Promise<object>

/**
 * Starts a system: a tree of actors on this thread, and its links to others. Dispose of it with `await using` or
 * `shutdown()`; it leaves nothing behind. Two systems in one process are strangers.
 *
 * @example
 * await using system = createSystem({ name: 'shop' })
 */
export function createSystem(options: SystemOptions = {}): System {
  return new TroupeSystem(toSystemSettings(options))
}
