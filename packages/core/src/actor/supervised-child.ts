/**
 * One place under a supervisor: starts, restarts and stops what lives there, and knows in which state it is. Decides nothing.
 */
import type { Timer } from '../base/clock.ts'
import { StartFailedError } from '../errors/actor-errors.ts'
import { stopSentinel } from '../model/envelope.ts'
import { type ExitReason, NORMAL, SHUTDOWN } from '../model/exit-reason.ts'
import type { LaunchedNode } from '../model/node.ts'
import type { Child } from '../model/target.ts'
import type { ChildSettings } from '../supervision/child-spec.ts'
import type { Place, PlaceState } from '../supervision/restart-plan.ts'
import type { Cell } from './cell.ts'
import { Relay } from './relay.ts'
import { checkPortable, createCell } from './spawn.ts'

/** 'held': its life ended and nothing was decided yet. 'empty': nothing lives there, and only a call changes that. */
export type ChildState = 'starting' | 'running' | 'stopping' | 'held' | 'pending' | 'empty'

/** How a start went. 'overtaken': it was stopped before it was ready. */
export type StartResult = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly error: Error } | { readonly kind: 'overtaken' }

export class SupervisedChild {
  readonly id: string
  readonly settings: ChildSettings
  state: ChildState = 'empty'
  restarts = 0
  /** Restarts in a row, for backoff. Written by the engine. */
  attempts = 0
  startedAt = 0
  reason: ExitReason = NORMAL
  /** What refs point at: the cell itself, or the relay of a child elsewhere. */
  target: Cell | Relay | null = null
  readonly #supervisor: Cell
  readonly #findNode: (id: string) => LaunchedNode | null
  #onStart: ((result: StartResult) => void) | null = null
  #onStopped: (() => void)[] = []
  #timer: Timer | null = null
  /** The child on another node, also while it is held there: it keeps its queue. Dropped with the node. */
  #survivor: Child | null = null

  constructor(supervisor: Cell, id: string, settings: ChildSettings, findNode: (id: string) => LaunchedNode | null) {
    this.#supervisor = supervisor
    this.id = id
    this.settings = settings
    this.#findNode = findNode
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

  /** Brings it to life, anew or for the first time. The promise never rejects. */
  start(): Promise<StartResult> {
    this.cancelWait()
    return new Promise((resolve) => {
      this.#onStart = resolve
      const again = this.state === 'held' || this.state === 'pending'
      this.state = 'starting'
      this.startedAt = this.#supervisor.kernel.clock.now()
      try {
        if (this.settings.on !== null) this.#startElsewhere(this.settings.on, again)
        else if (again && this.target !== null) this.target.restart()
        else this.target = this.#createHere()
      } catch (error) {
        this.state = 'held'
        this.#settleStart({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) })
      }
    })
  }

  /** Ends its life as its specification says. Resolves when it has ended; it is 'held' then. */
  stop(): Promise<void> {
    this.cancelWait()
    const { child } = this
    if (child === null || this.state === 'held' || this.state === 'empty' || this.state === 'pending') {
      if (this.state === 'pending') this.state = 'held'
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#onStopped.push(resolve)
      if (this.state === 'stopping') return
      this.state = 'stopping'
      this.#settleStart({ kind: 'overtaken' })
      const { shutdown } = this.settings
      if (shutdown === 'brutal-kill') child.kill()
      else {
        if (shutdown !== 'infinity') this.#timer = this.#supervisor.kernel.clock.start(shutdown, () => child.kill())
        void child.deliver(stopSentinel(SHUTDOWN))
      }
    })
  }

  kill(): void {
    this.cancelWait()
    this.child?.kill()
  }

  /** Starts it after `ms` milliseconds, unless it is stopped before. */
  startAfter(ms: number, start: () => void): void {
    this.cancelWait()
    this.state = 'pending'
    if (ms > 0) this.#timer = this.#supervisor.kernel.clock.start(ms, start)
    else start()
  }

  /** It waits for its node. */
  wait(): void {
    this.state = 'pending'
  }

  cancelWait(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Nothing will live here by itself any more: watchers hear of it, refs are dead. */
  bury(reason: ExitReason = this.reason): void {
    this.cancelWait()
    this.target?.bury(reason)
    this.#survivor?.bury(reason)
    this.#survivor = null
    this.target = null
    this.state = 'empty'
  }

  /** The child reports that it is ready. */
  isReady(): void {
    if (this.state !== 'starting') return
    this.state = 'running'
    if (this.target instanceof Relay) this.target.isReady()
    this.#settleStart({ kind: 'ready' })
  }

  /** The child reports its end. Returns whether it came unasked, and from a life that was up. */
  ended(reason: ExitReason): 'unasked' | 'asked' | 'failed-start' {
    const before = this.state
    this.cancelWait()
    this.reason = reason
    this.state = 'held'
    if (this.target instanceof Relay) this.target.disconnect(reason)
    if (before === 'stopping') {
      for (const resolve of this.#onStopped) resolve()
      this.#onStopped = []
      return 'asked'
    }
    if (before !== 'starting') return 'unasked'
    const error = reason.kind === 'error' ? reason.error : new StartFailedError(this.path, new Error(`it ended before it was ready: ${reason.kind}`))
    this.#settleStart({ kind: 'failed', error })
    return 'failed-start'
  }

  get path(): string {
    return `${this.#supervisor.path}/${this.id}`
  }

  #settleStart(result: StartResult): void {
    const settle = this.#onStart
    this.#onStart = null
    settle?.(result)
  }

  #createHere(): Cell {
    const { actor, args, mailbox } = this.settings
    const parent = this.#supervisor
    return createCell(parent.kernel, { parent, parentPath: parent.path, definition: actor, args, name: this.id, mailbox, onEnd: 'held', address: null })
  }

  #startElsewhere(nodeId: string, again: boolean): void {
    const { kernel } = this.#supervisor
    const { actor, args, mailbox } = this.settings
    checkPortable(actor, mailbox)
    const relay = this.target instanceof Relay ? this.target : new Relay(kernel, this.path)
    this.target = relay
    const survivor = again ? this.#survivor : null
    if (survivor !== null) {
      relay.connect(survivor)
      survivor.restart()
      return
    }
    const launched = this.#findNode(nodeId)
    if (launched === null) throw new Error(`its node "${nodeId}" does not run`)
    const request = { origin: kernel.nodeId, seq: kernel.nextSeq(), definition: { module: actor.module, name: actor.name }, args, name: this.id, mailbox, onEnd: 'held' as const }
    const child = kernel.elsewhere.spawnOn(launched.handle, request, this.#supervisor)
    this.#survivor = child
    relay.connect(child)
  }

  /** The node went down: the next life starts from nothing. */
  lostNode(): void {
    this.#survivor = null
  }

  /** Whether `child` is the one that lives or lived here last. */
  owns(child: Child): boolean {
    return this.target === child || this.#survivor === child
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
