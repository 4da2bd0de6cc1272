/**
 * One event at its owner.
 */
import { ActorStoppedError, type Deferred, describeExit, type ExitReason } from '../../index.ts'
import type { Caller, Used } from './callers.ts'
import { Latch } from './latch.ts'

interface Waiter {
  readonly key: string
  readonly caller: Caller
  readonly answer: Deferred<number>
}

export class EventDesk implements Used {
  readonly what: string
  readonly #latch: Latch<Waiter>

  constructor(what: string, isSet: boolean) {
    this.what = what
    this.#latch = new Latch(isSet)
  }

  get isSet(): boolean {
    return this.#latch.isSet
  }

  /** The number of the set that is in force; 0 while it is clear. */
  get current(): number {
    return this.#latch.isSet ? this.#latch.sets : 0
  }

  set(): void {
    for (const { answer } of this.#latch.set()) answer.resolve(this.#latch.sets)
  }

  clear(): void {
    this.#latch.clear()
  }

  wait(key: string, caller: Caller, answer: Deferred<number>): void {
    this.#latch.enqueue(key, { key, caller, answer })
  }

  giveUp(key: string): void {
    this.#latch.drop(key)
  }

  ended(caller: Caller, reason: ExitReason): void {
    this.#refuse(new ActorStoppedError(caller.path, reason, describeExit(reason)), (waiter) => waiter.caller === caller)
  }

  close(error: unknown): void {
    this.#refuse(error, () => true)
  }

  #refuse(error: unknown, concerns: (waiter: Waiter) => boolean): void {
    for (const waiter of this.#latch.waiting) {
      if (!concerns(waiter)) continue
      this.#latch.drop(waiter.key)
      waiter.answer.reject(error)
    }
  }
}
