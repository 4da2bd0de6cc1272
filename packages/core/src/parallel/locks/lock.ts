/**
 * Handles on locks and semaphores. They may be sent anywhere: wherever they arrive, they mean the same one.
 */
import { type Messenger, serializable } from '../../index.ts'
import { type LockWaitOptions, giveUp, toAskOptions, toHolding, toQuickOptions } from './calls.ts'
import { LockTimeoutError } from './errors.ts'
import { Keys } from './keys.ts'
import { Lease } from './lease.ts'
import { type GivenUp, type LockKind, type LockOwnerProtocol, type LockOwnerRef, describeLock } from './protocol.ts'

/** The call itself has no limit; the message in whose handling it is made may have one. */
const PATIENT = { timeout: Number.POSITIVE_INFINITY }

/** Where a handle leads. */
export interface HandleState {
  readonly owner: LockOwnerRef
  readonly id: string
  readonly kind: LockKind
  readonly name: string | null
}

/** What `withLock` is called on. */
export interface Lockable {
  /** Runs `run` while the lock is held, and gives it back however that ends. */
  withLock<Result>(run: (lease: Lease) => Result, options?: LockWaitOptions): Promise<Awaited<Result>>
}

let readState: (lock: Lock) => HandleState

/** Where a lock leads: for conditions. */
export function stateOf(lock: Lock): HandleState {
  return readState(lock)
}

/**
 * One holder at a time; whoever waits longest is next. The holder is the actor that acquires, else the node whose code does. A
 * holder that dies, or whose node is lost, gives its lease back. Not reentrant: who holds it and acquires it again, waits.
 */
export class Lock implements Lockable {
  readonly #state: HandleState
  readonly #keys = new Keys()
  readonly #what: string
  /** The owner, asked without limit. */
  #patient: Messenger<LockOwnerProtocol> | null = null

  static {
    readState = (lock) => lock.#state
  }

  /** Locks come from `createLock` and managers; programs do not construct them. */
  constructor(state: HandleState) {
    this.#state = state
    this.#what = describeLock(state.kind, state.name, state.id)
  }

  /**
   * Waits for its turn. Rejects with LockTimeoutError, with the signal's reason, with DeadlockError when those who hold what it
   * waits for wait for what it holds, and with ActorStoppedError when the owner is gone. Nothing is held then.
   */
  async acquire(options: LockWaitOptions = {}): Promise<Lease> {
    const { timeout } = options
    if (timeout === 0) return this.#poll(options)
    const key = this.#keys.next()
    const { owner, id } = this.#state
    const isPlain = timeout === undefined && options.signal === undefined && options.by === undefined
    const asked = isPlain ? (this.#patient ??= owner.with(PATIENT)) : owner.with(toAskOptions(options))
    try {
      const holding = toHolding(options, owner)
      const token = await asked.ask('acquire', id, key, holding instanceof Promise ? await holding : holding)
      return this.#lease(token, key, options)
    } catch (error) {
      throw giveUp(error, this.#what, timeout, (why) => this.#takeBack(key, why))
    }
  }

  /** What is free at once; null when it is not. */
  async tryAcquire(options: Pick<LockWaitOptions, 'by'> = {}): Promise<Lease | null> {
    const key = this.#keys.next()
    const { owner, id } = this.#state
    try {
      const holding = toHolding(options, owner)
      const asked = owner.with(toQuickOptions(options))
      const token = await asked.ask('tryAcquire', id, key, holding instanceof Promise ? await holding : holding)
      return token === null ? null : this.#lease(token, key, options)
    } catch (error) {
      this.#takeBack(key, { kind: 'aborted' })
      throw error
    }
  }

  /** Runs `run` while it is held, and gives it back however that ends. */
  async withLock<Result>(run: (lease: Lease) => Result, options: LockWaitOptions = {}): Promise<Awaited<Result>> {
    const lease = await this.acquire(options)
    let result: Awaited<Result>
    try {
      result = await run(lease)
    } catch (error) {
      await lease[Symbol.asyncDispose]().catch(() => undefined) // what went wrong first is what the caller is told
      throw error
    }
    await lease[Symbol.asyncDispose]()
    return result
  }

  /** Ends it for all: whoever waits is refused with LockClosedError. Its owner does so for all when it ends. */
  close(): void {
    const { owner, id } = this.#state
    void owner.tell('close', id)
  }

  get [Symbol.toStringTag](): string {
    return this.#what
  }

  async #poll(options: LockWaitOptions): Promise<Lease> {
    options.signal?.throwIfAborted()
    const lease = await this.tryAcquire(options)
    if (lease === null) throw new LockTimeoutError(this.#what, 0)
    return lease
  }

  #lease(token: number, key: string, options: Pick<LockWaitOptions, 'by'>): Lease {
    const { owner, id } = this.#state
    return new Lease({ owner, lock: id, what: this.#what, token }, key, toQuickOptions(options).by)
  }

  /** An answer that is on its way meets nobody: what it grants goes back. */
  #takeBack(key: string, why: GivenUp): void {
    const { owner, id } = this.#state
    void owner.tell('giveUp', id, key, why)
  }
}

/** A lock that its holder may acquire again; it is free when all leases are released. Each has a token of its own. */
export class RLock extends Lock {}

/** As many leases at a time as it has permits. Each belongs to its holder, so that none can be released that was not acquired. */
export class Semaphore extends Lock {
  /** Fewer permits than are out: nobody loses one, and none is given until enough came back. A RangeError below 0. */
  async resize(permits: number): Promise<void> {
    checkPermits(permits)
    const { owner, id } = stateOf(this)
    await owner.ask('resize', id, permits)
  }
}

/** A number of permits. */
export function checkPermits(permits: number): void {
  if (!Number.isSafeInteger(permits) || permits < 0)
    throw new RangeError(`a semaphore has a whole number of permits from 0 up, not ${String(permits)}`)
}

serializable(Lock, { name: 'troupe.Lock', toState: stateOf, fromState: (state: HandleState) => new Lock(state) })
serializable(RLock, { name: 'troupe.RLock', toState: stateOf, fromState: (state: HandleState) => new RLock(state) })
serializable(Semaphore, { name: 'troupe.Semaphore', toState: stateOf, fromState: (state: HandleState) => new Semaphore(state) })
