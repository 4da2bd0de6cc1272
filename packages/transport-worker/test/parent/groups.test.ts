import type { ActorRef, Group, System } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { Grouped } from '../fixtures/grouped.ts'
import { testSystem } from '../support.ts'
import { far, kinds } from '../workers.ts'

interface Protocol {
  note(what: string): void
  told(): string[]
  where(): string
  count(): number
  shout(what: string): void
}

describe.each(kinds)('groups and a %s', (_, make) => {
  it('have members in the program and in its workers, who reach each other', async () => {
    await using system = testSystem()
    const group = system.group<Protocol>('all')
    const nodes = await Promise.all(['w1', 'w2'].map((name) => system.start(make({ name }))))
    const members = nodes.map((node) => system.spawn(far(Grouped), ['all'], { on: node }))
    const own = system.spawn(Grouped, ['all'])
    await size(group, 3)
    const names = [await group.ask('where'), await group.ask('where'), await group.ask('where')]
    expect(names.sort()).toEqual(['test', 'w1', 'w2'])
    const everybody: ActorRef<Protocol>[] = [own, ...members]
    for (const member of everybody) while ((await member.ask('count')) < 3);
    await members[0]?.ask('shout', 'hello')
    for (const member of everybody) while ((await member.ask('told')).length === 0);
    expect(await Promise.all(everybody.map((member) => member.ask('told')))).toEqual([['hello'], ['hello'], ['hello']])
    const keyed = await Promise.all(['a', 'b', 'c', 'd'].map((key) => group.by(key).ask('where')))
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => group.by(key).ask('where')))).toEqual(keyed)
    nodes[0]?.kill()
    await size(group, 2)
    while ((await members[1]?.ask('count')) !== 2);
    expect(group.local()).toHaveLength(1)
  })

  it('take in an actor of a worker that the program lets join', async () => {
    await using system: System = testSystem()
    const node = await system.start(make())
    const member = system.spawn(far(Grouped), ['own'], { on: node })
    const group = system.group<Protocol>('given')
    group.join(member)
    expect(await group.ask('count')).toBe(1)
    member.stop()
    await size(group, 0)
  })
})

/** Resolves when the group has so many members. */
async function size(group: Group<Protocol>, count: number): Promise<void> {
  if (group.members().length === count) return
  await new Promise<void>((resolve) => {
    const subscription = group.changes.subscribe(() => {
      if (group.members().length !== count) return
      resolve()
      queueMicrotask(() => subscription.unsubscribe())
    })
  })
}
