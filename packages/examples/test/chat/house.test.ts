import { createSystem } from '@troupe/core'
import type { System } from '@troupe/core'
import { memoryTransport } from '@troupe/core/transport'
import type { Connector } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { openHouse } from '../../src/chat/house.ts'
import { LOBBY } from '../../src/chat/protocol.ts'
import type { LobbyProtocol, Opened } from '../../src/chat/protocol.ts'
import { Visit } from '../../src/chat/visit.ts'

/** Who writes down what is shown, and waits for it. */
class Guest {
  readonly visit: Visit
  readonly #shown: string[] = []
  #look: (() => void)[] = []

  constructor(system: System, connector: Connector, name: string) {
    const show = (text: string): void => {
      this.#shown.push(text)
      for (const look of this.#look.splice(0)) look()
    }
    this.visit = new Visit({
      system,
      connector,
      room: 'hall',
      name,
      view: {
        line: ({ from, text }) => show(`${from ?? '*'} ${text}`),
        members: (names) => show(`with ${names.join(' ')}`),
        state: (state) => show(state),
      },
    })
  }

  async sees(text: string): Promise<void> {
    while (!this.#shown.includes(text)) await new Promise<void>((resolve) => this.#look.push(resolve))
  }
}

describe('house', () => {
  it('keeps its people, and what was said, when a room crashes', async () => {
    await using server = createSystem({ name: 'chat' })
    await using page = createSystem({ name: 'page' })
    await using terminal = createSystem({ name: 'terminal' })
    await openHouse(server)
    const { connector, listener } = memoryTransport()
    await server.listen(listener)
    const ada = new Guest(page, connector, 'Ada')
    await ada.sees('in')
    const bob = new Guest(terminal, connector, 'Bob')
    await ada.sees('with Ada Bob')
    await bob.sees('in')
    ada.visit.say('one')
    await bob.sees('Ada one')

    const restarted = new Promise<void>((resolve) => {
      server.events.subscribe((event) => void (event.kind === 'child-restarting' && resolve()))
    })
    const { room } = (await server.lookup<LobbyProtocol>(LOBBY).ask('room', 'hall')) as Opened
    room.kill()
    await restarted
    expect(await room.ask('population')).toBe(2)
    ada.visit.say('two')
    await bob.sees('Ada two')
    await bob.visit.leave()
    await ada.sees('* Bob left')
    await ada.visit.leave()
  })

  it('shrugs at nonsense', async () => {
    await using server = createSystem({ name: 'chat' })
    await openHouse(server)
    const lobby = server.lookup<LobbyProtocol>(LOBBY)
    for (const name of ['', 'Hall', 'a b', 'x'.repeat(25), 7 as unknown as string])
      expect(await lobby.ask('room', name)).toMatchObject({ kind: 'refused' })
    const { room } = (await lobby.ask('room', 'hall')) as Opened
    for (const name of ['', ' Ada', 'x'.repeat(25), null as unknown as string])
      expect(await room.ask('enter', name, lobby as never)).toMatchObject({ kind: 'refused' })
    expect(await room.ask('enter', 'Ada', 'nobody' as never)).toMatchObject({ kind: 'refused' })
    await room.tell('say', 'I am not here')
    expect(await lobby.ask('rooms')).toEqual([{ name: 'hall', members: 0 }])
  })
})
