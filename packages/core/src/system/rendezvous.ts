/**
 * Which member a key belongs to: rendezvous hashing (Thaler and Ravishankar, 1998). Each member draws a number for the key, the
 * highest one has it. So all who know the same members agree without a word, in whatever order they know them, and a member that
 * joins or leaves moves its own share of the keys only. A pure function.
 */

/** What keys are shared out to. */
export interface Candidate {
  /** Unique, and the same on every node. */
  readonly key: string
}

/** The one that `key` belongs to; null when there is none. Costs time in proportion to their number. */
export function rendezvous<Item extends Candidate>(key: string, candidates: Iterable<Item>): Item | null {
  let best: Item | null = null
  let highest = -1
  for (const candidate of candidates) {
    const drawn = draw(key, candidate.key)
    if (best === null || drawn > highest || (drawn === highest && candidate.key > best.key)) {
      best = candidate
      highest = drawn
    }
  }
  return best
}

/** 53 bits out of both texts, spread evenly: two multiplicative hashes side by side, mixed at the end as in murmur3. */
function draw(key: string, candidate: string): number {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (const text of [candidate, '\0', key]) {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      low = Math.imul(low ^ unit, 2_654_435_761)
      high = Math.imul(high ^ unit, 1_597_334_677)
    }
  }
  low = mix(low, high)
  high = mix(high, low)
  return 4_294_967_296 * (high & 0x1f_ffff) + (low >>> 0)
}

function mix(one: number, other: number): number {
  let mixed = Math.imul(one ^ (one >>> 16), 0x85eb_ca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2_ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d)
  return mixed ^ (mixed >>> 16)
}
