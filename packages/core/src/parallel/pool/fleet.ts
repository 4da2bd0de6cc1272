/**
 * The workers of a pool: starts them, notices when they die, replaces them within the budget, retires and ends them.
 */
import { type ActorRef, type AnyRef, type ExitReason, type Node, type RemoteNode, type Self } from '../../index.ts'
import { type WorkerDeath, PoolBrokenError } from './errors.ts'
import type { PoolProtocol } from './messages.ts'
import { type PoolSettings, isDefinition } from './options.ts'
import { PoolWorker } from './pool-worker.ts'
import { RestartBudget } from './restart-budget.ts'
import { Slot } from './slot.ts'

/** What the fleet tells the pool. */
export interface FleetReport {
  /** The worker takes work. */
  ready(slot: Slot): void
  /** The worker is gone; returns the name of the task that it ran. */
  lost(slot: Slot, reason: ExitReason): string | null
  /** Too many died. */
  broken(error: PoolBrokenError): void
  /** Whether a worker is to come in the place of one that is gone. */
  isWanted(slot: Slot): boolean
  /** Nobody comes to that place any more. */
  closed(slot: Slot): void
  /** All have ended. */
  gone(): void
}

export class Fleet {
  readonly slots: readonly Slot[]
  readonly #self: Self
  readonly #settings: PoolSettings
  readonly #report: FleetReport
  readonly #budget: RestartBudget
  /** Workers and nodes that have not ended. A node is here as an actor, and as what that has started: a process ends after its actor. */
  readonly #living = new Set<AnyRef | Node>()
  #ending = false
  /** Whether one was ever ready. */
  #began = false

  constructor(self: Self, settings: PoolSettings, report: FleetReport) {
    this.#self = self
    this.#settings = settings
    this.#report = report
    this.#budget = new RestartBudget(settings.maxRestarts, settings.within)
    this.slots = Array.from({ length: settings.max }, (_, index) => new Slot(index))
  }

  /** Workers that are there or come. */
  get size(): number {
    return this.slots.filter(({ state }) => state !== 'empty').length
  }

  /** A worker for this place, or for the first empty one. */
  start(place: number | null): void {
    const slot = place === null ? this.slots.find(({ state, closed }) => state === 'empty' && !closed) : this.slots[place]
    if (slot === undefined || slot.closed || slot.state !== 'empty' || this.#ending) return
    slot.state = 'starting'
    slot.life++
    void this.#bringUp(slot, slot.life)
  }

  /** Ends the worker at once. What it was given is the pool's again. */
  kill(slot: Slot, reason: ExitReason): void {
    if (slot.state === 'empty') return
    const { node, worker } = slot
    this.#leave(slot, reason)
    // A node of another program goes on: it is not ours to end.
    if (node !== null) node.kill()
    else if (worker !== null) {
      worker.kill()
      this.#living.delete(worker)
      this.#lookForEnd()
    }
    this.#replace(slot)
  }

  /** Takes no more work, and goes when it has done what it has. */
  retire(slot: Slot): void {
    if (slot.state !== 'ready') return
    slot.state = 'leaving'
    this.rested(slot)
  }

  /** A worker that leaves may have nothing left to do. */
  rested(slot: Slot): void {
    if (slot.state !== 'leaving' || slot.slices.length > 0) return
    this.#dismiss(slot)
    this.#replace(slot)
  }

  /** Ends all: in order, and by force after the grace. */
  end(): void {
    if (this.#ending) return
    this.#ending = true
    for (const slot of this.slots) if (slot.state !== 'empty') this.#dismiss(slot)
    this.#lookForEnd()
  }

  /** Whether `ref` is the worker in that place. */
  isAt(slot: Slot, ref: AnyRef | null): boolean {
    return slot.node !== null || (ref !== null && slot.worker?.equals(ref) === true)
  }

  async #bringUp(slot: Slot, life: number): Promise<void> {
    const self = this.#self
    const source = this.#settings.sources[slot.index % this.#settings.sources.length]
    if (source === undefined) return
    try {
      slot.name = source.name
      const own = isDefinition(source) ? self.spawn(source) : null
      const node = isDefinition(source) ? own && (await this.#launch(slot, life, own)) : await reached(source)
      if (slot.life !== life) {
        if (own !== null) this.#stop(own, own)
        return
      }
      if (node === null) {
        this.#close(slot)
        return
      }
      slot.name = node.name
      // Safe: what is told to `self.ref` is what the pool's actor takes.
      const worker = self.spawn(PoolWorker, [self.ref as ActorRef<PoolProtocol>, this.#settings.orders], { on: node })
      slot.worker = worker
      this.#follow(slot, life, worker)
      await worker.ready
      if (slot.life !== life) return
      slot.state = 'ready'
      this.#began = true
      this.#budget.started()
      slot.tasks = 0
      slot.since = self.system.clock.now()
      slot.idleSince = slot.since
      this.#report.ready(slot)
    } catch (error) {
      if (slot.life === life) this.#died(slot, { kind: 'error', error: causeOf(error) })
    }
  }

  async #launch(slot: Slot, life: number, ref: AnyRef): Promise<Node> {
    slot.node = ref
    this.#follow(slot, life, ref)
    await ref.ready
    // Safe: a node's actor answers so.
    const { id } = (await ref.ask('info')) as { readonly id: Node['id'] }
    const node = this.#self.system.node(id)
    if (node === null) throw new Error(`node ${id} went down while it started`)
    void ref.tell('hold', false) // the pool keeps the program running while there is work: idle workers need not
    this.#living.add(node)
    void node.exited.then(() => {
      this.#living.delete(node)
      this.#lookForEnd()
    })
    return node
  }

  #follow(slot: Slot, life: number, ref: AnyRef): void {
    this.#living.add(ref)
    this.#self.watch(ref, (reason) => {
      this.#living.delete(ref)
      if (slot.life === life) this.#died(slot, reason)
      this.#lookForEnd()
    })
  }

  #died(slot: Slot, reason: ExitReason): void {
    const wasReady = slot.state !== 'starting'
    const { node, worker, name } = slot
    const task = this.#leave(slot, reason)
    node?.kill()
    if (node === null) worker?.kill()
    if (this.#ending) return
    const death: WorkerDeath = { worker: name, reason, task: wasReady ? task : null }
    const verdict = this.#budget.record(death, this.#self.system.clock.now(), wasReady ? 'worked' : 'never-ready')
    // What throws before any worker of the pool was ready would throw in the next one, too.
    if (verdict === 'over' || (!this.#began && reason.kind === 'error'))
      this.#report.broken(new PoolBrokenError(this.#budget.history))
    else this.#replace(slot)
  }

  /** The place is empty; whoever had it is not heard any more. Returns the name of the task that it was at. */
  #leave(slot: Slot, reason: ExitReason): string | null {
    slot.life++
    slot.state = 'empty'
    slot.worker = null
    slot.node = null
    return this.#report.lost(slot, reason)
  }

  /** Ends a worker in order. One that still starts is ended when it is there: until then nobody could say when it is gone. */
  #dismiss(slot: Slot): void {
    const { node, worker } = slot
    this.#leave(slot, { kind: 'shutdown' })
    worker?.stop({ kind: 'shutdown' })
    if (worker !== null) this.#stop(node ?? worker, node)
  }

  #stop(last: AnyRef, node: AnyRef | null): void {
    node?.stop({ kind: 'shutdown' })
    const force = (): void => {
      last.kill()
      if (node === null) this.#living.delete(last)
      this.#lookForEnd()
    }
    const timer = this.#self.system.clock.start(this.#settings.grace, force, 'deadline')
    void last.exited.then(() => timer.cancel())
  }

  /** The node is gone for good. */
  #close(slot: Slot): void {
    slot.state = 'empty'
    slot.closed = true
    if (this.slots.every(({ closed }) => closed)) this.#report.broken(new PoolBrokenError(this.#budget.history))
    else this.#report.closed(slot)
  }

  #replace(slot: Slot): void {
    if (!this.#ending && (this.size < this.#settings.min || this.#report.isWanted(slot))) this.start(slot.index)
  }

  #lookForEnd(): void {
    if (this.#ending && this.#living.size === 0) this.#report.gone()
  }
}

/** A node of another program, once it is up; null when it never will be again. */
async function reached(node: Node): Promise<Node | null> {
  // Safe: only nodes that may come back have it.
  if (!node.alive && 'up' in node) await (node as RemoteNode).up()
  return node.alive ? node : null
}

function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error ? error.cause : error
}
