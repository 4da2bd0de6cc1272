/**
 * How an actor's lives end, up to its burial. A supervisor may give it several lives; queue, address and watchers stay. Children
 * end before their parent, hooks after the children, and watchers hear last, when the name is free again.
 */
import type { StopHook } from '../model/definition.ts'
import { isShutdownRequest, replyPort, streamPort, turn } from '../model/envelope.ts'
import { type ExitReason, KILLED, isFailure } from '../model/exit-reason.ts'
import type { Child, Target } from '../model/target.ts'
import { CellStart } from './cell-start.ts'
import { DEAD, ENDING, FRESH, HELD, NO_HANDLERS, RUNNING } from './cell-state.ts'
import { toError } from './handlers.ts'
import type { Incarnation } from './incarnation.ts'
import { patienceOf } from './patience.ts'
import { refuseStopped, stoppedError } from './refusal.ts'
import { type HookRun, runStopHooks } from './stop-hooks.ts'

/** 'orderly': children, then hooks, then the end. 'now': children killed, no hooks. */
export type EndMode = 'orderly' | 'now'

export abstract class CellLife extends CellStart implements Child {
  #hooks: HookRun | null = null
  /** Whether somebody was told of the error that ended this life. */
  #told = false

  kill(): void {
    this.kernel.endings.kill(this)
  }

  linkedExit(from: Target, reason: ExitReason): void {
    if (this.state >= ENDING) return
    this.unlink(from)
    const trap = this.life?.trap ?? null
    if (trap !== null) this.takeTurn(() => trap(from, reason))
    else if (isFailure(reason)) this.#endSoon(reason)
  }

  patienceWith(child: Child): number | null {
    return this.life?.supervision?.patienceWith(child) ?? null
  }

  /** Runs a function as a message of its own, in this life only. */
  takeTurn(run: () => unknown): void {
    const life = this.self
    void this.deliver(turn(() => (this.self === life ? run() : undefined)))
  }

  /** Ends after the current message; at once when there is none. */
  leave(reason: ExitReason): void {
    if (this.state >= ENDING) return
    if (this.handling === null && this.kernel.current !== this.target && this.state === RUNNING) this.end(reason, 'orderly')
    else this.leaving ??= reason
  }

  restart(): void {
    if (this.state !== HELD) return
    this.restarts++
    this.#told = false
    // What its supervisor asked of the last life is not meant for this one.
    this.box?.discard(isShutdownRequest)
    this.wasUp = false
    this.state = FRESH
    this.goOn()
  }

  bury(reason: ExitReason): void {
    this.held = false
    if (this.state === HELD) this.#close(reason)
    else if (this.state === ENDING) this.#refuseQueue(this.reason)
  }

  end(reason: ExitReason, how: EndMode): void {
    if (this.state >= HELD) return
    if (this.state === ENDING) {
      if (how === 'now') this.#hurry()
      return
    }
    this.state = ENDING
    this.reason = reason
    this.turn++
    const { life } = this
    life?.release(reason)
    this.#dropHandling(reason)
    if (!this.held) this.#refuseQueue(reason)
    if (life === null) {
      this.#ended()
      return
    }
    if (how === 'now') {
      life.onKill?.()
      life.hooks = null
    }
    this.#endChildren(life, how, () => this.#runHooks(life))
  }

  /** Something that the actor ran threw: it ends with that error. */
  protected fail(thrown: unknown, told: boolean): void {
    if (this.state >= ENDING) return
    this.#told = told
    this.end({ kind: 'error', error: toError(thrown) }, 'orderly')
  }

  protected leaveIfTold(): void {
    if (this.leaving !== null && this.state === RUNNING) this.end(this.leaving, 'orderly')
  }

  #dropHandling(reason: ExitReason): void {
    const { handling } = this
    this.handling = null
    if (handling === null || this.putOff) return
    const reply = replyPort(handling)
    if (reply !== null && !reply.settled) {
      this.#told ||= reason.kind === 'error'
      reply.reject(stoppedError(this.path, reason))
    }
    streamPort(handling)?.error(stoppedError(this.path, reason))
  }

  #endChildren(life: Incarnation, how: EndMode, done: () => void): void {
    const { clock } = this.kernel
    if (life.supervision !== null) {
      life.supervision.stopAll(done)
      if (how === 'now') life.supervision.killAll()
    } else if (life.children === null || life.children.size === 0) done()
    else if (how === 'now') life.children.killAll(clock, done)
    else life.children.stopAll(patienceOf(this), clock, done)
  }

  #runHooks(life: Incarnation): void {
    if (life.hooks === null) {
      this.#ended()
      return
    }
    const { clock, outlets } = this.kernel
    const report = (error: unknown): void => outlets.emit({ kind: 'unhandled-error', path: this.path, error, during: 'onStop' })
    const call = (hook: StopHook): unknown => this.runAs(() => hook(this.reason))
    this.#hooks = runStopHooks(life.hooks, call, patienceOf(this), clock, report, () => this.#ended())
  }

  /** A kill overtook an orderly end. */
  #hurry(): void {
    const { life } = this
    this.reason = KILLED
    if (life !== null) {
      life.hooks = null
      life.onKill?.()
      if (life.supervision !== null) life.supervision.killAll()
      else life.children?.killAll(this.kernel.clock, () => undefined)
    }
    this.#hooks?.abandon()
  }

  #ended(): void {
    if (this.state !== ENDING) return
    const { life, reason } = this
    this.#hooks = null
    this.leaving = null
    this.putOff = false
    this.handlers = NO_HANDLERS
    this.self = null
    this.life = null
    this.state = HELD
    if (life !== null) this.#endLife(life, reason)
    if (this.held) this.parent.childEnded(this, reason)
    else this.#close(reason)
  }

  #endLife(life: Incarnation, reason: ExitReason): void {
    if (life.links !== null) {
      if (life.links.size > 0) this.#told = true
      for (const peer of life.links.values()) peer.linkedExit(this, reason)
    }
    if (life.watchers !== null) for (const watcher of life.watchers) watcher.ended(reason)
    if (life.deferred !== null) for (const port of life.deferred) port.reject(stoppedError(this.path, reason))
    if (life.stashed !== null) for (const envelope of life.stashed.reverse()) this.ownBox.unshift(envelope)
  }

  #close(reason: ExitReason): void {
    this.state = DEAD
    this.reason = reason
    this.kernel.forget(this)
    this.#refuseQueue(reason)
    this.box = null
    this.kernel.endings.publish(this)
  }

  endNow(): void {
    this.end(KILLED, 'now')
  }

  settle(): void {
    this.parent.childEnded(this, this.reason)
  }

  announce(): void {
    const { kernel, place, path, reason } = this
    this.place = null
    const waiting = place?.waiting ?? []
    const watchers = place?.watchers ?? []
    const heard = this.#told || this.restarts > 0 || watchers instanceof Set
    for (const { reject } of waiting) reject(this.startError(reason))
    for (const watcher of watchers) watcher.ended(reason)
    if (kernel.outlets.wantsEvents) kernel.outlets.emit({ kind: 'actor-stopped', path, reason })
    if (reason.kind === 'error' && !heard && waiting.length === 0) kernel.orphanError(path, reason.error)
  }

  /** Nobody will handle what is queued: it is told so at once, also while children and hooks still end. */
  #refuseQueue(reason: ExitReason): void {
    const { box, path } = this
    const { outlets } = this.kernel
    if (box !== null)
      for (let left = box.shift(); left !== undefined; left = box.shift()) refuseStopped(left, path, reason, outlets)
  }

  /** In a turn of its own: those who were linked to each other in a long chain must not end inside of each other. */
  #endSoon(reason: ExitReason): void {
    const { restarts } = this
    const run = (): number => {
      if (this.restarts === restarts) this.end(reason, 'orderly')
      return 1
    }
    this.kernel.dispatcher.schedule({ run })
  }
}
