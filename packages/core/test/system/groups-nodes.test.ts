import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { Group } from '../../src/model/group.ts'
import type { PeerInfo } from '../../src/model/link-policy.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { System } from '../../src/model/system.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { Singer, type SingerProtocol, addresses, membersAre } from '../support/group-members.ts'
import { Machines } from '../support/machines.ts'
import { record, testSystem } from '../support/test-system.ts'
import { Tally, rejection, turns } from '../support/waiting.ts'

function choir(system: System): Group<SingerProtocol> {
  return system.group<SingerProtocol>('choir')
}

function singer(system: System, name: string = system.name): ActorRef<SingerProtocol> {
  return system.spawn(Singer, [name, 'choir'])
}

describe('a group over machines', () => {
  it('has the members of all, those of this node first', async () => {
    await using machines = await Machines.start(3)
    const singers = machines.systems.map((system) => singer(system))
    for (const system of machines.systems) {
      await membersAre(choir(system), singers)
      expect(choir(system).members()[0]?.address.startsWith(`troupe://${system.id}/`)).toBe(true)
      expect(choir(system).local()).toHaveLength(1)
    }
    const [first] = singers
    first?.stop()
    for (const system of machines.systems) await membersAre(choir(system), singers.slice(1))
  })

  it('is known to a node that connects later', async () => {
    await using machines = await Machines.start(2)
    await machines.cut(0, 1)
    const member = singer(machines.at(0))
    choir(machines.at(0)).join(member)
    await member.ready
    expect(choir(machines.at(1)).members()).toEqual([])
    await machines.mend(0, 1)
    await membersAre(choir(machines.at(1)), [member, member])
  })

  it('tells all of them, asks one after the other, and gives a key to the same one from everywhere', async () => {
    await using machines = await Machines.start(3)
    const singers = machines.systems.map((system) => singer(system))
    for (const system of machines.systems) await membersAre(choir(system), singers)
    void choir(machines.at(1)).tell('sing', 'la')
    await machines.quiet()
    expect(await Promise.all(singers.map((each) => each.ask('sung')))).toEqual([['la'], ['la'], ['la']])
    const names: string[] = []
    for (let n = 0; n < 6; n++) names.push(await choir(machines.at(2)).ask('name'))
    expect(names.slice(0, 3).sort()).toEqual(['m0', 'm1', 'm2'])
    expect(names.slice(3)).toEqual(names.slice(0, 3))
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      const owners = await Promise.all(machines.systems.map((system) => choir(system).by(key).ask('name')))
      expect(new Set(owners).size).toBe(1)
    }
  })

  it('throws at a tell what cannot be sent to one of them, when the others have it', async () => {
    await using machines = await Machines.start(2)
    const [here, there] = [singer(machines.at(0)), singer(machines.at(1))]
    await membersAre(choir(machines.at(0)), [here, there])
    const unsendable = (() => undefined) as unknown as string
    expect(() => choir(machines.at(0)).tell('sing', unsendable)).toThrow(
      expect.objectContaining({ code: 'TROUPE_NOT_SERIALIZABLE' }),
    )
    expect(await here.ask('sung')).toHaveLength(1)
  })

  it('loses the members of a node that is gone, in one change, and has them again when it is back', async () => {
    await using machines = await Machines.start(3)
    const singers = machines.systems.map((system) => singer(system))
    const second = singer(machines.at(1), 'second')
    const all = [...singers, second]
    for (const system of machines.systems) await membersAre(choir(system), all)
    const left: number[] = []
    choir(machines.at(0)).changes.subscribe((change) => left.push(change.left.length))
    await machines.cut(0, 1)
    expect(left).toEqual([0, 2])
    expect(addresses(choir(machines.at(0)).members())).toEqual(
      addresses([singers[0], singers[2]].filter((one) => one !== undefined)),
    )
    expect(addresses(choir(machines.at(2)).members())).toEqual(addresses(all))
    second.stop() // not heard by the first, which lost it already
    await second.exited
    await machines.mend(0, 1)
    for (const system of machines.systems) await membersAre(choir(system), singers)
    expect(left.filter((count) => count > 0)).toEqual([2])
  })

  it('is whole again after a silence', async () => {
    await using machines = await Machines.start(2)
    const members = machines.systems.map((system) => singer(system))
    await membersAre(choir(machines.at(0)), members)
    machines.transport(0, 1).partition()
    members[1]?.stop()
    const third = singer(machines.at(1), 'third')
    await third.ready
    await turns()
    expect(addresses(choir(machines.at(0)).members())).toEqual(addresses(members))
    machines.transport(0, 1).heal()
    await membersAre(choir(machines.at(0)), [members[0] ?? third, third])
  })

  it('loses the members of a peer that is silent for too long', async () => {
    const clock = new ManualClock()
    const transport = memoryTransport({ clock })
    await using here = testSystem({ name: 'here', clock })
    await using there = testSystem({ name: 'there' })
    await there.listen(transport.listener)
    const connecting = here.connect(transport.connector)
    await turns()
    await clock.advance(1)
    await connecting
    const member = singer(there)
    while (choir(here).members().length === 0) {
      await turns()
      await clock.advance(1)
    }
    transport.partition()
    for (let second = 0; second < 5; second++) {
      await clock.advance(1_000)
      await turns()
    }
    expect(choir(here).members()).toEqual([])
    expect(addresses(choir(there).members())).toEqual([member.address])
    transport.cut()
  })

  it('lets nobody hear that a member ended before what it sent', async () => {
    await using machines = await Machines.start(2)
    const last = new Tally<string>()
    const Listener = actor({
      name: 'Listener',
      setup(self) {
        const heard: string[] = []
        self.system.group('choir').changes.subscribe(({ left }) => {
          if (left.length > 0) void self.ref.tell('sing', 'it left')
        })
        return {
          sing(what: string) {
            heard.push(what)
            if (what === 'it left') for (const line of heard) last.add(line)
          },
          me: () => self.ref,
        }
      },
    })
    const listener = machines.at(0).spawn(Listener)
    const member = singer(machines.at(1))
    await membersAre(choir(machines.at(0)), [member])
    // Safe: it has the one handler of a singer that is used.
    const to = listener as unknown as ActorRef<SingerProtocol>
    const [seen] = choir(machines.at(0)).members()
    void seen?.tell('singAndEnd', to, 500)
    const lines = await last.reaches(501)
    expect(lines.at(-1)).toBe('it left')
    expect(lines.indexOf('it left')).toBe(500)
  })

  it('counts joins of another node’s members too', async () => {
    await using machines = await Machines.start(2)
    const member = singer(machines.at(1))
    const [here, there] = [choir(machines.at(0)), choir(machines.at(1))]
    there.join(member)
    there.join(member)
    await membersAre(here, [member, member, member])
    there.leave(member)
    await membersAre(here, [member, member])
    member.kill()
    await membersAre(here, [])
    expect(await rejection(here.ask('name'))).toMatchObject({ code: 'TROUPE_NO_MEMBERS' })
  })

  it('knows each member once when two links lead to its node, until both are gone', async () => {
    await using machines = await Machines.start(2)
    const second = memoryTransport()
    await machines.at(0).listen(second.listener)
    const node = await machines.at(1).connect(second.connector)
    const member = singer(machines.at(0))
    await membersAre(choir(machines.at(1)), [member])
    await machines.quiet()
    await node.lookup('pong').ask('ping')
    expect(choir(machines.at(1)).members()).toHaveLength(1)
    await machines.cut(0, 1)
    expect(choir(machines.at(1)).members()).toHaveLength(1)
    expect(await choir(machines.at(1)).ask('name')).toBe('m0')
    await node.close()
    await turns()
    expect(choir(machines.at(1)).members()).toEqual([])
  })

  it('does not hand on what one machine says to another one', async () => {
    await using machines = await Machines.start(3)
    await machines.cut(0, 2)
    const member = singer(machines.at(2))
    await membersAre(choir(machines.at(1)), [member])
    await machines.quiet()
    expect(choir(machines.at(0)).members()).toEqual([])
  })

  it('refuses a ref of another machine, with what to do instead', async () => {
    await using machines = await Machines.start(2)
    const member = singer(machines.at(1))
    await membersAre(choir(machines.at(0)), [member])
    const [seen] = choir(machines.at(0)).members()
    expect(seen).toBeDefined()
    if (seen !== undefined) expect(() => choir(machines.at(0)).join(seen)).toThrow('let it join there')
  })
})

describe('a group and authorize', () => {
  it('is shared with those who may take part, in both directions', async () => {
    const asked: [string, string, string][] = []
    const authorize = (peer: PeerInfo, action: string, name: string): boolean => {
      asked.push([peer.name, action, name])
      if (name === 'broken') throw new Error('no')
      return action !== 'group' || name === 'choir'
    }
    await using machines = await Machines.start(2, { authorize })
    const [here, there] = [machines.at(0), machines.at(1)]
    const { events } = record(here)
    const members = machines.systems.map((system) => system.spawn(Singer))
    for (const [index, system] of machines.systems.entries()) {
      for (const name of ['choir', 'secret', 'broken']) {
        const member = members[index]
        if (member !== undefined) system.group(name).join(member)
      }
    }
    for (const system of machines.systems) await membersAre(choir(system), members)
    await machines.quiet()
    for (const name of ['secret', 'broken']) {
      for (const system of machines.systems) expect(system.group(name).members()).toHaveLength(1)
      expect(events).toContainEqual({ kind: 'peer-refused', node: 'm1', action: 'group', name })
    }
    const groups = asked.filter(([, action]) => action === 'group')
    expect(groups).toHaveLength(3) // each once
    expect(groups).toContainEqual(['m1', 'group', 'choir'])
    for (const member of members) member.stop()
    await membersAre(choir(here), [])
    await membersAre(choir(there), [])
  })

  it('is decided once for as long as the group has members, so that nobody is left behind in it', async () => {
    let yes = true
    await using machines = await Machines.start(2, { authorize: (_peer, action) => action !== 'group' || yes })
    const member = singer(machines.at(0))
    await membersAre(choir(machines.at(1)), [member])
    yes = false
    // More groups than answers are remembered.
    const other = machines.at(0).spawn(Singer)
    for (let n = 0; n < 1_100; n++) machines.at(0).group(`group ${n}`).join(other)
    member.stop()
    await membersAre(choir(machines.at(1)), [])
    await machines.quiet()
    expect(machines.at(1).group('group 1099').members()).toEqual([])
  })
})
