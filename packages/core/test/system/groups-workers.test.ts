import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import { KILLED } from '../../src/model/exit-reason.ts'
import type { Group } from '../../src/model/group.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { System } from '../../src/model/system.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { Singer, type SingerProtocol, addresses, membersAre } from '../support/group-members.ts'
import { MemoryNode } from '../support/memory-node.ts'
import { testSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

function choir(system: System): Group<SingerProtocol> {
  return system.group<SingerProtocol>('choir')
}

/** A program with two workers, each with a member. */
class Family {
  readonly system: System = testSystem({ name: 'parent' })
  readonly workers: readonly MemoryNode[] = ['w1', 'w2'].map((name) => new MemoryNode(name, { Singer }))
  readonly singers: ActorRef<SingerProtocol>[] = []

  static async start(): Promise<Family> {
    const family = new Family()
    for (const { definition } of family.workers) {
      const node = await family.system.start(definition)
      family.singers.push(family.system.spawn(Singer, [node.name, 'choir'], { on: node }))
    }
    return family
  }

  singer(index: number): ActorRef<SingerProtocol> {
    const singer = this.singers[index]
    if (singer === undefined) throw new Error(`there is no singer ${index}`)
    return singer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.shutdown()
  }
}

describe('a group over workers', () => {
  it('is the same in the program and in each of its workers', async () => {
    await using family = await Family.start()
    const own = family.system.spawn(Singer, ['own', 'choir'])
    const all = [own, ...family.singers]
    await membersAre(choir(family.system), all)
    for (const singer of family.singers) {
      while ((await singer.ask('seen', 'choir')).length < 3) await turns()
      expect(await singer.ask('seen', 'choir')).toEqual(addresses(all))
    }
    own.stop()
    await own.exited
    for (const singer of family.singers) expect(await singer.ask('seen', 'choir')).toEqual(addresses(family.singers))
  })

  it('reaches members on another worker through the program', async () => {
    await using family = await Family.start()
    await membersAre(choir(family.system), family.singers)
    const conductor = family.singer(0)
    while ((await conductor.ask('seen', 'choir')).length < 2) await turns()
    await conductor.ask('conduct', 'choir', 'la')
    expect(await conductor.ask('sung')).toEqual(['la'])
    expect(await family.singer(1).ask('sung')).toEqual(['la'])
    expect([await conductor.ask('askAround', 'choir'), await conductor.ask('askAround', 'choir')].sort()).toEqual(['w1', 'w2'])
    void conductor.tell('singAndEnd', family.singer(1), 2)
    await conductor.exited
    expect(await family.singer(1).ask('sung')).toEqual(['la', 'la 0', 'la 1'])
    await membersAre(choir(family.system), [family.singer(1)])
    expect(await family.singer(1).ask('seen', 'choir')).toEqual([family.singer(1).address])
  })

  it('loses a worker’s members with the worker, everywhere', async () => {
    await using family = await Family.start()
    await membersAre(choir(family.system), family.singers)
    family.workers[0]?.end(KILLED)
    await membersAre(choir(family.system), [family.singer(1)])
    expect(await family.singer(1).ask('seen', 'choir')).toEqual([family.singer(1).address])
  })

  it('is joined by an actor of a worker, or by the program for it; joins of two nodes are not added up', async () => {
    await using family = await Family.start()
    const singer = family.singer(0)
    await membersAre(choir(family.system), family.singers)
    choir(family.system).join(singer)
    family.system.group('other').join(singer)
    expect(choir(family.system).members()).toHaveLength(2)
    expect(addresses(family.system.group('other').members())).toEqual([singer.address])
    expect(await singer.ask('seen', 'other')).toEqual([singer.address])
    expect(await family.singer(1).ask('seen', 'other')).toEqual([singer.address])
    expect(await singer.ask('leave', 'other')).toBe(false) // its own node did not make that join
    expect(await singer.ask('leave', 'choir')).toBe(true)
    expect(choir(family.system).members()).toHaveLength(2) // the program's own join still counts
    expect(choir(family.system).leave(singer)).toBe(true)
    await membersAre(choir(family.system), [family.singer(1)])
    singer.kill()
    await membersAre(family.system.group('other'), [])
    expect(await family.singer(1).ask('seen', 'other')).toEqual([])
  })

  it('keeps a supervised actor on a worker that is started anew', async () => {
    await using system = testSystem({ name: 'parent' })
    const worker = new MemoryNode('w1', { Singer })
    const shop = system.spawn(
      supervisor({
        name: 'Shop',
        strategy: 'one-for-one',
        children: [
          { id: 'worker', actor: worker.definition },
          { id: 'singer', actor: Singer, args: ['far'], on: 'worker' },
        ],
      }),
    )
    await shop.ready
    // Safe: the supervisor says that a singer is there.
    const singer = (await shop.ask('child', 'singer')) as ActorRef<SingerProtocol>
    choir(system).join(singer)
    expect(await choir(system).ask('name')).toBe('far')
    worker.end(KILLED)
    await worker.handles[0]?.exited
    expect(await choir(system).ask('name')).toBe('far')
    expect(worker.handles).toHaveLength(2)
    expect(addresses(choir(system).members())).toEqual([singer.address])
  })

  it('does not show a worker’s actors to other machines, which could not reach them', async () => {
    await using family = await Family.start()
    await using other = testSystem({ name: 'other' })
    const transport = memoryTransport()
    await family.system.listen(transport.listener)
    const node = await other.connect(transport.connector)
    const own = family.system.spawn(Singer, ['own', 'choir'])
    const far = other.spawn(Singer, ['far', 'choir'])
    await membersAre(choir(family.system), [own, far, ...family.singers])
    await membersAre(choir(other), [own, far])
    // Workers reach what their program is connected to.
    while ((await family.singer(0).ask('seen', 'choir')).length < 4) await turns()
    expect(await family.singer(0).ask('seen', 'choir')).toEqual(addresses([own, far, ...family.singers]))
    await node.close()
    await membersAre(choir(family.system), [own, ...family.singers])
    expect(await family.singer(0).ask('seen', 'choir')).toEqual(addresses([own, ...family.singers]))
  })
})
