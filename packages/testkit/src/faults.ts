/**
 * What goes wrong on links that a test wraps: by chance, which a seed repeats, and on command. `withFaults` applies it.
 */
import { type Clock, systemClock } from '@troupe/core/transport'
import { seededRandom } from './seeded-random.ts'

/**
 * What may happen to one frame. `duplicate`: it comes twice. `reorder`: the next one overtakes it. `lose`: it is lost, and the
 * link stays. `truncate`: its end is missing. `corrupt`: one bit of it is flipped. `cut`: the link is lost with it.
 * `half-open`: it and what follows in its direction wait for `heal`, and nobody is told.
 */
export type FaultKind = 'duplicate' | 'reorder' | 'lose' | 'truncate' | 'corrupt' | 'cut' | 'half-open'

/** Seen from the end that is wrapped. */
export type FaultWay = 'out' | 'in'

/** Probabilities per frame, from 0 to 1. Default 0. */
export type FaultRates = { readonly [Kind in FaultKind]?: number }

export interface FaultOptions {
  /** Repeats the same faults, delays and bits. Default 1. */
  readonly seed?: number
  readonly rates?: FaultRates
  /** Milliseconds that each frame takes more, or from how many to how many; the order stays. Default 0. */
  readonly delay?: number | readonly [least: number, most: number]
  readonly clock?: Clock
}

/** A wrapped link, as its faults command it. Made by `withFaults`. */
export interface FaultyEnd {
  cut(): void
  setSilent(way: FaultWay, silent: boolean): void
}

/**
 * The faults of any number of links, wrapped by `withFaults`: by chance (`rates`), for the next frame (`next`), or for all links
 * now (`cut`, `halfOpen`, `heal`). Chance is repeated by the seed, as far as the frames are.
 *
 * @example
 * expect(received, faults.log.join(', ')).toEqual(sent) // a failure prints the seed, and what was done
 */
export class Faults {
  readonly seed: number
  readonly clock: Clock
  /** From 0 to 1, repeated by the seed. */
  readonly random: () => number
  /** What was done so far, with the seed: what a failing test prints. */
  readonly log: string[]
  #rates: FaultRates
  readonly #delay: readonly [number, number]
  readonly #next: { readonly [Way in FaultWay]: FaultKind[] } = { out: [], in: [] }
  readonly #ends = new Set<FaultyEnd>()

  constructor({ seed = 1, rates = {}, delay = 0, clock = systemClock }: FaultOptions = {}) {
    this.seed = seed
    this.clock = clock
    this.random = seededRandom(seed)
    this.log = [`seed ${seed}`]
    this.#rates = rates
    this.#delay = typeof delay === 'number' ? [delay, delay] : delay
  }

  /** How many wrapped links are open, or wait for `heal` to close. */
  get open(): number {
    return this.#ends.size
  }

  /** From now on these probabilities; {} for none. */
  set(rates: FaultRates): void {
    this.#rates = rates
  }

  /** The next frame in this direction has this fault. Said twice, the next two have. */
  next(kind: FaultKind, way: FaultWay = 'out'): void {
    this.#next[way].push(kind)
  }

  /** Loses every link, with what is on its way. */
  cut(): void {
    for (const end of this.#ends) end.cut()
  }

  /**
   * From now on nothing passes in this direction on the links that are open, and nobody is told: it waits for `heal`. To the
   * sender it is a peer that stopped reading: above 1 MiB `send` is false. Heal before a test ends, else links stay open.
   */
  halfOpen(way: FaultWay | 'both' = 'both'): void {
    for (const end of this.#ends) for (const one of waysOf(way)) end.setSilent(one, true)
  }

  /** Ends every silence, and the faults by chance: what waited arrives. */
  heal(): void {
    this.#rates = {}
    for (const end of this.#ends) for (const way of waysOf('both')) end.setSilent(way, false)
  }

  /** For wrapped links: what happens to this frame. Override it to choose by the frame's bytes, such as its first one (docs/WIRE.md). */
  decide(way: FaultWay, _frame: Uint8Array): FaultKind | null {
    const kind = this.#next[way].shift() ?? this.#byChance()
    if (kind !== null) this.log.push(`${way}: ${kind}`)
    return kind
  }

  /** For wrapped links: milliseconds that the next frame takes. */
  delay(): number {
    const [least, most] = this.#delay
    return most === 0 ? 0 : least + (most - least) * this.random()
  }

  attach(end: FaultyEnd): void {
    this.#ends.add(end)
  }

  detach(end: FaultyEnd): void {
    this.#ends.delete(end)
  }

  #byChance(): FaultKind | null {
    for (const kind of KINDS) {
      const rate = this.#rates[kind] ?? 0
      if (rate > 0 && this.random() < rate) return kind
    }
    return null
  }
}

const KINDS: readonly FaultKind[] = ['duplicate', 'reorder', 'lose', 'truncate', 'corrupt', 'cut', 'half-open']

function waysOf(way: FaultWay | 'both'): readonly FaultWay[] {
  return way === 'both' ? ['out', 'in'] : [way]
}
