/**
 * What a queue does with its values and with who waits for them: mechanism only, without messages. Its owner calls it; it says
 * the answers on the lines of those who called.
 */
import { STOP } from '../../index.ts'
import type { ExitReason } from '../../index.ts'
import { QueueClosedError } from './errors.ts'
import { DONE, FAILED, NEWS } from './lines.ts'
import type { Parcel } from './parcel.ts'
import { type Claim, Held, type Holder, type Iteration, SHARE, Waiter, type WaiterKind } from './queue-claims.ts'
import { createStore, type Item, type QueueOrder, type Store } from './queue-store.ts'

export interface QueueSettings {
  readonly maxSize: number
  readonly order: QueueOrder
  readonly ack: 'auto' | 'manual'
  readonly maxDeliveries: number
}

/** What a queue knows of itself, at one moment. */
export interface QueueStats {
  /** Values that nobody has yet. */
  readonly size: number
  /** Calls of put, and of get, that wait. */
  readonly waitingPuts: number
  readonly waitingGets: number
  /** Deliveries that are neither done nor failed. */
  readonly inHand: number
  /** Values that were put and are not done: what `join` waits for. */
  readonly unfinished: number
  /** How many were put so far, and how many became dead letters. */
  readonly put: number
  readonly dead: number
  readonly closed: boolean
}

/** What the engine cannot do itself. */
export interface EngineHost {
  /** Sends the owner a message later; returns what takes it back. */
  after(ms: number, method: 'expire' | 'slow', about: Waiter | Iteration): () => void
  bury(item: Item, cause: unknown): void
  /** Closed, and nothing is left to do. */
  finished(): void
}

/** Milliseconds beyond which nobody counts for how long a loop has had its batch. */
const LONG = 60_000

const NORMAL: ExitReason = { kind: 'normal' }

export class QueueEngine {
  readonly #settings: QueueSettings
  readonly #host: EngineHost
  readonly #store: Store
  readonly #waiting: Readonly<Record<WaiterKind, Set<Waiter>>> = {
    put: new Set(),
    get: new Set(),
    ready: new Set(),
    join: new Set(),
  }
  readonly #held = new Map<number, Held>()
  readonly #iterations = new Set<Iteration>()
  #seq = 0
  #dead = 0
  /** Values that were put and are not done. */
  unfinished = 0
  /** Somebody counts what is done: the queue stays until all of it is. Written by the owner. */
  isCounted = false
  #closed: ExitReason | null = null
  #isFinished = false

  constructor(settings: QueueSettings, host: EngineHost) {
    this.#settings = settings
    this.#host = host
    this.#store = createStore(settings.order)
  }

  get closed(): ExitReason | null {
    return this.#closed
  }

  get isEmpty(): boolean {
    return this.#store.size === 0
  }

  get hasRoom(): boolean {
    const { maxSize } = this.#settings
    return maxSize === Number.POSITIVE_INFINITY || this.#size < maxSize
  }

  /** Closed, and nothing can come any more: what is in hand may still come back. */
  get isOver(): boolean {
    return this.#closed !== null && this.#size === 0 && this.#held.size === 0
  }

  waits(kind: WaiterKind): boolean {
    return this.#waiting[kind].size > 0
  }

  stats(): QueueStats {
    const { put, get } = this.#waiting
    return {
      size: this.#size,
      waitingPuts: put.size,
      waitingGets: get.size,
      inHand: this.#held.size,
      unfinished: this.unfinished,
      put: this.#seq,
      dead: this.#dead,
      closed: this.#closed !== null,
    }
  }

  accept(parcel: Parcel, priority: number): void {
    this.#store.put({ seq: ++this.#seq, parcel, priority, deliveries: 0 })
    this.unfinished++
  }

  wait(waiter: Waiter, timeout: number): void {
    this.#waiting[waiter.kind].add(waiter)
    if (timeout !== Number.POSITIVE_INFINITY) waiter.cancelTimer = this.#host.after(timeout, 'expire', waiter)
  }

  /** Its deadline has passed. */
  expire(waiter: Waiter): void {
    waiter.cancelTimer = null
    this.#waiting[waiter.kind].delete(waiter)
    if (waiter.kind === 'put') waiter.settle(DONE, this.#settings.maxSize)
    else waiter.settle(DONE, waiter.kind === 'ready' ? false : undefined)
  }

  /** Lets in who waits for room, and gives to who waits for values, as far as there are any. */
  serve(): void {
    const { put, get, ready } = this.#waiting
    for (;;) {
      for (const putter of put) {
        if (!this.hasRoom) break
        put.delete(putter)
        this.accept(putter.parcel, putter.priority)
        putter.settle(DONE, undefined)
      }
      const [getter] = get
      if (getter === undefined || this.#store.size === 0) break
      get.delete(getter)
      this.grant(getter)
    }
    if (this.#store.size > 0 || this.isOver) {
      for (const waiter of ready) waiter.settle(DONE, true)
      ready.clear()
    } else if (get.size > 0 || ready.size > 0) for (const iteration of this.#iterations) this.recall(iteration)
    if (this.isOver) this.#wither()
  }

  /** There is a value for it. */
  grant(waiter: Waiter): void {
    const { line, party, iteration } = waiter
    if (iteration !== null) {
      waiter.settle(DONE, this.#lend(iteration))
      return
    }
    const item = this.#store.take()
    if (item === undefined) return
    if (this.#settings.ack === 'auto') {
      waiter.settle(DONE, [item.parcel, item.seq, item.priority])
      return
    }
    const held = new Held(line, party, item.seq, item)
    this.#held.set(held.token, held)
    waiter.settle(DONE, [item.parcel, held.token, ++item.deliveries])
  }

  add(iteration: Iteration): void {
    this.#iterations.add(iteration)
  }

  leave(iteration: Iteration): void {
    iteration.leave()
    this.#iterations.delete(iteration)
  }

  /** Asks for what the iteration has not had in hand. */
  recall(iteration: Iteration): void {
    if (iteration.recalled || iteration.ahead === 0) return
    iteration.recalled = true
    iteration.line.say(iteration.number, NEWS, undefined)
  }

  /** The iteration still has its batch: it gives back what it has not had in hand, and gets less the next time. */
  slow(iteration: Iteration): void {
    iteration.elapsed = iteration.elapsed === 0 ? SHARE : iteration.elapsed * 2
    const isCounted = iteration.elapsed < LONG
    iteration.cancelTimer = isCounted ? this.#host.after(iteration.elapsed, 'slow', iteration) : null
    this.recall(iteration)
  }

  giveBack(items: readonly Item[]): void {
    for (const item of items) this.#store.giveBack(item)
    this.serve()
  }

  /** A delivery is settled; undefined when it was before. */
  release(token: number): Item | undefined {
    const held = this.#held.get(token)
    this.#held.delete(token)
    held?.settle()
    return held?.item
  }

  redeliver(item: Item, cause: unknown): void {
    if (item.deliveries < this.#settings.maxDeliveries) {
      this.#store.giveBack(item)
      return
    }
    this.#dead++
    this.#host.bury(item, cause)
    this.finished(1)
  }

  /** So many values are done. */
  finished(count: number): void {
    this.unfinished -= count
    if (this.unfinished > 0) return
    for (const waiter of this.#waiting.join) waiter.settle(DONE, undefined)
    this.#waiting.join.clear()
  }

  close(pending: 'drain' | 'discard'): void {
    this.#closed ??= NORMAL
    for (const putter of this.#waiting.put) putter.settle(FAILED, new QueueClosedError(this.#closed))
    this.#waiting.put.clear()
    if (pending === 'drain') return
    const dropped = this.#store.size
    this.#store.clear()
    if (dropped > 0) this.finished(dropped)
  }

  /** Who had these claims is gone: what it has not had comes back, what it had and did not settle is delivered again. */
  forget(holder: Holder, reason: ExitReason): void {
    for (const claim of holder.claims) this.drop(claim, reason)
    this.serve()
  }

  drop(claim: Claim, reason: ExitReason = NORMAL): void {
    if (claim instanceof Waiter) {
      this.#waiting[claim.kind].delete(claim)
      claim.settle(FAILED, new QueueClosedError(reason))
    } else if (claim instanceof Held) {
      this.release(claim.token)
      this.redeliver(claim.item, reason)
    } else {
      for (const item of claim.takeBack(1)) this.#store.giveBack(item)
      this.leave(claim)
    }
  }

  get #size(): number {
    let size = this.#store.size
    for (const { ahead } of this.#iterations) size += ahead
    return size
  }

  /** A batch ends at STOP: the next one is for somebody else. Others that wait have their share. */
  #lend(iteration: Iteration): readonly Parcel[] {
    const share = Math.ceil(this.#store.size / (this.#waiting.get.size + 1))
    const most = Math.min(iteration.window, share)
    const items: Item[] = []
    const parcels: Parcel[] = []
    while (items.length < most) {
      const item = this.#store.take()
      if (item === undefined) break
      items.push(item)
      parcels.push(item.parcel)
      if (item.parcel === STOP) break
    }
    iteration.lend(items)
    iteration.cancelTimer = this.#host.after(SHARE, 'slow', iteration)
    return parcels
  }

  /** Nothing will come any more. */
  #wither(): void {
    for (const getter of this.#waiting.get) getter.settle(FAILED, new QueueClosedError(this.#closed ?? NORMAL))
    this.#waiting.get.clear()
    if (this.#isFinished || (this.isCounted && this.unfinished > 0)) return
    this.#isFinished = true
    this.#host.finished()
  }
}
