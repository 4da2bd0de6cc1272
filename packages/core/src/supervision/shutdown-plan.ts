/**
 * How a supervisor's children are stopped: in which order, and with how much patience. Deadlines are per child, as in
 * OTP: a slow one does not take time from the next.
 */
import type { ShutdownPolicy, Strategy } from './child-spec.ts'

/** 'kill': at once. 'ask': with the stop sentinel, then killed after `deadline` milliseconds; Infinity waits. */
export type StopOrder = { readonly kind: 'kill' } | { readonly kind: 'ask'; readonly deadline: number }

export function stopOrder(shutdown: ShutdownPolicy): StopOrder {
  if (shutdown === 'brutal-kill') return { kind: 'kill' }
  return { kind: 'ask', deadline: shutdown === 'infinity' ? Infinity : shutdown }
}

/**
 * Who is stopped together: each wave begins when the one before it has ended. One by one in reverse start order; the
 * many children of 'simple-one-for-one' all at once.
 */
export function stopWaves(strategy: Strategy, ids: readonly string[]): readonly (readonly string[])[] {
  if (ids.length === 0) return []
  return strategy === 'simple-one-for-one' ? [ids] : ids.map((id) => [id]).reverse()
}
