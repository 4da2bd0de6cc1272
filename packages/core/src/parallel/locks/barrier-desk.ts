/**
 * One barrier at its owner.
 */
import { ActorStoppedError, type Deferred, describeExit, type ExitReason } from '../../index.ts'
import type { Caller, Used } from './callers.ts'
import { BarrierBrokenError, LockTimeoutError, NotHeldError } from './errors.ts'
import type { GivenUp, Passed } from './protocol.ts'
import { type Failing, Rendezvous, type RoundEffect } from './rendezvous.ts'

interface Visitor {
  readonly key: string
  readonly caller: Caller
  readonly answer: Deferred<Passed>
  /** The others wait for what it does. Written by the desk. */
  acts: boolean
}

export class BarrierDesk implements Used {
  readonly what: string
  readonly #round: Rendezvous<Visitor>
  readonly #visitors = new Map<string, Visitor>()
  /** Those who went on last: one of them may have stopped waiting just before it could hear of that. */
  #passed: ReadonlySet<string> = new Set()

  constructor(what: string, parties: number, hasAction: boolean) {
    this.what = what
    this.#round = new Rendezvous(parties, hasAction)
  }

  get broken(): boolean {
    return this.#round.broken
  }

  arrive(key: string, caller: Caller, answer: Deferred<Passed>): void {
    if (this.broken) {
      answer.reject(new BarrierBrokenError(this.what, 'nobody can wait at it until it is reset'))
      return
    }
    const visitor: Visitor = { key, caller, answer, acts: false }
    this.#visitors.set(key, visitor)
    this.#run(this.#round.arrive(key, visitor), null)
  }

  /** Unless it was the last one, it gives up at once. */
  poll(key: string): void {
    if (this.#visitors.get(key)?.acts === false) this.giveUp(key, { kind: 'timeout', timeout: 0 })
  }

  /** The last one has done what it had to, or failed. Throws NotHeldError when its round is over. */
  acted(key: string, outcome: 'done' | 'failed'): void {
    if (outcome === 'failed') {
      const problem = 'the action of its last party failed'
      this.#run(this.#round.leave(key, 'until-reset'), new BarrierBrokenError(this.what, problem))
      return
    }
    const effects = this.#round.acted(key)
    if (effects === null) throw new NotHeldError(this.what, 'went on without this party: its round is over')
    this.#run(effects, null)
  }

  giveUp(key: string, why: GivenUp): void {
    const timedOut = why.kind === 'timeout'
    const cause = timedOut ? new LockTimeoutError(this.what, why.timeout) : undefined
    const problem = timedOut ? 'a party did not wait longer' : 'a party went away'
    const error = new BarrierBrokenError(this.what, problem, cause)
    if (this.#visitors.has(key)) this.#leave(key, 'until-reset', error)
    // It gave up before it was heard: the others would wait for it in vain.
    else if (!this.#passed.has(key)) this.#run(this.#round.fail('until-reset'), error)
  }

  abort(): void {
    this.#run(this.#round.fail('until-reset'), new BarrierBrokenError(this.what, 'it was aborted'))
  }

  reset(): void {
    this.#run(this.#round.reset(), new BarrierBrokenError(this.what, 'it was reset while this party waited'))
  }

  ended(caller: Caller, reason: ExitReason): void {
    const cause = new ActorStoppedError(caller.path, reason, describeExit(reason))
    const error = new BarrierBrokenError(this.what, `a party died: ${describeExit(reason)}`, cause)
    for (const visitor of [...this.#visitors.values()]) if (visitor.caller === caller) this.#leave(visitor.key, 'once', error)
  }

  close(error: unknown): void {
    this.#run(this.#round.fail('until-reset'), error)
  }

  #leave(key: string, failing: Failing, error: unknown): void {
    const effects = this.#round.leave(key, failing)
    // It may have come for the next round, which goes on without it.
    this.#visitors.get(key)?.answer.reject(error)
    this.#visitors.delete(key)
    this.#run(effects, error)
  }

  #run(effects: readonly RoundEffect<Visitor>[], error: unknown): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'go':
          this.#passed = new Set(effect.arrivals.map(({ key }) => key))
          for (const { key, index, visitor } of effect.arrivals) {
            this.#visitors.delete(key)
            visitor.answer.resolve({ index, acts: false })
          }
          break
        case 'act':
          effect.arrival.visitor.acts = true
          effect.arrival.visitor.answer.resolve({ index: effect.arrival.index, acts: true })
          break
        case 'fail':
          for (const { key, visitor } of effect.arrivals) {
            this.#visitors.delete(key)
            visitor.answer.reject(error)
          }
          break
        default:
          effect satisfies never
      }
    }
  }
}
