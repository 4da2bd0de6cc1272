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
}

export class LinkTable {
  readonly #pairs = new Map<string, Pair>()

  get size(): number {
    return this.#pairs.size
  }

  add(far: Target, near: Target): void {
    this.#pairs.set(keyOf(far, near), { far, near })
  }

  /** True when they were tied. */
  remove(far: Target, near: Target): boolean {
    return this.#pairs.delete(keyOf(far, near))
  }

  end(reason: ExitReason): void {
    const pairs = [...this.#pairs.values()]
    this.#pairs.clear()
    for (const { far, near } of pairs) near.linkedExit(far, reason)
  }
}

function keyOf(far: Target, near: Target): string {
  return `${formatAddress(far.address)} ${formatAddress(near.address)}`
}
