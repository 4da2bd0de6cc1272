/**
 * A pool from inside: its router and its fleet, wired together in the pool's actor, and the state that it is in.
 */
import type { DeadLetter, Self } from '../../index.ts'
import { PoolClosedError, type PoolBrokenError, PoolOpenError } from './errors.ts'
import { Fleet } from './fleet.ts'
import { KeepAlive } from './keep-alive.ts'
import type { PoolProtocol } from './messages.ts'
import type { PoolSettings } from './options.ts'
import { Router } from './router.ts'
import type { Slice, Slot } from './slot.ts'
import type { Work } from './work.ts'

/** 'closing': it takes no more work, and does what it has. 'ending': its workers end. */
type PoolState = 'open' | 'closing' | 'ending'

/** What the pool's actor hears. */
export interface PoolHandlers extends PoolProtocol {
  shrink(): void
}

export class PoolCore {
  readonly router: Router
  readonly settings: PoolSettings
  readonly handlers: PoolHandlers
  readonly #self: Self
  readonly #fleet: Fleet
  readonly #keepAlive: KeepAlive
  #state: PoolState = 'open'
  /** Why it takes no work. */
  #refusal: Error | null = null
  /** Resolved when `min` workers are there, or never will be. */
  #started: (() => void) | null = null
  readonly #letters: { unsubscribe(): void }
  /** Resolved when all work is settled. */
  #drained: (() => void)[] = []

  constructor(self: Self, settings: PoolSettings) {
    this.#self = self
    this.settings = settings
    this.#keepAlive = new KeepAlive(self.system.clock)
    this.#fleet = new Fleet(self, settings, {
      ready: () => this.#ready(),
      lost: (slot, reason) => this.router.lost(slot, reason),
      broken: (error) => this.#broken(error),
      isWanted: (slot) => this.router.hasWorkFor(slot),
      closed: (slot) => this.router.release(slot),
      gone: () => self.stop(),
    })
    this.router = new Router({
      clock: self.system.clock,
      slots: this.#fleet.slots,
      retries: settings.retries,
      grace: settings.grace,
      wanted: (place) => this.#wanted(place),
      stuck: (slot) => this.#fleet.kill(slot, { kind: 'killed' }),
      rested: (slot, bytes) => this.#rested(slot, bytes),
      busy: () => this.#keepAlive.hold(),
      idle: () => this.#idle(),
      thrown: (error) => self.log.error('a callback of a pool threw', error),
    })
    this.handlers = this.#handlers()
    this.#letters = self.system.deadLetters.subscribe((letter) => this.#undelivered(letter))
    if (settings.max > settings.min && settings.idleAfter !== Infinity) self.every(Math.max(1, settings.idleAfter), 'shrink')
    self.onStop(() => this.ended(`the system of the pool ended`))
  }

  /** Resolves when the first workers are there. Rejects PoolBrokenError. */
  async start(): Promise<void> {
    const { min } = this.settings
    for (let place = 0; place < min; place++) this.#fleet.start(place)
    this.#keepAlive.hold()
    if (min > 0) await new Promise<void>((resolve) => (this.#started = resolve))
    if (this.router.pending === 0) this.#keepAlive.letGo()
    if (this.#refusal !== null) throw this.#refusal
  }

  /** What work is refused with; null while it is taken. */
  get refusal(): Error | null {
    return this.#refusal
  }

  /** The place that all calls with a key share. */
  placeOf(key: string | number): number {
    let hash = 0
    for (const char of String(key)) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
    return hash % this.settings.max
  }

  add(work: Work): void {
    if (this.#refusal !== null) work.fail(this.#refusal)
    else this.router.add(work)
  }

  /** Takes no more work. Resolves when what was taken is settled. */
  close(): Promise<void> {
    this.#refusal ??= new PoolClosedError('the pool is closed: it takes no more work')
    if (this.#state === 'open') {
      this.#state = 'closing'
      if (this.router.pending === 0) this.#end()
    }
    return new Promise((resolve) => {
      this.#drained.push(resolve)
      if (this.router.pending === 0) this.#idle()
    })
  }

  terminate(): void {
    this.#refusal = new PoolClosedError('the pool was terminated')
    this.router.failAll(this.#refusal, 'quiet')
    this.#end()
  }

  /** Rejects while nobody has closed it. */
  mustBeClosed(): void {
    if (this.#state === 'open') throw new PoolOpenError()
  }

  /** The pool's actor ends: nothing is done any more. */
  ended(why: string): void {
    this.#refusal ??= new PoolClosedError(why)
    this.#state = 'ending'
    this.#letters.unsubscribe()
    this.router.failAll(this.#refusal, 'loud')
    this.#fleet.end()
    this.#keepAlive.end()
    this.#started?.()
  }

  #ready(): void {
    const { min } = this.settings
    const there = this.#fleet.slots.filter(({ state, closed }) => state === 'ready' || closed).length
    if (there >= min) this.#started?.()
    this.router.pump()
  }

  #broken(error: PoolBrokenError): void {
    this.#refusal = error
    this.router.failAll(error, 'loud')
    this.#end()
    this.#started?.()
  }

  #wanted(place: number | null): void {
    const starting = this.#fleet.slots.filter(({ state }) => state === 'starting').length
    if (place !== null || starting < this.router.waiting) this.#fleet.start(place)
  }

  #idle(): void {
    this.#keepAlive.letGo()
    for (const resolve of this.#drained.splice(0)) resolve()
    if (this.#state === 'closing') this.#end()
  }

  #end(): void {
    this.#state = 'ending'
    this.#keepAlive.hold() // somebody may wait for their ends
    this.#fleet.end()
  }

  #rested(slot: Slot, bytes: number): void {
    const { tasks = Infinity, ms = Infinity, memory = Infinity } = this.settings.recycleAfter
    const now = this.#self.system.clock.now()
    if (slot.slices.length === 0) slot.idleSince = now
    if (slot.tasks >= tasks || now - slot.since >= ms || bytes >= memory) this.#fleet.retire(slot)
    this.#fleet.rested(slot)
  }

  #shrink(): void {
    const { min, idleAfter } = this.settings
    const now = this.#self.system.clock.now()
    for (const slot of this.#fleet.slots.toReversed()) {
      if (this.#fleet.size <= min) return
      if (slot.state === 'ready' && !this.router.hasWorkFor(slot) && now - slot.idleSince >= idleAfter) this.#fleet.retire(slot)
    }
  }

  /** The link to a worker is so full that it refused a slice: without this, its tasks would wait for ever. */
  #undelivered({ method, args: [id], target, why }: DeadLetter): void {
    if (why !== 'mailbox-full' || (method !== 'calls' && method !== 'chunk') || typeof id !== 'number') return
    queueMicrotask(() => {
      const slot = this.router.slice(id)?.slot
      if (slot?.worker?.path === target) this.#fleet.kill(slot, { kind: 'killed' })
    })
  }

  #handlers(): PoolHandlers {
    return {
      done: (id, ms, values, failures, bytes) => {
        const slice = this.#sliceOf(id)
        if (slice !== null && Array.isArray(values) && Array.isArray(failures))
          this.router.done(slice.id, ms, values, failures, bytes)
      },
      value: (id, index, value) => {
        const slice = this.#sliceOf(id)
        if (slice !== null) this.router.value(slice, index, value)
      },
      failure: (id, index, error) => {
        const slice = this.#sliceOf(id)
        if (slice !== null) this.router.failure(slice, index, error)
      },
      progress: (id, index, value) => {
        const slice = this.#sliceOf(id)
        if (slice !== null) this.router.progress(slice, index, value)
      },
      shrink: () => this.#shrink(),
    }
  }

  /** What another machine says counts for its own slices only. */
  #sliceOf(id: number): Slice | null {
    const slice = this.router.slice(id)
    if (slice === null || slice.slot.node !== null) return slice
    return this.#fleet.isAt(slice.slot, this.#self.request.sender) ? slice : null
  }
}
