/**
 * The actors that have something open at the owner of a channel. Each is watched once, until it ends.
 */
import type { AnyRef, ExitReason, Self } from '../../index.ts'

export class Parties<Party> {
  readonly #self: Self
  readonly #make: () => Party
  readonly #gone: (party: Party, reason: ExitReason) => void
  readonly #known = new Map<string, Party>()

  constructor(self: Self, make: () => Party, gone: (party: Party, reason: ExitReason) => void) {
    this.#self = self
    this.#make = make
    this.#gone = gone
  }

  /** Who sent the message that is being handled; null for code outside of actors. */
  asking(): Party | null {
    const { sender } = this.#self.request
    return sender === null ? null : this.#of(sender)
  }

  #of(sender: AnyRef): Party {
    const key = sender.address
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const party = this.#make()
    this.#known.set(key, party)
    this.#self.watch(sender, (reason) => {
      this.#known.delete(key)
      this.#gone(party, reason)
    })
    return party
  }
}
