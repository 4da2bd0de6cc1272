/**
 * A node with a hostile peer by hand: the link is open, and not trusted.
 */
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { Quotas } from '../../src/model/link-policy.ts'
import type { Session } from '../../src/remote/session.ts'
import { Entry } from '../../src/remote/wire.ts'
import { FakeNode, type Puppet, settle } from './fake-node.ts'
import { tell } from './probes.ts'
import { type RawPeer, rawPair } from './raw-peer.ts'
import { nameAddress } from '../../src/remote/name-address.ts'

export const DATA = 3
export const CONTROL = 4

export interface Hostile {
  readonly node: FakeNode
  readonly raw: RawPeer
  readonly session: Session
  readonly clock: ManualClock
}

export async function hostile(quotas: Quotas = {}): Promise<Hostile> {
  const clock = new ManualClock()
  const node = new FakeNode('node', clock)
  node.quotas = quotas
  const { raw, opening } = await rawPair(node, { trust: 'untrusted' })
  raw.hello({ window: 100_000_000 })
  const session = await opening
  node.sessions.set(session.id, session)
  return { node, raw, session, clock }
}

/** The peer gets to know an actor: it sends it something. */
export async function give({ raw, session }: Hostile, actor: Puppet): Promise<number> {
  tell(session.targetFor(nameAddress(session.id, 'anybody'), 'troupe://raw/?anybody'), 'hello', [], actor)
  await settle(2)
  raw.received()
  return actor.address.seq
}

/** The peer spawns an actor; returns it. */
export async function spawned({ node, raw }: Hostile, seq: number): Promise<Puppet> {
  raw.send(DATA, [Entry.spawn, seq, null, 'X', `x-${seq}`, null, 0, null], [])
  await settle(2)
  const puppet = node.hosted.at(-1)?.puppet
  if (puppet === undefined) throw new Error('nobody was spawned')
  return puppet
}
