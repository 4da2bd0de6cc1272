/**
 * Children that live on a sibling node go down with it and come up with it, as one restart. OTP has no such thing: its
 * nodes are no processes; the rule is the one of `rest-for-one`, for those who live there only.
 */

/** Where a child lives. */
export interface Placed {
  readonly id: string
  /** The sibling node; null for the supervisor's own. */
  readonly on: string | null
}

/** The children that live on `node`, or on a node that lives there, in start order. */
export function followersOf(places: readonly Placed[], node: string): readonly string[] {
  const lost = new Set([node])
  // One pass is enough: `on` names a sibling declared before.
  for (const place of places) if (place.on !== null && lost.has(place.on)) lost.add(place.id)
  lost.delete(node)
  return [...lost]
}
