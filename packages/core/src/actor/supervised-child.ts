/**
 * One place under a supervisor: starts, restarts and stops what lives there, and knows in which state it is. Decides nothing.
 */
import type { Timer } from '../base/clock.ts'
import { stopSentinel } from '../model/envelope.ts'
import { type ExitReason, KILLED, SHUTDOWN, describeExit } from '../model/exit-reason.ts'
import type { LaunchedNode } from '../model/node.ts'
import type { Child } from '../model/target.ts'
import type { ChildSettings } from '../supervision/child-spec.ts'
import type { Place, PlaceState } from '../supervision/restart-plan.ts'
import type { Cell } from './cell.ts'
import { toError } from './handlers.ts'
import { Relay } from './relay.ts'
import { checkPortable, prepareCell } from './spawn.ts'

/**
 * 'held': its life ended and nothing was decided yet. 'pending': it will be started anew. 'empty': nothing lives there, and
 * only a call or a sibling's restart changes that.
 */
export type ChildState = 'starting' | 'running' | 'stopping' | 'held' | 'pending' | 'empty'

/** How a start went. 'overtaken': it was stopped before it was ready. */
export type StartResult =
  { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly error: Error } | { readonly kind: 'overtaken' }

/** What a place needs of the supervisor that it belongs to. */
export interface PlaceOwner {
  /** The worker of a sibling, while it runs. */
  findNode(id: string): LaunchedNode | null
  /** From now on the reports of `child` are about `place`. */
  adopt(child: Child, place: SupervisedChild): void
  disown(child: Child): void
}

export class SupervisedChild {
  readonly id: string
  readonly settings: ChildSettings
  state: ChildState = 'empty'
  /** A caller ends it for good: nothing may start it meanwhile. Written by the engine. */
  doomed = false
  /** Neither started nor stopped yet: plans leave it alone. Written by the engine too. */
  isNew = true
  restarts = 0
  /** Restarts in a row, for backoff. Written by the engine. */
  attempts = 0
  /** Why its last life ended. */
  reason: ExitReason = SHUTDOWN
  /** What refs point at: the cell itself, or the relay of a child elsewhere. */
  target: Cell | Relay | null = null
  /** Whether the cell that is there was put on the run queue. */
  #hasBegun = false
  readonly #supervisor: Cell
  readonly #owner: PlaceOwner
  /** Since when it is ready, on the system's clock; null before. */
  #readyAt: number | null = null
  #onStart: ((result: StartResult) => void) | null = null
  #onStopped: (() => void)[] = []
  /** Whether its life was told to end at once. */
  #isForced = false
  /** Its patience while it stops. */
  #timer: Timer | null = null
  /** The child on another node, also while it is held there: it keeps its queue. Dropped with the node. */
  #survivor: Child | null = null

  constructor(supervisor: Cell, id: string, settings: ChildSettings, owner: PlaceOwner) {
    this.#supervisor = supervisor
    this.id = id
    this.settings = settings
    this.#owner = owner
  }

  get path(): string {
    return `${this.#supervisor.path}/${this.id}`
  }

  /** As the policy sees it. */
  get place(): Place {
    return { id: this.id, restart: this.settings.restart, on: this.settings.on, state: toPlaceState(this.state) }
  }

  /** What reports to the supervisor: for a child elsewhere the one behind the relay. */
  get child(): Child | null {
    return this.target instanceof Relay ? this.target.route : this.target
  }

  /** The worker that lives here, when it is one and runs. */
  get node(): LaunchedNode | null {
    if (this.target === null || this.target instanceof Relay) return null
    return this.target.life?.node ?? null
  }

  /** Milliseconds that it has to stop, while it was asked to; else null. */
  get patience(): number | null {
    if (this.state !== 'stopping') return null
    const { shutdown } = this.settings
    return typeof shutdown === 'number' ? shutdown : Number.POSITIVE_INFINITY
  }

  /** How many milliseconds its last life was ready. */
  ranFor(now: number): number {
    return this.#readyAt === null ? 0 : now - this.#readyAt
  }

  /** What refs point at, also before its first start: what is sent then waits for that. */
  open(): Cell | Relay {
    return (this.target ??= this.#create())
  }

  /** Brings it to life, anew or for the first time. The promise never rejects. */
  start(): Promise<StartResult> {
    return new Promise((resolve) => {
      this.#onStart = resolve
      this.state = 'starting'
      this.isNew = false
      this.#readyAt = null
      this.#isForced = false
      try {
        const target = this.open()
        if (target instanceof Relay) this.#startElsewhere(target)
        else this.#startHere(target)
      } catch (thrown) {
        const error = toError(thrown)
        this.state = 'held'
        this.reason = { kind: 'error', error }
        this.#settleStart({ kind: 'failed', error })
      }
    })
  }

  /** Ends its life as its specification says. Resolves when it has ended; it is 'held' then. */
  stop(): Promise<void> {
    const { child } = this
    if (this.state === 'pending') this.state = 'held'
    if (child === null || !this.#lives) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onStopped.push(resolve)
      if (this.state === 'stopping') return
      this.state = 'stopping'
      this.#settleStart({ kind: 'overtaken' })
      const { shutdown, on } = this.settings
      if (on !== null && this.#owner.findNode(on) === null) {
        // Its node is down, whether its link has ended already or not: what is sent from now on waits for the next life.
        this.#giveUp(child, this.#isForced ? KILLED : { kind: 'disconnected', node: on })
        return
      }
      if (shutdown === 'brutal-kill') {
        this.#force(child)
        return
      }
      if (shutdown !== 'infinity')
        this.#timer = this.#supervisor.kernel.clock.start(shutdown, () => this.#force(child), 'deadline')
      void child.deliver(stopSentinel(SHUTDOWN))
    })
  }

  kill(): void {
    const { child } = this
    if (child !== null && this.#lives) this.#force(child)
  }

  /** It will be started anew. */
  wait(): void {
    this.state = 'pending'
  }

  /** Nothing will live here by itself any more: watchers hear why its last life ended, refs are dead. */
  bury(): void {
    const { target } = this
    const survivor = this.#survivor
    this.target = null
    this.state = 'empty'
    this.isNew = false
    this.lostNode()
    if (target !== null) this.#owner.disown(target)
    if (!this.#hasBegun) target?.kill()
    this.#hasBegun = false
    target?.bury(this.reason)
    survivor?.bury(this.reason)
  }

  /** The child reports that it is ready. */
  isReady(): void {
    if (this.state !== 'starting') return
    this.state = 'running'
    this.#readyAt = this.#supervisor.kernel.clock.now()
    if (this.target instanceof Relay) this.target.isReady()
    this.#settleStart({ kind: 'ready' })
  }

  /** The child reports its end. 'unasked': from a life that was up. */
  ended(reason: ExitReason): 'unasked' | 'asked' | 'failed-start' {
    const before = this.state
    this.#timer?.cancel()
    this.#timer = null
    this.reason = reason
    this.state = 'held'
    if (this.target instanceof Relay) this.target.disconnect(reason)
    if (before === 'stopping') {
      const heard = this.#onStopped
      this.#onStopped = []
      for (const resolve of heard) resolve()
      return 'asked'
    }
    if (before !== 'starting') return 'unasked'
    const error = reason.kind === 'error' ? reason.error : new Error(`it ended before it was ready: ${describeExit(reason)}`)
    this.#settleStart({ kind: 'failed', error })
    return 'failed-start'
  }

  /** The node went down, or the child on it does not answer: its next life starts from nothing. */
  lostNode(): void {
    if (this.#survivor !== null) this.#owner.disown(this.#survivor)
    this.#survivor = null
  }

  get #lives(): boolean {
    return this.state === 'starting' || this.state === 'running' || this.state === 'stopping'
  }

  #settleStart(result: StartResult): void {
    const settle = this.#onStart
    this.#onStart = null
    settle?.(result)
  }

  #create(): Cell | Relay {
    const { actor, args, mailbox, on } = this.settings
    const parent = this.#supervisor
    if (on !== null) return new Relay(parent.kernel, this.path, actor.name, mailbox)
    return prepareCell(parent.kernel, {
      parent,
      parentPath: parent.path,
      definition: actor,
      args,
      name: this.id,
      mailbox,
      onEnd: 'held',
      address: null,
    })
  }

  #startHere(cell: Cell): void {
    this.#owner.adopt(cell, this)
    cell.restart()
    if (!this.#hasBegun) cell.begin()
    this.#hasBegun = true
  }

  #startElsewhere(relay: Relay): void {
    const { kernel } = this.#supervisor
    const { actor, args, mailbox, on } = this.settings
    checkPortable(actor, mailbox)
    const launched = on === null ? null : this.#owner.findNode(on)
    if (launched === null) throw new Error(`its node "${on}" does not run`)
    const survivor = this.#survivor
    if (survivor !== null && survivor.address.node === launched.handle.id) {
      relay.connect(survivor)
      survivor.restart()
      return
    }
    this.lostNode()
    const request = {
      origin: kernel.nodeId,
      seq: kernel.nextSeq(),
      definition: { module: actor.module, name: actor.name },
      args,
      name: this.id,
      mailbox,
      onEnd: 'held' as const,
    }
    const child = kernel.elsewhere.spawnOn(launched.handle, request, this.#supervisor)
    this.#survivor = child
    this.#owner.adopt(child, this)
    relay.connect(child)
  }

  /** Kills it. One on another node whose event loop is blocked cannot obey; it is given up then, so that others go on. */
  #force(child: Child): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#isForced = true
    child.kill()
    if (!(this.target instanceof Relay) || !this.#lives) return
    const { clock, stopTimeout } = this.#supervisor.kernel
    this.#timer = clock.start(stopTimeout, () => this.#giveUp(child, KILLED), 'deadline')
  }

  /** It counts as ended, though its node did not say so. */
  #giveUp(child: Child, reason: ExitReason): void {
    this.#supervisor.childEnded(child, reason)
    this.lostNode()
    child.bury(reason)
  }
}

function toPlaceState(state: ChildState): PlaceState {
  switch (state) {
    case 'starting':
    case 'running':
    case 'stopping':
      return 'active'
    case 'held':
    case 'pending':
      return 'pending'
    case 'empty':
      return 'stopped'
  }
}
