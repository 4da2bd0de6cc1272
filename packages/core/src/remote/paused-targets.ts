/**
 * Actors at a peer whose mailbox is full: whoever tells them something more is asked to wait, with one promise for all.
 */
import { type Gate, newGate } from './gate.ts'
import { type WireTarget, targetKey } from './wire.ts'

export class PausedTargets {
  readonly #gates = new Map<string | number, Gate>()

  get size(): number {
    return this.#gates.size
  }

  /** Undefined when its mailbox is not known to be full. */
  room(target: WireTarget): Promise<void> | undefined {
    return this.#gates.size === 0 ? undefined : this.#gates.get(targetKey(target))?.promise
  }

  /** The peer says that its mailbox is full. */
  pause(target: WireTarget): void {
    const key = targetKey(target)
    if (!this.#gates.has(key)) this.#gates.set(key, newGate())
  }

  /** The peer says that there is room again. */
  resume(target: WireTarget): void {
    const key = targetKey(target)
    this.#gates.get(key)?.open()
    this.#gates.delete(key)
  }

  end(): void {
    for (const gate of this.#gates.values()) gate.open()
    this.#gates.clear()
  }
}
