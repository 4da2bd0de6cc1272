/**
 * Takes in what a peer says of lives: spawns, ends, watches, links, waits for setup, memberships. What the peer may not cause is refused
 * here, for each of them in its own words.
 */
import { stopSentinel } from '../model/envelope.ts'
import { type ExitReason, NOT_FOUND, isFailure } from '../model/exit-reason.ts'
import type { Target } from '../model/target.ts'
import { DecodeFailure } from '../serialization/arrivals.ts'
import type { Connection } from './connection.ts'
import type { Deliveries } from './deliveries.ts'
import { type EntryFields, failedStart, readError } from './entry-fields.ts'
import { pushError, pushReason } from './portable.ts'
import { stoppedError } from './refusal.ts'
import type { SessionParts } from './session-parts.ts'
import { Entry, LIFE } from './wire.ts'

export interface SignalsOptions {
  readonly connection: Connection
  readonly parts: SessionParts
  readonly fields: EntryFields
  readonly deliveries: Deliveries
}

export class Signals {
  readonly #connection: Connection
  readonly #parts: SessionParts
  readonly #fields: EntryFields
  readonly #deliveries: Deliveries

  constructor({ connection, parts, fields, deliveries }: SignalsOptions) {
    this.#connection = connection
    this.#parts = parts
    this.#fields = fields
    this.#deliveries = deliveries
  }

  take(entry: readonly unknown[], payload: unknown): void {
    const parts = this.#parts
    switch (entry[0]) {
      case Entry.stop:
        return void this.#deliveries.resolveForEnd('stop', entry[1])?.deliver(stopSentinel(this.#fields.reason(payload)))
      case Entry.kill:
        return this.#deliveries.resolveForEnd('kill', entry[1])?.kill()
      case Entry.spawn:
        return this.#spawn(entry, payload)
      case Entry.childReady:
        return parts.children.get(this.#id(entry))?.becameReady()
      case Entry.childEnded:
        return parts.children.get(this.#id(entry))?.hasEnded(this.#fields.reason(payload))
      case Entry.restart:
        return this.#restart(this.#id(entry))
      case Entry.bury:
        return parts.hosted.bury(this.#id(entry), this.#fields.reason(payload))
      case Entry.watch:
        return this.#watch(this.#id(entry), entry[2], entry.length > 4 && entry[3] === LIFE ? 'life' : 'place')
      case Entry.unwatch:
        return parts.watchedHere.remove(this.#id(entry))
      case Entry.down:
        return parts.watches.down(this.#id(entry), this.#fields.reason(payload))
      case Entry.awaitReady:
        return this.#awaitReady(this.#id(entry), entry[2])
      case Entry.ready:
        return parts.waits.ready(this.#id(entry))
      case Entry.notReady:
        return parts.waits.failed(this.#id(entry), readError(payload))
      case Entry.link:
        return this.#link(entry)
      case Entry.unlink:
        return this.#unlink(entry)
      case Entry.exit:
        return this.#exit(entry, this.#fields.reason(payload))
      case Entry.join:
        return parts.groups.join(entry)
      case Entry.leave:
        return parts.groups.leave(entry)
      default:
        throw this.#fields.broken('an entry of no known kind')
    }
  }

  #spawn(entry: readonly unknown[], payload: unknown): void {
    const fields = this.#fields
    const { hosted } = this.#parts
    const seq = fields.amount(entry[1], 'a child')
    const definition = { module: fields.optionalText(entry[2]) ?? undefined, name: fields.text(entry[3], 'a definition') }
    const name = fields.text(entry[4], 'a name')
    const mailbox = fields.mailbox(entry[5])
    const parent = this.#connection.book.readSource(entry[7])
    if (seq === 0 || hosted.has(seq)) throw fields.broken(`child ${seq} is there already`)
    if (payload instanceof DecodeFailure) {
      pushReason(this.#connection.data, [Entry.childEnded, seq], failedStart(name, payload.error))
      return
    }
    const args = fields.list(payload, 'the arguments')
    const refusal = this.#refusalOf(name)
    if (refusal !== null) {
      pushReason(this.#connection.data, [Entry.childEnded, seq], failedStart(name, refusal))
      return
    }
    const onEnd = entry[6] === 1 ? 'held' : 'free'
    hosted.spawn({ origin: this.#connection.peerId, seq, definition, args, name, mailbox, onEnd }, parent)
  }

  /** Why a child of that name may not be spawned; null where it may. */
  #refusalOf(name: string): unknown {
    const { keeper } = this.#connection
    if (keeper === null) return null
    if (!keeper.isChildName(name)) return new TypeError('a child takes a name of 1 to 256 characters without "/", "?" and "#"')
    return keeper.overActors(this.#parts.hosted.size)
  }

  /** One that was refused, or that nobody knows, has ended again: its supervisor waits for word of it. */
  #restart(seq: number): void {
    const { hosted } = this.#parts
    if (hosted.has(seq)) hosted.restart(seq)
    else pushReason(this.#connection.data, [Entry.childEnded, seq], NOT_FOUND)
  }

  #watch(id: number, wire: unknown, of: 'place' | 'life'): void {
    const { data, keeper } = this.#connection
    const { watchedHere, links } = this.#parts
    if (watchedHere.has(id)) throw this.#fields.broken(`watch ${id} is open already`)
    const error = keeper?.overWatches(watchedHere.size + links.theirs) ?? null
    if (error === null) watchedHere.add(id, this.#deliveries.resolve(wire), of)
    else pushReason(data, [Entry.down, id], { kind: 'error', error })
  }

  #awaitReady(wait: number, wire: unknown): void {
    const { data, keeper } = this.#connection
    const error = keeper?.overWaits() ?? null
    if (error !== null) {
      pushError(data, [Entry.notReady, wait], error)
      return
    }
    const target = this.#deliveries.resolve(wire)
    if (target === null) {
      keeper?.waited()
      pushError(data, [Entry.notReady, wait], stoppedError(this.#deliveries.pathOf(wire), NOT_FOUND))
      return
    }
    target.ready().then(
      () => {
        keeper?.waited()
        data.push([Entry.ready, wait], null, 'ready')
      },
      (failure: unknown) => {
        keeper?.waited()
        pushError(data, [Entry.notReady, wait], failure)
      },
    )
  }

  /** The peer's actor ends with this one. This one ends with the peer's only where it said so, or where the peer may end it. */
  #link(entry: readonly unknown[]): void {
    const { book, keeper } = this.#connection
    const { links, watchedHere } = this.#parts
    const far = this.#partner(entry[2])
    if (far === null) return
    const near = this.#deliveries.resolve(entry[1])
    const error = keeper?.overWatches(watchedHere.size + links.theirs) ?? null
    if (near !== null && error === null) {
      links.addTheirs(far, near, keeper === null || keeper.endsWithIts(near))
      near.link(far)
      return
    }
    const address = book.readTarget(entry[1])
    if (address === null) return
    const source = book.spell(address, this.#deliveries.pathOf(entry[1]))
    const reason: ExitReason = error === null ? NOT_FOUND : { kind: 'error', error }
    pushReason(this.#connection.data, [Entry.exit, book.writeTarget(far.address), source], reason)
  }

  /** Null where the peer speaks in the name of somebody else: nobody is there to be told. */
  #partner(wire: unknown): Target | null {
    const far = this.#connection.book.readSource(wire)
    if (far === null && !Array.isArray(wire)) throw this.#fields.broken('nobody is linked')
    return far
  }

  #unlink(entry: readonly unknown[]): void {
    const far = this.#connection.book.readSource(entry[2])
    const near = this.#deliveries.resolve(entry[1])
    if (far === null || near === null) return
    this.#parts.links.remove(far, near)
    near.unlink(far)
  }

  /** After an unlink, an exit that was on its way is not heard. */
  #exit(entry: readonly unknown[], reason: ExitReason): void {
    const far = this.#connection.book.readSource(entry[2])
    const near = this.#deliveries.resolve(entry[1])
    if (far === null || near === null) return
    const tie = this.#parts.links.remove(far, near)
    if (tie === 'heard') near.linkedExit(far, reason)
    else if (tie === 'unheard') near.unlink(far)
    else if (isFailure(reason)) this.#connection.keeper?.mayEnd('exit', near)
  }

  #id(entry: readonly unknown[]): number {
    return this.#fields.number(entry[1], 'a number')
  }
}
