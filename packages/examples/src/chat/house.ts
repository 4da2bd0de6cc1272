/**
 * The house: the ledger, the rooms and the lobby under one supervisor. A room that crashes is started anew by itself.
 */
import { supervisor } from '@troupe/core'
import type { ActorRef, AnyRef, System } from '@troupe/core'
import { Ledger } from './ledger.ts'
import { Lobby } from './lobby.ts'
import { LOBBY } from './protocol.ts'
import { Room } from './room.ts'

/** Opens the house, and resolves when its lobby can be found by name. The ref's end is the end of it all. */
export async function openHouse(system: System): Promise<AnyRef> {
  const house = system.spawn(supervisor({ name: 'House', children: [] }), [], { name: 'house' })
  const start = (
    id: string,
    actor: Parameters<typeof supervisor>[0]['children'][number]['actor'],
    args: readonly unknown[] = [],
  ) => house.ask('startChild', { id, actor, args })
  const ledger = await start('ledger', Ledger)
  const template = { id: 'room', actor: Room, args: [ledger] }
  const rooms = await start('rooms', supervisor({ name: 'Rooms', strategy: 'simple-one-for-one', children: [template] }))
  const lobby: ActorRef = await start('lobby', Lobby, [rooms])
  system.register(LOBBY, lobby)
  return house
}
