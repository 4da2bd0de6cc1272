/**
 * Finds holders that wait for each other, in what is known of who waits for whom. Nobody is suspected wrongly: somebody who waits
 * for a semaphore is stuck only if all who hold its permits are.
 */

/** Somebody who holds and waits: an actor, or one course of events in code outside of actors. */
export type Party = string

/** Who waits for whom, as a snapshot. */
export interface Waits {
  /** For each lock that the party waits for, who holds it: one of these must let go. */
  of(party: Party): readonly (readonly Party[])[]
}

/** The parties in the circle that `start` is in, each waiting for the next and the last for the first; null when it is in none. */
export function findWaitCycle(start: Party, waits: Waits): readonly Party[] | null {
  const edges = stuckWith(start, waits)
  return edges === null ? null : pathBack(start, edges)
}

/**
 * All parties that are in some circle with `start`, itself included; null when it is in none. It is the same set for each of
 * them, so that all who look at it choose the same one of it.
 */
export function findKnot(start: Party, waits: Waits): readonly Party[] | null {
  const edges = stuckWith(start, waits)
  if (edges === null) return null
  const waiters = new Map<Party, Party[]>()
  for (const party of edges.keys()) waiters.set(party, [])
  // All who are reached are stuck, so each of the holders is one of them.
  for (const [party, wanted] of edges) for (const holder of wanted.flat()) waiters.get(holder)?.push(party)
  const knot = new Set<Party>()
  const queue = [...(waiters.get(start) ?? [])]
  for (let party = queue.pop(); party !== undefined; party = queue.pop()) {
    if (knot.has(party)) continue
    knot.add(party)
    queue.push(...(waiters.get(party) ?? []))
  }
  return knot.has(start) ? [...knot] : null
}

type Edges = ReadonlyMap<Party, readonly (readonly Party[])[]>

/** All that `start` depends on, where none of it can go on; else null. */
function stuckWith(start: Party, waits: Waits): Edges | null {
  const edges = reach(start, waits)
  if (edges === null) return null
  const stuck = new Set(edges.keys())
  for (let changed = true; changed;) {
    changed = false
    for (const party of stuck) {
      const blocked = edges.get(party)?.every((holders) => holders.length > 0 && holders.every((holder) => stuck.has(holder)))
      if (blocked === true) continue
      stuck.delete(party)
      changed = true
    }
    if (!stuck.has(start)) return null
  }
  return edges
}

/** All that `start` depends on; null as soon as it is clear that it is not stuck. */
function reach(start: Party, waits: Waits): Edges | null {
  const edges = new Map<Party, readonly (readonly Party[])[]>()
  const queue = [start]
  for (let party = queue.pop(); party !== undefined; party = queue.pop()) {
    if (edges.has(party)) continue
    const wanted = waits.of(party)
    if (wanted.length === 0) {
      // Whoever waits for nothing goes on. A lock with one holder is the common case.
      if (edges.size === 1) return null
      continue
    }
    edges.set(party, wanted)
    for (const holders of wanted) queue.push(...holders)
  }
  return edges
}

/** The shortest way from a party to itself. */
function pathBack(start: Party, edges: Edges): readonly Party[] | null {
  const cameFrom = new Map<Party, Party>()
  const queue: Party[] = [start]
  for (const party of queue) {
    for (const next of (edges.get(party) ?? []).flat()) {
      if (next === start) return trail(party, start, cameFrom)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, party)
      queue.push(next)
    }
  }
  return null
}

function trail(end: Party, start: Party, cameFrom: ReadonlyMap<Party, Party>): readonly Party[] {
  const parties: Party[] = []
  for (let party: Party | undefined = end; party !== undefined && party !== start; party = cameFrom.get(party))
    parties.push(party)
  return [start, ...parties.reverse()]
}
