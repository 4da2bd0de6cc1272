/**
 * Names of methods as two connected nodes write them to each other: a name travels with a number once, and as that number
 * from then on. Both ends fill alike tables; what is beyond their size travels as it is.
 */
import type { WireMethod } from './wire.ts'

/** Names in a table. Part of the protocol: both ends must agree. */
export const NAMES = 1_024

/** Longer names are not kept: a peer could fill memory with them. */
export const LONGEST_KEPT = 128

export class MethodNames {
  readonly #numbers = new Map<string, number>()
  /** Numbers given: also for names whose message could not be sent, or which a getter of the same message sent meanwhile. */
  #given = 0
  readonly #known: (string | undefined)[] = []

  /** Call `announced` once the entry was really pushed. */
  write(name: string): WireMethod {
    const number = this.#numbers.get(name)
    if (number !== undefined) return number
    return this.#given >= NAMES || name.length > LONGEST_KEPT ? name : [this.#given++, name]
  }

  /** The entry with this name is on its way: the peer will know its number. */
  announced(wire: WireMethod): void {
    if (typeof wire === 'object') this.#numbers.set(wire[1], wire[0])
  }

  /** The name; null where the peer spelled it wrongly. */
  read(wire: unknown): string | null {
    if (typeof wire === 'number') return this.#known[wire] ?? null
    if (typeof wire === 'string') return wire
    if (!Array.isArray(wire) || wire.length !== 2) return null
    const [number, name] = wire as unknown[]
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= NAMES) return null
    if (typeof name !== 'string' || name.length > LONGEST_KEPT) return null
    this.#known[number] = name
    return name
  }
}
