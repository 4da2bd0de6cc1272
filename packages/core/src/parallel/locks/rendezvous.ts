/**
 * The policy of barriers, as a state machine: who has come, when all are there, and when it is broken. When a round is full
 * its last party acts, if there is something to do, then all go on. Who comes meanwhile is of the next round.
 */

/** Somebody who waits at a barrier. */
export interface Arrival<Visitor> {
  readonly key: string
  /** 0 for the first one that came in its round. */
  readonly index: number
  readonly visitor: Visitor
}

/** What is to be done after a change, in this order. */
export type RoundEffect<Visitor> =
  /** All are there: they go on. */
  | { readonly kind: 'go'; readonly arrivals: readonly Arrival<Visitor>[] }
  /** All are there: the last one shall act. */
  | { readonly kind: 'act'; readonly arrival: Arrival<Visitor> }
  /** The round fails for them. */
  | { readonly kind: 'fail'; readonly arrivals: readonly Arrival<Visitor>[] }

/** How a round fails: only this one, or with all that follow until `reset`. */
export type Failing = 'once' | 'until-reset'

export class Rendezvous<Visitor> {
  readonly #parties: number
  readonly #hasAction: boolean
  #here = new Map<string, Arrival<Visitor>>()
  /** Those who came while somebody acts. */
  #next = new Map<string, Visitor>()
  /** The key of the one who acts, while it does. */
  #acting: string | null = null
  #broken = false

  constructor(parties: number, hasAction: boolean) {
    this.#parties = parties
    this.#hasAction = hasAction
  }

  /** Until `reset`. */
  get broken(): boolean {
    return this.#broken
  }

  /** Those of this round who are here. */
  get waiting(): number {
    return this.#here.size
  }

  /** Not while it is broken. */
  arrive(key: string, visitor: Visitor): readonly RoundEffect<Visitor>[] {
    if (this.#acting !== null) {
      this.#next.set(key, visitor)
      return NOTHING
    }
    const arrival = { key, index: this.#here.size, visitor }
    this.#here.set(key, arrival)
    if (this.#here.size < this.#parties) return NOTHING
    if (this.#hasAction) {
      this.#acting = key
      return [{ kind: 'act', arrival }]
    }
    return [{ kind: 'go', arrivals: this.#leave() }]
  }

  /** The last one has acted. Null when it is not the one who does. */
  acted(key: string): readonly RoundEffect<Visitor>[] | null {
    return this.#acting === key ? [{ kind: 'go', arrivals: this.#leave() }, ...this.#admit()] : null
  }

  /** Somebody will not go on: the round fails if it was of this one. */
  leave(key: string, failing: Failing): readonly RoundEffect<Visitor>[] {
    if (this.#next.delete(key) || !this.#here.has(key)) return NOTHING
    return this.fail(failing)
  }

  fail(failing: Failing): readonly RoundEffect<Visitor>[] {
    const arrivals = this.#leave()
    if (failing === 'once') return [{ kind: 'fail', arrivals }, ...this.#admit()]
    this.#broken = true
    const next = [...this.#next].map(([key, visitor], index) => ({ key, index, visitor }))
    this.#next.clear()
    return [{ kind: 'fail', arrivals: [...arrivals, ...next] }]
  }

  /** Whole again; the round of those who wait fails. */
  reset(): readonly RoundEffect<Visitor>[] {
    this.#broken = false
    return this.#here.size === 0 ? NOTHING : this.fail('once')
  }

  #leave(): readonly Arrival<Visitor>[] {
    const gone = [...this.#here.values()]
    this.#here = new Map()
    this.#acting = null
    return gone
  }

  #admit(): readonly RoundEffect<Visitor>[] {
    const next = this.#next
    this.#next = new Map()
    return [...next].flatMap(([key, visitor]) => this.arrive(key, visitor))
  }
}

const NOTHING: readonly never[] = Object.freeze([])
