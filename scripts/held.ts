/**
 * What a process holds open, counted, for tests that prove that nothing is left behind. Compared by {@link surplus}, not by
 * equality: vitest's own timers (its reports to the terminal are throttled to one in 100 ms) may run at the first count and
 * be over at the second.
 */
export function held(): Map<string, number> {
  const count = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) count.set(kind, (count.get(kind) ?? 0) + 1)
  count.delete('Immediate') // how tests wait a turn
  return count
}

/** What there is more of now than before, such as `2 × Timeout`. */
export function surplus(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): string[] {
  return [...now].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0)
    return more > 0 ? [`${more} × ${kind}`] : []
  })
}
