/**
 * The actor that owns locks, semaphores, events, conditions and barriers. One owner has many of them, so that whoever waits for
 * whom is mostly known in one place; for the rest owners ask each other. All that is held or waited for ends with whoever does, and
 * with the owner.
 */
import { type ActorDefinition, actor, type Deferred, type Self } from '../../index.ts'
import { BarrierDesk } from './barrier-desk.ts'
import { Callers } from './callers.ts'
import { ConditionDesk } from './condition-desk.ts'
import { LockClosedError, NotHeldError } from './errors.ts'
import { EventDesk } from './event-desk.ts'
import { Keys } from './keys.ts'
import { Lookout } from './lookout.ts'
import { type LockClaim, PermitDesk } from './permit-desk.ts'
import type { Grant } from './permits.ts'
import {
  type GivenUp,
  type Holding,
  type Later,
  type LockOwnerProtocol,
  type LockSpec,
  type Passed,
  type Reacquired,
  type Under,
  describeLock,
} from './protocol.ts'
import { type Tokens, tokensOf } from './tokens.ts'
import { WaitBook } from './wait-book.ts'
import type { Party } from './wait-graph.ts'
import { waitOrderOf } from './wait-order.ts'
import type { WaitView } from './wait-view.ts'

type Desk = PermitDesk | EventDesk | ConditionDesk | BarrierDesk

/** Spawn it anywhere, and make locks of it with `createLock(owner)` and its like. */
export const LockOwner: ActorDefinition<LockOwnerProtocol, readonly []> = actor({
  name: 'troupe.LockOwner',
  module: import.meta.url,
  setup: (self) => new LockDesks(self),
})

class LockDesks implements LockOwnerProtocol {
  readonly #self: Self
  readonly #callers: Callers
  readonly #book: WaitBook
  readonly #lookout: Lookout
  readonly #desks = new Map<string, Desk>()
  readonly #tokens: Tokens
  /** Who wants to hear when one is no more. */
  readonly #heirs = new Map<string, readonly Deferred<void>[]>()
  /** A life of this actor never uses the ids of an earlier one. */
  readonly #ids = new Keys()

  constructor(self: Self) {
    this.#self = self
    this.#callers = new Callers(self)
    this.#tokens = tokensOf(self.system)
    this.#book = new WaitBook(waitOrderOf(self.system), (entry) => this.#lookout.began(entry))
    this.#lookout = new Lookout(self, this.#book)
  }

  open(spec: LockSpec): Later<string> {
    return this.#answer(() => {
      const id = this.#ids.next()
      this.#desks.set(id, this.#make(spec, describeLock(spec.kind, spec.name, id)))
      return id
    })
  }

  close(id: string): void {
    const desk = this.#desks.get(id)
    if (desk === undefined) return
    this.#desks.delete(id)
    for (const heir of this.#heirs.get(id) ?? []) heir.resolve()
    this.#heirs.delete(id)
    this.#callers.forget(desk)
    desk.close(new LockClosedError(desk.what))
  }

  closed(id: string): Later<void> {
    if (!this.#desks.has(id)) return undefined
    const answer = this.#self.defer<void>()
    this.#heirs.set(id, [...(this.#heirs.get(id) ?? []), answer])
    return answer
  }

  acquire(id: string, key: string, holding: Holding | null): Later<number> {
    return this.#answer(() => {
      const desk = this.#permits(id)
      const claim = this.#claim(desk, key, holding)
      const token = desk.take(claim)
      if (token !== null) return token
      const answer = this.#self.defer<number>()
      claim.answer = answer
      desk.enqueue(claim, 'refusable')
      return answer
    })
  }

  tryAcquire(id: string, key: string, holding: Holding | null): Later<number | null> {
    return this.#answer(() => {
      const desk = this.#permits(id)
      return desk.take(this.#claim(desk, key, holding))
    })
  }

  partyOf(id: string, key: string): Later<Party> {
    return this.#answer(() => this.#grant([id, key]).claim.party)
  }

  release(id: string, token: number, key: string | null): Later<void> {
    return this.#answer(() => this.#permits(id).release(this.#callers.current, token, key))
  }

  giveUp(id: string, key: string, why: GivenUp): void {
    this.#desks.get(id)?.giveUp(key, why)
  }

  resize(id: string, permits: number): Later<void> {
    return this.#answer(() => this.#permits(id).resize(permits))
  }

  set(id: string): Later<void> {
    return this.#answer(() => this.#event(id).set())
  }

  clear(id: string): Later<void> {
    return this.#answer(() => this.#event(id).clear())
  }

  isSet(id: string): Later<boolean> {
    return this.#answer(() => this.#event(id).isSet)
  }

  waitForSet(id: string, key: string): Later<number> {
    return this.#answer(() => {
      const desk = this.#event(id)
      if (desk.isSet) return desk.current
      const answer = this.#self.defer<number>()
      desk.wait(key, this.#callers.using(desk), answer)
      return answer
    })
  }

  waitForNotice(id: string, key: string, under: Under | null): Later<Reacquired> {
    return this.#answer(() => {
      const desk = this.#condition(id)
      const answer = this.#self.defer<Reacquired>()
      desk.wait(key, this.#callers.using(desk), keyOf(under), answer)
      return answer
    })
  }

  rejoin(id: string, key: string, under: Under | null): Later<Reacquired> {
    return this.#answer(() => {
      const answer = this.#self.defer<Reacquired>()
      this.#condition(id).rejoin(key, this.#callers.current, keyOf(under), answer)
      return answer
    })
  }

  notify(id: string, count: number, under: Under | null): Later<number> {
    return this.#answer(() => this.#condition(id).notify(count, this.#callers.current, keyOf(under)))
  }

  arrive(id: string, key: string, patience: 'poll' | 'wait'): Later<Passed> {
    return this.#answer(() => {
      const desk = this.#barrier(id)
      const answer = this.#self.defer<Passed>()
      desk.arrive(key, this.#callers.using(desk), answer)
      if (patience === 'poll') desk.poll(key)
      return answer
    })
  }

  acted(id: string, key: string, outcome: 'done' | 'failed'): Later<void> {
    return this.#answer(() => this.#barrier(id).acted(key, outcome))
  }

  abort(id: string): Later<void> {
    return this.#answer(() => this.#barrier(id).abort())
  }

  reset(id: string): Later<void> {
    return this.#answer(() => this.#barrier(id).reset())
  }

  isBroken(id: string): Later<boolean> {
    return this.#answer(() => this.#barrier(id).broken)
  }

  waitsOf(parties: readonly Party[]): Later<readonly WaitView[]> {
    return this.#answer(() => this.#book.viewsOf(parties))
  }

  look(): void {
    this.#lookout.look()
  }

  never(): Later<never> {
    return this.#self.defer<never>()
  }

  /** What is wrong with a call is its caller's error, and no end of the owner. */
  #answer<Value>(run: () => Later<Value>): Later<Value> {
    try {
      return run()
    } catch (error) {
      const answer = this.#self.defer<Value>()
      answer.reject(error)
      return answer
    }
  }

  #make(spec: LockSpec, what: string): Desk {
    const [book, tokens] = [this.#book, this.#tokens]
    switch (spec.kind) {
      case 'lock':
      case 'rlock':
        return new PermitDesk({ what, permits: 1, reentrant: spec.kind === 'rlock', book, tokens })
      case 'semaphore':
      case 'bounded semaphore':
        return new PermitDesk({ what, permits: spec.permits, reentrant: false, book, tokens })
      case 'event':
        return new EventDesk(what, spec.isSet)
      case 'condition':
        return new ConditionDesk(what, this.#permits(spec.lock))
      case 'barrier':
        return new BarrierDesk(what, spec.parties, spec.hasAction)
      default:
        return spec satisfies never
    }
  }

  /** A claim of the current caller, or of the holder of the lease that it has. */
  #claim(desk: PermitDesk, key: string, holding: Holding | null): LockClaim {
    const caller = this.#callers.using(desk)
    const elsewhere = holding !== null && 'party' in holding ? holding.party : null
    const lease = holding === null || 'party' in holding ? null : this.#grant(holding)
    const holder = lease?.claim.caller ?? caller
    if (lease !== null) holder.used.add(desk)
    return {
      key,
      holder: holder.address,
      caller: holder,
      // Code outside of actors has no name of its own: each call stands for itself, unless it says which lease it has.
      party: lease?.claim.party ?? elsewhere ?? (caller.kind === 'actor' ? caller.address : key),
      path: holder.path,
      nested: holding !== null,
      answer: null,
      wait: null,
      besides: [],
      lost: null,
      rejoined: null,
    }
  }

  /** What a lease stands for. Throws NotHeldError. */
  #grant([id, key]: Under): Grant<LockClaim> {
    const desk = this.#permits(id)
    const grant = desk.grantOf(key)
    if (grant === null) throw new NotHeldError(desk.what, 'is not held by the lease that wants more: it was given back')
    return grant
  }

  #permits(id: string): PermitDesk {
    return this.#find(id, PermitDesk)
  }

  #event(id: string): EventDesk {
    return this.#find(id, EventDesk)
  }

  #condition(id: string): ConditionDesk {
    return this.#find(id, ConditionDesk)
  }

  #barrier(id: string): BarrierDesk {
    return this.#find(id, BarrierDesk)
  }

  #find<Kind extends Desk>(id: string, kind: new (...args: never[]) => Kind): Kind {
    const desk = this.#desks.get(id)
    if (desk instanceof kind) return desk
    throw new LockClosedError(`lock ${id}`)
  }
}

function keyOf(under: Under | null): string | null {
  return under === null ? null : under[1]
}
