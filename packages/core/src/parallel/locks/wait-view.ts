/**
 * What owners of locks tell each other of those who wait. Owners may be of other programs: what they say is checked.
 */
import type { Party } from './wait-graph.ts'

/** Somebody who waits, at one owner. */
export interface WaitView {
  /** Each wait has one of its own, also the next one of the same party for the same lock. */
  readonly id: string
  readonly party: Party
  /** For people. */
  readonly path: string
  /** Greater for one that began later. */
  readonly began: number
  /** False for one that must have its lock: somebody else in the circle is refused. */
  readonly isRefusable: boolean
  /** Who must let go: any one of them is enough. Empty where it is not stuck, whatever they do. */
  readonly holders: readonly Party[]
}

/** The one of them that began last, of those that can be refused. */
export function newestOf(views: readonly WaitView[]): WaitView | null {
  return views
    .filter(({ isRefusable }) => isRefusable)
    .reduce<WaitView | null>((one, other) => (one !== null && isNewer(one, other) ? one : other), null)
}

/** What an owner answered, about the parties that it was asked for. Whatever else it says is left out. */
export function toWaitViews(answer: unknown, asked: ReadonlySet<Party>): readonly WaitView[] {
  return Array.isArray(answer) ? answer.filter((view): view is WaitView => isWaitView(view) && asked.has(view.party)) : []
}

function isWaitView(value: unknown): value is WaitView {
  if (typeof value !== 'object' || value === null) return false
  // Safe: each field is looked at before it is believed.
  const { id, party, path, began, isRefusable, holders } = value as Partial<Record<keyof WaitView, unknown>>
  return (
    [id, party, path].every((text) => typeof text === 'string') &&
    typeof began === 'number' &&
    typeof isRefusable === 'boolean' &&
    Array.isArray(holders) &&
    holders.every((holder) => typeof holder === 'string')
  )
}

/** The order is total, so that all who look agree. */
function isNewer(one: WaitView, other: WaitView): boolean {
  return one.began === other.began ? one.id > other.id : one.began > other.began
}
