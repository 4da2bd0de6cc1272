/**
 * Randomness that can be replayed: tests and simulations pass a seed.
 */

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number

/** The platform's random numbers, for jitter. Not for secrets. */
export const systemRandom: Random = () => Math.random()

/** The same numbers for the same seed, on every platform (splitmix32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    mixed ^= mixed >>> 15
    return (mixed >>> 0) / 4_294_967_296
  }
}
