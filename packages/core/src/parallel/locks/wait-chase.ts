/**
 * Finds circles of those who wait for each other over the locks of several owners, by asking all owners for what somebody waits, then
 * for what those wait who must let go, and so on: edge chasing (Chandy, Misra, Haas 1983), with the chain gathered by the one who asks.
 *
 * What was gathered was true at different times. So it is asked for a second time, and counts where the very same waits are there
 * again: all of them then stood at one moment, between the last first answer and the first second one, and a wait that stood at both
 * ends of a time was not granted in between. Whoever is in a circle at one moment stays there, unless somebody gives up.
 */
import { type Party, type Waits, findKnot, findWaitCycle } from './wait-graph.ts'
import { type WaitView, newestOf } from './wait-view.ts'

/** A chase that comes to so many ends without a circle: nobody waits in such a chain but one that a peer makes up. */
const MOST_PARTIES = 10_000

/** What all owners say: for what these parties wait. */
export type Asking = (parties: readonly Party[]) => Promise<readonly WaitView[]>

/** Who is refused. */
export interface Victim {
  readonly wait: WaitView
  /** The paths in its circle, its own first. */
  readonly cycle: readonly string[]
}

/**
 * One for each knot of circles that those are in whom `starts` depend on: the wait that began last, which is the same one whoever
 * asks. Only those for which `isOwn` holds: the others are found by the owners that have them.
 */
export async function findVictims(
  starts: Iterable<Party>,
  ask: Asking,
  isOwn: (wait: WaitView) => boolean,
): Promise<readonly Victim[]> {
  const first = await gather(starts, ask)
  const suspects = victimsIn(first, isOwn)
  if (suspects.length === 0) return suspects
  const second = byParty(first.keys(), await ask([...first.keys()]))
  const ids = new Set(suspects.map(({ wait }) => wait.id))
  return victimsIn(steady(first, second), isOwn).filter(({ wait }) => ids.has(wait.id))
}

/** By party, all that it waits for. A party that waits for nothing is there, too. */
type Known = ReadonlyMap<Party, readonly WaitView[]>

async function gather(starts: Iterable<Party>, ask: Asking): Promise<Known> {
  const known = new Map<Party, readonly WaitView[]>()
  let ends = new Set(starts)
  while (ends.size > 0) {
    if (known.size + ends.size > MOST_PARTIES) return new Map()
    const answers = byParty(ends, await ask([...ends]))
    for (const [party, views] of answers) known.set(party, views)
    const holders = [...answers.values()].flatMap((views) => views.flatMap((view) => view.holders))
    ends = new Set(holders.filter((holder) => !known.has(holder)))
  }
  return known
}

function byParty(parties: Iterable<Party>, views: readonly WaitView[]): Known {
  const known = new Map<Party, WaitView[]>(Array.from(parties, (party) => [party, []]))
  for (const view of views) known.get(view.party)?.push(view)
  return known
}

/** The second answers, without those who began or ended a wait since the first. */
function steady(first: Known, second: Known): Known {
  const idsOf = (views: readonly WaitView[] = []): string => JSON.stringify(views.map(({ id }) => id).sort())
  return new Map([...second].map(([party, views]) => [party, idsOf(views) === idsOf(first.get(party)) ? views : []]))
}

function victimsIn(known: Known, isOwn: (wait: WaitView) => boolean): readonly Victim[] {
  const waits: Waits = { of: (party) => (known.get(party) ?? []).map(({ holders }) => holders) }
  const victims = new Map<string, Victim>()
  const done = new Set<Party>()
  for (const [party, views] of known) {
    if (done.has(party) || !views.some(isOwn)) continue
    const knot = new Set(findKnot(party, waits))
    for (const one of knot) done.add(one)
    const wait = newestOf(
      [...knot].flatMap((one) => known.get(one) ?? []).filter(({ holders }) => holders.some((one) => knot.has(one))),
    )
    const cycle = wait === null || !isOwn(wait) ? null : findWaitCycle(wait.party, waits)
    if (wait !== null && cycle !== null)
      victims.set(wait.id, { wait, cycle: cycle.map((one) => known.get(one)?.[0]?.path ?? one) })
  }
  return [...victims.values()]
}
