/**
 * What a process holds open, counted, for tests that prove that nothing is left behind. Compared by {@link surplus}, not by
 * equality: what was there before may be gone.
 */
import { ownTimers } from './own-timers.ts'

export function held(): Map<string, number> {
  const count = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) count.set(kind, (count.get(kind) ?? 0) + 1)
  count.delete('Immediate') // how tests wait a turn
  count.set('Timeout', ownTimers())
  return count
}

/** What there is more of now than before, such as `2 × Timeout`. */
export function surplus(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): string[] {
  return [...now].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0)
    return more > 0 ? [`${more} × ${kind}`] : []
  })
}
