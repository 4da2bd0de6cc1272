/**
 * Lives that are tied over the link: pairs of an actor at the peer and one on this side. Both ends keep the same pairs.
 * When the session ends, each one on this side hears that its partner is gone.
 */
import { formatAddress } from '../model/address.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Target } from '../model/target.ts'

interface Pair {
  readonly far: Target
  readonly near: Target
  /** Whether the near one hears of the far one's end: it said so itself, or it may be ended from there anyway. */
  readonly isHeard: boolean
}

export class LinkTable {
  readonly #pairs = new Map<string, Pair>()
  /** Pairs that only the peer spoke of. */
  readonly #theirs = new Set<string>()

  get size(): number {
    return this.#pairs.size
  }

  /** How many pairs only the peer spoke of. */
  get theirs(): number {
    return this.#theirs.size
  }

  /** An actor of this side tied itself to one at the peer. */
  add(far: Target, near: Target): void {
    const key = keyOf(far, near)
    this.#theirs.delete(key)
    this.#pairs.set(key, { far, near, isHeard: true })
  }

  /** The peer says that one of its actors tied itself to one of this side. */
  addTheirs(far: Target, near: Target, isHeard: boolean): void {
    const key = keyOf(far, near)
    if (this.#pairs.has(key)) return
    this.#theirs.add(key)
    this.#pairs.set(key, { far, near, isHeard })
  }

  /** How they were tied; null when they were not. */
  remove(far: Target, near: Target): 'heard' | 'unheard' | null {
    const key = keyOf(far, near)
    const pair = this.#pairs.get(key)
    if (pair === undefined) return null
    this.#pairs.delete(key)
    this.#theirs.delete(key)
    return pair.isHeard ? 'heard' : 'unheard'
  }

  end(reason: ExitReason): void {
    const pairs = [...this.#pairs.values()]
    this.#pairs.clear()
    this.#theirs.clear()
    for (const { far, near, isHeard } of pairs) {
      if (isHeard) near.linkedExit(far, reason)
      else near.unlink(far)
    }
  }
}

function keyOf(far: Target, near: Target): string {
  return `${formatAddress(far.address)} ${formatAddress(near.address)}`
}
