/**
 * Makes the kernel of a system: what its actors share.
 */
import { createYield } from '../base/event-loop.ts'
import { type AsyncContext, createAsyncContext } from '../actor/async-context.ts'
import { Cell } from '../actor/cell.ts'
import { KernelCourier, type MessageCheck } from '../actor/courier.ts'
import type { Elsewhere, Kernel } from '../actor/kernel.ts'
import { Endings } from '../actor/endings.ts'
import type { Asker } from '../actor/pending-ask.ts'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { type NodeId, toNodeId } from '../model/address.ts'
import { ActorRef, type AnyRef, type Courier } from '../model/ref.ts'
import type { System } from '../model/system.ts'
import type { Child, Target } from '../model/target.ts'
import { classOfPrototype } from '../serialization/registry.ts'
import { Deadlines } from '../timers/deadlines.ts'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Directory } from './directory.ts'
import type { SystemSettings } from './options.ts'
import type { SystemOutlets } from './system-outlets.ts'

export class SystemKernel implements Kernel {
  readonly nodeId: NodeId
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly dispatcher: Dispatcher
  readonly deadlines: Deadlines
  readonly endings: Endings = new Endings()
  readonly courier: Courier
  readonly outlets: SystemOutlets
  readonly system: System
  readonly askTimeout: number
  readonly stopTimeout: number
  current: Asker | null = null
  sent = 0
  readonly asyncContext: AsyncContext | null
  readonly #directory: Directory
  readonly #refs = new WeakMap<Target, AnyRef>()
  #seq = 0
  #elsewhere: Elsewhere | null = null

  constructor(
    system: System,
    settings: SystemSettings,
    outlets: SystemOutlets,
    directory: Directory,
    check: (kernel: Kernel) => MessageCheck | null,
  ) {
    this.nodeId = toNodeId(settings.name, settings.ids())
    this.name = settings.name
    this.clock = settings.clock
    this.random = settings.random
    this.outlets = outlets
    outlets.connect((run) => this.asNobody(run))
    this.system = system
    this.askTimeout = settings.askTimeout
    this.stopTimeout = settings.stopTimeout
    this.#directory = directory
    this.asyncContext = settings.asyncContext ? createAsyncContext() : null
    this.deadlines = new Deadlines(settings.clock)
    const failed = (error: unknown): void =>
      outlets.emit({ kind: 'unhandled-error', path: `troupe://${settings.name}`, error, during: 'a turn' })
    const blocked = (actor: unknown, ms: number): void =>
      outlets.emit({ kind: 'blocked', path: actor instanceof Cell ? actor.path : null, ms })
    this.dispatcher = new Dispatcher(() => settings.clock.now(), createYield(), { failed, blocked })
    this.courier = new KernelCourier(this, check(this))
  }

  get elsewhere(): Elsewhere {
    if (this.#elsewhere === null) throw new Error('Troupe invariant violated: a kernel is used before it is wired')
    return this.#elsewhere
  }

  /** Called once, when the other engine is there. */
  connect(elsewhere: Elsewhere): void {
    this.#elsewhere = elsewhere
  }

  isRegistered(value: object): boolean {
    // Safe: what has a prototype has an object for one.
    const prototype = Object.getPrototypeOf(value) as object | null
    return prototype !== null && classOfPrototype(prototype) !== undefined
  }

  asNobody(run: () => void): void {
    const { current, asyncContext } = this
    this.current = null
    try {
      if (asyncContext === null) run()
      else asyncContext.runAsNobody(run)
    } finally {
      this.current = current
    }
  }

  refTo(target: Target): AnyRef {
    const known = this.#refs.get(target)
    if (known !== undefined) return known
    const ref = new ActorRef(this.courier, target)
    this.#refs.set(target, ref)
    return ref
  }

  nextSeq(): number {
    return ++this.#seq
  }

  forget(actor: Child): void {
    if (this.#directory.size > 0) this.#directory.remove(actor)
  }

  orphanError(path: string, error: Error): void {
    this.outlets.log(path).error('ended with an error that nobody was told', error)
  }
}
