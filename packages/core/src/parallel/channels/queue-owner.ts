/**
 * The actor that owns a queue. Nobody shares anything with it: consumers wait here, and who dies is forgotten here.
 */
import { actor } from '../../index.ts'
import type { ActorDefinition, AnyRef, Self } from '../../index.ts'
import { DeliverySettledError, QueueClosedError, TaskDoneError } from './errors.ts'
import { ALL_DONE, DONE, FAILED, Lines } from './lines.ts'
import type { Parcel } from './parcel.ts'
import { Parties } from './parties.ts'
import { type Holder, Iteration, QueueLine, Waiter } from './queue-claims.ts'
import { QueueEngine, type QueueSettings } from './queue-engine.ts'
import type { Item } from './queue-store.ts'

export const QueueOwner: ActorDefinition<QueueMessages, readonly [settings: QueueSettings, deadLetters?: AnyRef | null]> = actor({
  name: 'troupe.Queue',
  module: import.meta.url,
  setup: (self: Self, settings: QueueSettings, deadLetters: AnyRef | null = null) =>
    new QueueMessages(self, settings, deadLetters),
})

/** Its methods are the messages that a queue's handles send: with the line, and the number of the call. */
export class QueueMessages {
  readonly #self: Self
  readonly #settings: QueueSettings
  readonly #deadLetters: AnyRef | null
  readonly #engine: QueueEngine
  readonly #lines: Lines<QueueLine>
  readonly #parties: Parties<Holder>

  constructor(self: Self, settings: QueueSettings, deadLetters: AnyRef | null) {
    this.#self = self
    this.#settings = settings
    this.#deadLetters = deadLetters
    this.#lines = new Lines(self, (id, lost) => new QueueLine(id, lost))
    this.#parties = new Parties<Holder>(
      self,
      () => ({ claims: new Set() }),
      (party, reason) => this.#engine.forget(party, reason),
    )
    this.#engine = new QueueEngine(settings, {
      after: (ms, method, about) => self.after(ms, method, about),
      bury: ({ parcel, deliveries }, cause) => void deadLetters?.tell('bury', { parcel, deliveries, cause }),
      finished: () => void self.ref.tell('finish'),
    })
  }

  line(id: string): QueueLine {
    return this.#lines.get(id)
  }

  /** If its node is gone, the notice of that comes next, and says why. */
  lineLost(id: string): void {
    void this.#self.ref.tell('lineGone', id)
  }

  lineGone(id: string): void {
    const line = this.#lines.find(id)
    this.#lines.forget(id)
    if (line !== undefined) this.#engine.forget(line, { kind: 'not-found' })
  }

  /** Answers nothing, or at the deadline how many values there is room for. */
  put(id: string, call: number, parcel: Parcel, priority: number, timeout: number): void {
    const line = this.#lines.get(id)
    const engine = this.#engine
    if (engine.closed !== null) line.say(call, FAILED, new QueueClosedError(engine.closed))
    else if (!engine.waits('put') && engine.hasRoom) {
      engine.accept(parcel, priority)
      line.say(call, DONE, undefined)
      engine.serve()
    } else if (timeout === 0) line.say(call, DONE, this.#settings.maxSize)
    else engine.wait(new Waiter(line, this.#parties.asking(), 'put', call, { parcel, priority }), timeout)
  }

  /** Many calls of put, without deadlines. */
  putAll(id: string, first: number, parcels: readonly Parcel[]): void {
    const line = this.#lines.get(id)
    const engine = this.#engine
    let done = 0
    if (engine.closed === null && !engine.waits('put')) {
      for (; done < parcels.length && engine.hasRoom; done++) engine.accept(parcels[done], 0)
      if (done > 0) line.say(first, ALL_DONE, done)
    }
    for (; done < parcels.length; done++) this.put(id, first + done, parcels[done], 0, Number.POSITIVE_INFINITY)
    engine.serve()
  }

  /** Answers with the value and its place, or its token and deliveries; with nothing at the deadline. */
  get(id: string, call: number, timeout: number): void {
    const isLong = this.#settings.ack === 'manual' || this.#engine.isEmpty
    this.#get(new Waiter(this.#lines.get(id), isLong ? this.#parties.asking() : null, 'get', call), timeout)
  }

  /** The next batch of an iteration; of the last one it has had everything. */
  fetch(id: string, call: number, number: number): void {
    const line = this.#lines.get(id)
    let iteration = line.iterations.get(number)
    if (iteration === undefined) this.#engine.add((iteration = new Iteration(line, this.#parties.asking(), number)))
    iteration.tookAll()
    this.#get(new Waiter(line, iteration.party, 'get', call, { iteration }), Number.POSITIVE_INFINITY)
  }

  /** An iteration has had so many of a batch. */
  handed(id: string, number: number, batch: number, count: number): void {
    const iteration = this.#iteration(id, number)
    if (iteration === undefined || iteration.batch !== batch) return
    iteration.confirmed = Math.min(count, iteration.lent.length)
    this.#engine.serve()
  }

  /** An iteration has had so many of a batch, and gives the others back. */
  back(id: string, number: number, batch: number, handed: number): void {
    const iteration = this.#iteration(id, number)
    if (iteration?.batch === batch) this.#engine.giveBack(iteration.takeBack(handed))
  }

  /** An iteration is over. A later batch than the one that it speaks of has not reached it. */
  leave(id: string, number: number, batch: number, handed: number): void {
    const iteration = this.#iteration(id, number)
    if (iteration === undefined) return
    const rest = iteration.takeBack(iteration.batch === batch ? handed : 0)
    this.#engine.leave(iteration)
    for (const waiter of iteration.line.waiters.values()) if (waiter.iteration === iteration) this.#engine.drop(waiter)
    this.#engine.giveBack(rest)
  }

  /** A value that came for a call which had been given up. */
  unget(_id: string, parcel: Parcel, seq: number, priority: number): void {
    this.#engine.giveBack([{ seq, parcel, priority, deliveries: 0 }])
  }

  /** Answers true when there is a value, or never will be again; false at the deadline. */
  ready(id: string, call: number, timeout: number): void {
    const line = this.#lines.get(id)
    const engine = this.#engine
    if (!engine.isEmpty || engine.isOver) line.say(call, DONE, true)
    else if (timeout === 0) line.say(call, DONE, false)
    else {
      engine.wait(new Waiter(line, this.#parties.asking(), 'ready', call), timeout)
      engine.serve()
    }
  }

  cancel(id: string, call: number): void {
    const waiter = this.#lines.find(id)?.waiters.get(call)
    if (waiter === undefined) return
    this.#engine.drop(waiter)
    this.#engine.serve()
  }

  done(id: string, call: number, token: number): void {
    this.#settle(id, call, token, 'done', () => this.#engine.finished(1))
  }

  failed(id: string, call: number, token: number, error: unknown): void {
    this.#settle(id, call, token, 'failed', (item) => this.#engine.redeliver(item, error))
  }

  /** A delivery that came for a call which had been given up: as if it had never been. */
  undeliver(_id: string, token: number): void {
    const item = this.#engine.release(token)
    if (item === undefined) return
    item.deliveries--
    this.#engine.giveBack([item])
  }

  taskDone(id: string, call: number): void {
    const engine = this.#engine
    const line = this.#lines.get(id)
    engine.isCounted = true
    if (engine.unfinished === 0) {
      line.say(call, FAILED, new TaskDoneError())
      return
    }
    engine.finished(1)
    line.say(call, DONE, undefined)
    engine.serve()
  }

  join(id: string, call: number): void {
    const engine = this.#engine
    const line = this.#lines.get(id)
    engine.isCounted = true
    if (engine.unfinished === 0) line.say(call, DONE, undefined)
    else engine.wait(new Waiter(line, this.#parties.asking(), 'join', call), Number.POSITIVE_INFINITY)
  }

  stats(id: string, call: number): void {
    this.#lines.get(id).say(call, DONE, this.#engine.stats())
  }

  close(id: string, call: number, pending: 'drain' | 'discard'): void {
    this.#engine.close(pending)
    this.#lines.get(id).say(call, DONE, undefined)
    this.#engine.serve()
  }

  /** To a queue of dead letters: one more. */
  bury(letter: Parcel): void {
    this.#engine.accept(letter, 0)
    this.#engine.serve()
  }

  /** To a queue of dead letters: there will be no more. */
  seal(): void {
    this.#engine.close('drain')
    this.#engine.serve()
  }

  /** From itself: a deadline has passed. */
  expire(waiter: unknown): void {
    if (waiter instanceof Waiter) this.#engine.expire(waiter)
  }

  /** From itself: an iteration did not come back soon. */
  slow(iteration: unknown): void {
    if (iteration instanceof Iteration) this.#engine.slow(iteration)
  }

  /** From itself: closed, and nothing is left to do. */
  async finish(): Promise<void> {
    await this.#lines.drained()
    if (this.#deadLetters !== null) void this.#deadLetters.tell('seal')
    this.#self.stop()
  }

  #get(waiter: Waiter, timeout: number): void {
    const engine = this.#engine
    if (!engine.waits('get') && !engine.isEmpty) engine.grant(waiter)
    else if (engine.isOver && engine.closed !== null) waiter.settle(FAILED, new QueueClosedError(engine.closed))
    else if (timeout === 0) waiter.settle(DONE, undefined)
    else engine.wait(waiter, timeout)
    engine.serve()
  }

  #settle(id: string, call: number, token: number, action: 'done' | 'failed', settle: (item: Item) => void): void {
    const line = this.#lines.get(id)
    const item = this.#engine.release(token)
    if (item === undefined) {
      line.say(call, FAILED, new DeliverySettledError(action))
      return
    }
    settle(item)
    line.say(call, DONE, undefined)
    this.#engine.serve()
  }

  #iteration(id: string, number: number): Iteration | undefined {
    return this.#lines.find(id)?.iterations.get(number)
  }
}
