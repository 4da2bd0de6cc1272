/**
 * How each of an actor's lives begins: its setup, which may take its time, and who waits for it.
 */
import { print } from '../base/check.ts'
import { StartFailedError } from '../errors/actor-errors.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Self } from '../model/self.ts'
import type { Child } from '../model/target.ts'
import { CellBonds } from './cell-bonds.ts'
import { DEAD, RUNNING, STARTING, SUSPENDED } from './cell-state.ts'
import { stoppedError } from './refusal.ts'
import { isThenable } from './stop-hooks.ts'

export abstract class CellStart extends CellBonds implements Child {
  /** Whether this life was up once. Written by restart too. */
  protected wasUp = false

  abstract restart(): void
  abstract bury(reason: ExitReason): void
  /** Makes the `self` of a new life. */
  protected abstract makeSelf(): Self
  /** Runs what belongs to this actor, outside of its messages: asks that it makes are this actor's. */
  protected abstract runAs<Result>(run: () => Result): Result
  /** From now on it waits for what it asked: a circle that this closes is rejected. */
  protected abstract heldUp(): void
  /** Something that the actor ran threw: it ends with that error. `told`: somebody got it. */
  protected abstract fail(thrown: unknown, told: boolean): void
  /** Ends, if it was told to while it could not. */
  protected abstract leaveIfTold(): void

  ready(): Promise<void> {
    if (this.state === DEAD) return Promise.reject(this.startError(this.reason))
    if ((this.state === RUNNING || this.state === SUSPENDED) && this.life?.rising !== true) return Promise.resolve()
    return new Promise((resolve, reject) => (this.ownPlace.waiting ??= []).push({ resolve, reject }))
  }

  protected setUp(): void {
    this.state = STARTING
    const self = this.makeSelf()
    this.self = self
    let made: unknown
    let isLater: boolean
    try {
      // Safe: spawn paired the definition with its arguments.
      made = this.kernel.asyncContext === null ? this.definition.setup(self, ...(this.args as never)) : this.#setUpAs(self)
      isLater = isThenable(made)
    } catch (error) {
      this.fail(error, false)
      return
    }
    // Safe: it was found to be a promise.
    if (isLater) this.#setUpLater(self, made as PromiseLike<unknown>)
    else if (this.state === STARTING) this.#isSetUp(made)
  }

  #setUpAs(self: Self): unknown {
    // Safe for the same reason as in setUp.
    return this.runAs(() => this.definition.setup(self, ...(this.args as never)))
  }

  #setUpLater(self: Self, made: PromiseLike<unknown>): void {
    const isCurrent = (): boolean => this.state === STARTING && this.self === self
    // What a foreign promise throws in place of rejecting is a rejection too.
    Promise.resolve(made).then(
      (handlers) => {
        if (isCurrent()) this.#isSetUp(handlers)
        this.goOn()
      },
      (error: unknown) => {
        if (isCurrent()) this.fail(error, false)
      },
    )
    if (isCurrent()) this.heldUp()
  }

  #isSetUp(handlers: unknown): void {
    if (typeof handlers !== 'object' || handlers === null || Array.isArray(handlers)) {
      this.fail(
        new TypeError(`setup of ${this.definition.name} must return an object of handlers, not ${print(handlers)}`),
        false,
      )
      return
    }
    this.handlers = handlers
    this.state = RUNNING
    if (this.life?.rising !== true) this.isUp()
    this.leaveIfTold()
  }

  /** Setup is done, and so are the children that it waits for. */
  isUp(): void {
    this.wasUp = true
    if (this.life !== null) this.life.rising = false
    const waiting = this.place?.waiting
    if (this.place && waiting) {
      this.place.waiting = null
      for (const { resolve } of waiting) resolve()
    }
    const { outlets } = this.kernel
    if (outlets.wantsEvents) outlets.emit({ kind: 'actor-started', path: this.path, restarts: this.restarts })
    this.parent.childReady(this)
  }

  /** What those hear who wait for it to be ready. */
  protected startError(reason: ExitReason): Error {
    const stopped = stoppedError(this.path, reason)
    return this.wasUp ? stopped : new StartFailedError(this.path, reason.kind === 'error' ? reason.error : stopped)
  }
}
