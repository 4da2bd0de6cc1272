/**
 * The `self` of one life of an actor. What it starts ends with that life: a handler that runs on after its actor ended can
 * no longer do anything through it.
 */
import { checkFunction } from '../base/check.ts'
import type { ActorDefinition, StopHook } from '../model/definition.ts'
import { type ReplyPort, replyPort } from '../model/envelope.ts'
import { type ExitReason, NORMAL } from '../model/exit-reason.ts'
import type { Dynamic } from '../model/protocol.ts'
import { ActorRef, type AnyRef, targetOf } from '../model/ref.ts'
import type { Deferred, Logger, Request, Self, Spawn, SpawnOptions } from '../model/self.ts'
import type { System } from '../model/system.ts'
import type { Watcher } from '../model/target.ts'
import type { Cell } from './cell.ts'
import { ENDING } from './cell-state.ts'
import { stoppedError } from './refusal.ts'
import { OpenRequests, RequestView } from './request-view.ts'
import { after, every, idle } from './self-timers.ts'
import { isThenable } from './stop-hooks.ts'

/** Spawns a child of a cell. Given by spawn.ts, which knows how cells are made. */
export type SpawnChild = (
  cell: Cell,
  definition: ActorDefinition<unknown, never>,
  args: readonly unknown[],
  options: SpawnOptions,
) => AnyRef

let readCell: (self: ActorSelf) => Cell

/** The cell behind a `self`: for what belongs to the engine and not to every actor, such as supervision. */
export function cellOf(self: Self): Cell {
  if (!(self instanceof ActorSelf)) throw new TypeError('this takes the self of an actor')
  return readCell(self)
}

export class ActorSelf implements Self {
  readonly #cell: Cell
  readonly #spawnChild: SpawnChild
  #request: RequestView | null = null
  #requestTurn = -1

  static {
    readCell = (self) => self.#cell
  }

  constructor(cell: Cell, spawnChild: SpawnChild) {
    this.#cell = cell
    this.#spawnChild = spawnChild
  }

  get ref(): ActorRef<Dynamic> {
    return new ActorRef<Dynamic>(this.#cell.kernel.courier, this.#cell)
  }

  get parent(): AnyRef | null {
    const { target } = this.#cell.parent
    return target === null ? null : new ActorRef(this.#cell.kernel.courier, target)
  }

  get children(): readonly AnyRef[] {
    const list = this.#cell.life?.children?.list() ?? []
    return list.map((child) => new ActorRef(this.#cell.kernel.courier, child))
  }

  get path(): string {
    return this.#cell.path
  }

  get system(): System {
    return this.#cell.kernel.system
  }

  get log(): Logger {
    return this.#cell.kernel.outlets.log(this.#cell.path)
  }

  get signal(): AbortSignal {
    if (!this.#alive) return AbortSignal.abort(this.#cell.reason)
    return (this.#cell.ownLife.controller ??= new AbortController()).signal
  }

  get request(): Request {
    const cell = this.#cell
    if (this.#request === null || this.#requestTurn !== cell.turn || cell.handling === null) {
      if (cell.handling === null) return { sender: null, node: this.#node, signal: this.signal, deadline: null, trace: null }
      this.#request = new RequestView(cell.kernel, cell.handling, () => ({
        signal: this.signal,
        requests: (cell.ownLife.requests ??= new OpenRequests()),
      }))
      this.#requestTurn = cell.turn
    }
    return this.#request
  }

  get spawn(): Spawn {
    const spawn = (
      definition: ActorDefinition<unknown, never>,
      args: readonly unknown[] = [],
      options: SpawnOptions = {},
    ): AnyRef => {
      this.#mustLive('spawn')
      return this.#spawnChild(this.#cell, definition, args, options)
    }
    // Safe: a ref is typed by its definition's protocol, which exists at compile time only.
    return spawn as Spawn
  }

  stop(reason: ExitReason = NORMAL): void {
    if (this.#alive) this.#cell.leave(reason)
  }

  onStop(hook: StopHook): void {
    checkFunction('onStop', hook)
    this.#mustLive('onStop')
    ;(this.#cell.ownLife.hooks ??= []).push(hook)
  }

  watch(ref: AnyRef, ended: (reason: ExitReason) => unknown, of: 'place' | 'life' = 'place'): () => void {
    checkFunction('watch', ended)
    this.#mustLive('watch')
    const cell = this.#cell
    const target = targetOf(ref)
    const watching = (cell.ownLife.watching ??= new Map())
    let open = true
    const watcher: Watcher = {
      ...(of === 'life' ? { of } : {}),
      ended: (reason) => {
        watching.delete(watcher)
        cell.takeTurn(() => (open ? ended(reason) : undefined))
      },
    }
    watching.set(watcher, target)
    target.watch(watcher)
    return () => {
      open = false
      if (watching.delete(watcher)) target.unwatch(watcher)
    }
  }

  link(ref: AnyRef): void {
    this.#mustLive('link')
    const target = targetOf(ref)
    this.#cell.link(target)
    target.link(this.#cell)
  }

  unlink(ref: AnyRef): void {
    const target = targetOf(ref)
    this.#cell.unlink(target)
    target.unlink(this.#cell)
  }

  trapExit(exited: (ref: AnyRef, reason: ExitReason) => unknown): void {
    checkFunction('trapExit', exited)
    this.#mustLive('trapExit')
    const { courier } = this.#cell.kernel
    this.#cell.ownLife.trap = (from, reason) => exited(new ActorRef(courier, from), reason)
  }

  after(ms: number, method: string, ...args: unknown[]): () => void {
    this.#mustLive('after')
    return after(this.#cell, ms, method, args)
  }

  every(ms: number, method: string, ...args: unknown[]): () => void {
    this.#mustLive('every')
    return every(this.#cell, ms, method, args)
  }

  idle(ms: number, method: string): () => void {
    this.#mustLive('idle')
    return idle(this.#cell, ms, method)
  }

  become(handlers: object): void {
    if (typeof handlers !== 'object' || handlers === null)
      throw new TypeError(`become takes an object of handlers, not ${String(handlers)}`)
    this.#mustLive('become')
    this.#cell.handlers = handlers
  }

  stash(): void {
    this.#mustLive('stash')
    const cell = this.#cell
    if (cell.handling === null) throw new Error(`${cell.path}: stash is for the message being handled, and there is none`)
    if (cell.putOff) return
    cell.putOff = true
    ;(cell.ownLife.stashed ??= []).push(cell.handling)
  }

  unstash(): void {
    this.#mustLive('unstash')
    const stashed = this.#cell.life?.stashed
    if (!stashed) return
    this.#cell.ownLife.stashed = null
    for (const envelope of stashed.reverse()) this.#cell.takeNext(envelope)
  }

  defer<Value = unknown>(): Deferred<Value> {
    this.#mustLive('defer')
    const cell = this.#cell
    const reply = cell.handling === null ? null : replyPort(cell.handling)
    if (cell.handling !== null && reply !== null) cell.putOff = true
    return reply === null ? NOBODY : new DeferredReply<Value>(reply, (cell.ownLife.deferred ??= new Set()))
  }

  /** What stands for this node. */
  get #node(): AnyRef {
    const { courier, elsewhere, nodeId } = this.#cell.kernel
    return new ActorRef(courier, elsewhere.nodeTarget(nodeId))
  }

  get #alive(): boolean {
    return this.#cell.self === this && this.#cell.state < ENDING
  }

  #mustLive(action: string): void {
    if (this.#alive) return
    throw stoppedError(`${this.#cell.path} cannot ${action}: it`, this.#cell.reason)
  }
}

/** A tell needs no answer: settling it is fine and does nothing. */
const NOBODY: Deferred<unknown> = { resolve: () => undefined, reject: () => undefined }

class DeferredReply<Value> implements Deferred<Value> {
  readonly #reply: ReplyPort
  readonly #open: Set<ReplyPort>

  constructor(reply: ReplyPort, open: Set<ReplyPort>) {
    this.#reply = reply
    this.#open = open
    open.add(reply)
    reply.onCancel(() => open.delete(reply))
  }

  resolve(value: Value): void {
    // A promise is waited for while the ask is open, so that it still times out and ends with the actor.
    if (isThenable(value)) {
      value.then(
        (later) => this.resolve(later as Value),
        (error: unknown) => this.reject(error),
      )
      return
    }
    this.#open.delete(this.#reply)
    this.#reply.resolve(value)
  }

  reject(error: unknown): void {
    this.#open.delete(this.#reply)
    this.#reply.reject(error)
  }
}
