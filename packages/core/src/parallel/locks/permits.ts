/**
 * The policy of locks and semaphores, as a state machine without time, messages or actors: who holds a permit, who waits,
 * and who is next. Whoever came first is served first, and nobody overtakes those who wait. A reentrant lock is one permit
 * that its holder may take again.
 */
import type { Tokens } from './tokens.ts'

/** One wish for a permit. */
export interface Claim {
  /** Names it; nobody else has the same. */
  readonly key: string
  /** Who wants the permit: the address of an actor, or of a node. */
  readonly holder: string
}

/** A permit that is out. */
export interface Grant<Wish extends Claim> {
  readonly claim: Wish
  /** Rising with every grant. */
  readonly token: number
}

export class Permits<Wish extends Claim> {
  /** What is out, by key. */
  readonly #granted = new Map<string, Grant<Wish>>()
  /** The first one waits longest. */
  readonly #waiting = new Map<string, Wish>()
  readonly #reentrant: boolean
  #limit: number
  readonly #tokens: Tokens

  constructor(limit: number, reentrant: boolean, tokens: Tokens) {
    this.#limit = limit
    this.#reentrant = reentrant
    this.#tokens = tokens
  }

  get granted(): readonly Grant<Wish>[] {
    return [...this.#granted.values()]
  }

  get waiting(): readonly Wish[] {
    return [...this.#waiting.values()]
  }

  grantOf(key: string): Grant<Wish> | null {
    return this.#granted.get(key) ?? null
  }

  /** The claim of that key that waits. */
  wishOf(key: string): Wish | null {
    return this.#waiting.get(key) ?? null
  }

  /** What a holder has. */
  heldBy(holder: string): readonly Grant<Wish>[] {
    return this.granted.filter(({ claim }) => claim.holder === holder)
  }

  /** The permit, where it is to be had at once; null and no trace of it where it is not. */
  take(claim: Wish): Grant<Wish> | null {
    const mayPass = this.#reentrant && this.#isOwn(claim)
    return mayPass || (this.#waiting.size === 0 && this.#hasRoom()) ? this.#grant(claim) : null
  }

  /** Puts the claim behind all that wait. */
  enqueue(claim: Wish): void {
    this.#waiting.set(claim.key, claim)
  }

  /** The claim is no more, held or waiting. Returns whether it was there. */
  drop(key: string): boolean {
    return this.#granted.delete(key) || this.#waiting.delete(key)
  }

  /** Fewer permits than are out: nobody loses one, and none is given until enough came back. */
  resize(limit: number): void {
    this.#limit = limit
  }

  /** Hands free permits to those who wait, the first one first. Call it after each change. */
  serve(): readonly Grant<Wish>[] {
    if (this.#waiting.size === 0) return NOTHING
    const served: Grant<Wish>[] = []
    for (const claim of this.#waiting.values()) {
      if (!this.#hasRoom() && !(this.#reentrant && this.#isOwn(claim))) break
      this.#waiting.delete(claim.key)
      served.push(this.#grant(claim))
    }
    return served
  }

  #hasRoom(): boolean {
    return this.#granted.size < this.#limit
  }

  /** Whether whoever claims it holds it already. */
  #isOwn({ holder }: Claim): boolean {
    for (const { claim } of this.#granted.values()) return claim.holder === holder
    return false
  }

  #grant(claim: Wish): Grant<Wish> {
    const grant = { claim, token: this.#tokens.next() }
    this.#granted.set(claim.key, grant)
    return grant
  }
}

const NOTHING: readonly never[] = Object.freeze([])
