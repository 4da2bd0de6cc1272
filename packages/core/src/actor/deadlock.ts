/**
 * Finds circles of actors that wait for each other's answers. An edge leads from an actor whose async handler is held
 * up to each target of an ask that this very turn made. Asks from other nodes bring the chain of their askers along.
 */
import { formatAddress } from '../model/address.ts'
import { replyPort } from '../model/envelope.ts'
import type { ChainLink } from '../model/ask-chain.ts'
import type { Target } from '../model/target.ts'
import type { Asker, PendingAsk } from './pending-ask.ts'

/** A target that hands on to whoever has its place: a registered name. */
export interface StandIn {
  readonly standsFor: Target
}

/** The circle that an ask from `askers` (outermost first) to `target` would close, as paths; null when there is none. */
export function findCycle(target: Asker, askers: readonly ChainLink[]): readonly string[] | null {
  if (!target.suspended || askers.length === 0) return null
  const waiting = new Map<string, number>()
  askers.forEach((asker, index) => waiting.set(key(asker.address, asker.turn), index))
  const trail = walk(target, waiting, new Set())
  if (trail === null) return null
  return [...askers.slice(trail.from).map((asker) => asker.path), ...trail.between]
}

/** An ask that closes a circle, and the paths in it. */
export interface ClosingAsk {
  readonly ask: PendingAsk
  readonly cycle: readonly string[]
}

/** The circle through an actor that has just become held up; null when there is none. */
export function findOwnCycle(asker: Asker): ClosingAsk | null {
  const outer = asker.handling === null ? [] : (replyPort(asker.handling)?.chain() ?? [])
  const own: ChainLink = { address: asker.address, path: asker.path, turn: asker.turn }
  for (let wait: PendingAsk | null = asker.waits; wait !== null; wait = wait.nextWait) {
    const target = wait.turn === asker.turn ? toAsker(wait.target) : null
    if (target === null) continue
    if (target === asker) return { ask: wait, cycle: [asker.path] }
    const cycle = findCycle(target, [...outer, own])
    if (cycle !== null) return { ask: wait, cycle }
  }
  return null
}

interface Trail {
  /** Index in the chain of askers of the one that was reached. */
  readonly from: number
  /** The paths from the target to that asker, without the asker itself. */
  readonly between: readonly string[]
}

function walk(at: Asker, waiting: ReadonlyMap<string, number>, seen: Set<Asker>): Trail | null {
  const found = waiting.get(key(at.address, at.turn))
  if (found !== undefined) return { from: found, between: [] }
  if (!at.suspended || seen.has(at)) return null
  seen.add(at)
  for (let wait: PendingAsk | null = at.waits; wait !== null; wait = wait.nextWait) {
    const target = wait.turn === at.turn ? toAsker(wait.target) : null
    const trail = target === null ? null : walk(target, waiting, seen)
    if (trail !== null) return { from: trail.from, between: [at.path, ...trail.between] }
  }
  return null
}

function key(address: ChainLink['address'], turn: number): string {
  return `${formatAddress(address)}@${turn}`
}

/** The actor of this node that a target is, or stands for; only they have turns. */
function toAsker(target: Target): Asker | null {
  const actual = isStandIn(target) ? target.standsFor : target
  return isAsker(actual) ? actual : null
}

function isAsker(target: object): target is Asker {
  return 'waits' in target && 'suspended' in target
}

function isStandIn(target: object): target is StandIn {
  return 'standsFor' in target
}
