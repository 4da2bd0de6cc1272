/**
 * The lobby: the only name that clients may look up. It leads to the rooms and opens new ones.
 */
import { actor } from '@troupe/core'
import type { ActorRef, SupervisorProtocol } from '@troupe/core'
import type { LobbyProtocol, RoomProtocol } from './protocol.ts'

const MOST_ROOMS = 100
const NAME = /^[a-z0-9][a-z0-9-]{0,23}$/

export const Lobby = actor({
  name: 'Lobby',
  async setup(self, supervisor: ActorRef<SupervisorProtocol>): Promise<LobbyProtocol> {
    const rooms = new Map<string, ActorRef<RoomProtocol>>()
    const add = (name: string, room: ActorRef<RoomProtocol>): void => {
      rooms.set(name, room)
      self.watch(room, () => rooms.delete(name)) // its supervisor gave it up
    }
    // After a crash: the rooms are there still.
    for (const { ref } of await supervisor.with({ by: self }).ask('children')) {
      const room = ref as ActorRef<RoomProtocol> | null // Safe: the supervisor's children are rooms.
      if (room) add(await room.with({ by: self }).ask('name'), room)
    }
    return {
      async room(name) {
        if (typeof name !== 'string' || !NAME.test(name))
          return { kind: 'refused', why: 'a room has 1 to 24 small letters, digits or hyphens' }
        const known = rooms.get(name)
        if (known) return { kind: 'opened', room: known }
        if (rooms.size >= MOST_ROOMS) return { kind: 'refused', why: `there are ${MOST_ROOMS} rooms already` }
        // Safe for the same reason.
        const room = (await supervisor.with({ by: self }).ask('startChild', [name])) as ActorRef<RoomProtocol>
        add(name, room)
        return { kind: 'opened', room }
      },
      rooms: () =>
        Promise.all([...rooms].map(async ([name, room]) => ({ name, members: await room.with({ by: self }).ask('population') }))),
    }
  },
})
