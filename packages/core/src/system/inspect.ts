/**
 * The tree of actors as data, for people and tools.
 */
import { Cell } from '../actor/cell.ts'
import { DEAD, ENDING, FRESH, HELD, RUNNING, STARTING, SUSPENDED } from '../actor/cell-state.ts'
import { Relay } from '../actor/relay.ts'
import { formatAddress } from '../model/address.ts'
import type { ActorInfo } from '../model/system.ts'
import type { Target } from '../model/target.ts'

const STATES: Readonly<Record<number, ActorInfo['state']>> = {
  [FRESH]: 'starting',
  [STARTING]: 'starting',
  [RUNNING]: 'running',
  [SUSPENDED]: 'suspended',
  [ENDING]: 'stopping',
  [HELD]: 'restarting',
  [DEAD]: 'stopped',
}

/** An actor and what is below it. Of an actor on another node only what is known here. */
export function inspectTarget(target: Target): ActorInfo {
  if (!(target instanceof Cell)) return inspectElsewhere(target)
  const children = target.life?.supervision?.list() ?? target.life?.children?.list() ?? []
  return {
    path: target.path,
    address: formatAddress(target.address),
    definition: target.definition.name,
    state: STATES[target.state] ?? 'stopped',
    mailbox: target.box?.length ?? 0,
    stashed: target.life?.stashed?.length ?? 0,
    restarts: target.restarts,
    children: children.map((child) => inspectTarget(child)),
  }
}

function inspectElsewhere(target: Target): ActorInfo {
  const relay = target instanceof Relay ? target : null
  return {
    path: target.path,
    address: formatAddress(target.address),
    definition: relay?.definition ?? '',
    state: relay?.route === null ? 'restarting' : 'running',
    mailbox: relay?.waiting ?? 0,
    stashed: 0,
    restarts: relay?.restarts ?? 0,
    children: [],
  }
}
