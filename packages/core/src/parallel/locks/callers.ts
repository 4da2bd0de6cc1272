/**
 * Who calls the owner of locks: the actor that asks, else the node whose code does. Each is watched from its first call on, so
 * that what it holds and waits for ends with it.
 */
import type { ExitReason, Self } from '../../index.ts'

/** Somebody who calls. */
export interface Caller {
  /** Its address: equal for the same actor, and for all code outside of actors on one node. */
  readonly address: string
  /** For people. */
  readonly path: string
  /** The address of its node, as a caller. */
  readonly node: string
  readonly kind: 'actor' | 'node'
  /** What it has used so far. */
  readonly used: Set<Used>
}

/** What hears of a caller's end. */
export interface Used {
  ended(caller: Caller, reason: ExitReason): void
}

export class Callers {
  readonly #self: Self
  readonly #known = new Map<string, Caller>()

  constructor(self: Self) {
    this.#self = self
  }

  /** Who sent the message that is being handled. */
  get current(): Caller {
    const { request } = this.#self
    const { sender } = request
    const ref = sender ?? request.node
    const { address } = ref
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const kind = sender === null ? 'node' : 'actor'
    const caller: Caller = { address, path: ref.path, node: request.node.address, kind, used: new Set() }
    this.#known.set(address, caller)
    const ended = (reason: ExitReason): void => {
      this.#known.delete(address)
      for (const used of caller.used) used.ended(caller, reason)
    }
    // An actor that is started anew knows nothing of what its last life held.
    this.#self.watch(ref, ended, 'life')
    return caller
  }

  /** The current caller, who from now on is told of its end to `used`. */
  using(used: Used): Caller {
    const caller = this.current
    caller.used.add(used)
    return caller
  }

  /** It is no more. */
  forget(used: Used): void {
    for (const caller of this.#known.values()) caller.used.delete(used)
  }
}
