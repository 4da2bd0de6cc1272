/**
 * Who has something open at the owner of a channel: actors, and nodes for what code outside of actors does there. Each is
 * watched once, until it ends.
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

  /** The actor that sent the message which is being handled; null for code outside of actors. */
  actor(): Party | null {
    const { sender } = this.#self.request
    return sender === null ? null : this.#of(sender)
  }

  /** That actor, else the node that the message came from. */
  asking(): Party {
    const { request } = this.#self
    return this.#of(request.sender ?? request.node)
  }

  #of(who: AnyRef): Party {
    const key = who.address
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const party = this.#make()
    this.#known.set(key, party)
    this.#self.watch(who, (reason) => {
      this.#known.delete(key)
      this.#gone(party, reason)
    })
    return party
  }
}
