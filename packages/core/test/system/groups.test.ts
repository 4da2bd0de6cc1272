import { describe, expect, it } from 'vitest'
import { supervisor } from '../../src/actor/supervisor.ts'
import { bounded } from '../../src/mailbox/create-mailbox.ts'
import type { Group } from '../../src/model/group.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Deferred } from '../../src/model/self.ts'
import type { System } from '../../src/model/system.ts'
import { Groups } from '../../src/system/groups.ts'
import { TroupeSystem } from '../../src/system/troupe-system.ts'
import { toSystemSettings } from '../../src/system/options.ts'
import { inline } from '../support/actors.ts'
import { Singer, type SingerProtocol, addresses } from '../support/group-members.ts'
import { record, testSystem } from '../support/test-system.ts'
import { rejection, turns } from '../support/waiting.ts'

function choir(system: System, ...names: string[]): { group: Group<SingerProtocol>; singers: ActorRef<SingerProtocol>[] } {
  const group = system.group<SingerProtocol>('choir')
  const singers = names.map((name) => system.spawn(Singer, [name]))
  for (const singer of singers) group.join(singer)
  return { group, singers }
}

describe('a group', () => {
  it('has the members that joined, in order, until they leave', async () => {
    await using system = testSystem()
    const { group, singers } = choir(system, 'a', 'b', 'c')
    expect(group.name).toBe('choir')
    expect(group.members().map(({ address }) => address)).toEqual(singers.map(({ address }) => address))
    expect(addresses(group.local())).toEqual(addresses(singers))
    const [, second] = singers
    if (second === undefined) throw new Error('no singer')
    expect(group.leave(second)).toBe(true)
    expect(group.leave(second)).toBe(false)
    expect(group.members().map(({ address }) => address)).not.toContain(second.address)
    expect(system.group('other').members()).toEqual([])
  })

  it('counts joins, as OTP does', async () => {
    await using system = testSystem()
    const { group, singers } = choir(system, 'a')
    const [singer] = singers
    if (singer === undefined) throw new Error('no singer')
    group.join(singer)
    expect(group.members()).toHaveLength(2)
    expect(group.leave(singer)).toBe(true)
    expect(group.members()).toHaveLength(1)
    expect(group.leave(singer)).toBe(true)
    expect(group.leave(singer)).toBe(false)
    expect(group.members()).toEqual([])
  })

  it('loses a member that ends, with all its joins, before those hear who wait for its end', async () => {
    await using system = testSystem()
    const { group, singers } = choir(system, 'a', 'b')
    const [first, second] = singers
    if (first === undefined || second === undefined) throw new Error('no singers')
    group.join(first)
    const changes: number[][] = []
    group.changes.subscribe(({ joined, left }) => changes.push([joined.length, left.length]))
    first.kill()
    await first.exited
    expect(addresses(group.members())).toEqual([second.address])
    second.stop()
    await second.exited
    expect(group.members()).toEqual([])
    expect(changes).toEqual([
      [3, 0],
      [0, 2],
      [0, 1],
    ])
  })

  it('is not joined by one that has ended', async () => {
    await using system = testSystem()
    const singer = system.spawn(Singer)
    singer.kill()
    await singer.exited
    system.group('choir').join(singer)
    expect(system.group('choir').members()).toEqual([])
  })

  it('tells all members, once for each join', async () => {
    await using system = testSystem()
    const { group, singers } = choir(system, 'a', 'b')
    const [first] = singers
    if (first === undefined) throw new Error('no singers')
    group.join(first)
    expect(group.tell('sing', 'la')).toBe(undefined)
    expect(await Promise.all(singers.map((singer) => singer.ask('sung')))).toEqual([['la', 'la'], ['la']])
  })

  it('makes nothing of a tell without members', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    expect(system.group('nobody').tell('sing', 'la')).toBe(undefined)
    expect(letters).toEqual([])
  })

  it('waits in a tell for the members that have no room', async () => {
    await using system = testSystem()
    const slow = system.spawn(Singer, [], { mailbox: bounded(1, 'backpressure') })
    const group = system.group<SingerProtocol>('choir')
    group.join(slow)
    group.join(system.spawn(Singer))
    void group.tell('sing', 'la')
    const room = group.tell('sing', 'lo')
    expect(room).toBeInstanceOf(Promise)
    await room
    expect(await slow.ask('sung')).toEqual(['la', 'lo'])
  })

  it('asks one member after the other, with any handle', async () => {
    await using system = testSystem()
    choir(system, 'a', 'b', 'c')
    const names: string[] = []
    for (let n = 0; n < 7; n++) names.push(await system.group<SingerProtocol>('choir').ask('name'))
    expect(names.join('')).toBe('abcabca')
  })

  it('rejects an ask when there is nobody', async () => {
    await using system = testSystem()
    const error = await rejection(system.group('nobody').ask('name'))
    expect(error).toMatchObject({ code: 'TROUPE_NO_MEMBERS', message: 'group "nobody" has no members' })
    expect(await rejection(system.group('nobody').by('key').ask('name'))).toMatchObject({ code: 'TROUPE_NO_MEMBERS' })
    expect(
      await rejection(
        system
          .group('nobody')
          .stream('name')
          .forEach(() => undefined),
      ),
    ).toMatchObject({
      code: 'TROUPE_NO_MEMBERS',
    })
  })

  it('gives a key to the same member until that leaves', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const { group, singers } = choir(system, 'a', 'b', 'c', 'd')
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`)
    const owners = (): Promise<string[]> => Promise.all(keys.map((key) => group.by(key).ask('name')))
    const before = await owners()
    expect(new Set(before)).toEqual(new Set(['a', 'b', 'c', 'd']))
    expect(await owners()).toEqual(before)
    expect(await group.by(7).ask('name')).toBe(await group.by('7').ask('name'))
    const [first] = singers
    if (first === undefined) throw new Error('no singers')
    group.leave(first)
    const after = await owners()
    for (const [index, owner] of before.entries()) if (owner !== 'a') expect(after[index]).toBe(owner)
    expect(after).not.toContain('a')
    for (const singer of singers) group.leave(singer)
    void group.by('key').tell('sing', 'la')
    expect(letters).toMatchObject([{ why: 'not-found', method: 'sing' }])
  })

  it('sends with options', async () => {
    await using system = testSystem()
    const group = system.group<{ wait(): Deferred<void> }>('waiting')
    group.join(system.spawn(inline((self) => ({ wait: () => self.defer<void>() }))))
    expect(await rejection(group.with({ timeout: 0 }).ask('wait'))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    expect(await rejection(group.with({ timeout: 0 }).by(1).ask('wait'))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    expect(await rejection(group.with({ signal: AbortSignal.abort('no') }).ask('wait'))).toBe('no')
  })

  it('streams from one member', async () => {
    await using system = testSystem()
    const group = system.group<{ numbers(): number[] }>('numbers')
    group.join(system.spawn(inline(() => ({ numbers: () => [1, 2, 3] }))))
    const numbers: number[] = []
    for await (const number of group.stream('numbers')) numbers.push(number)
    expect(numbers).toEqual([1, 2, 3])
  })

  it('tells a listener who is in it, then who comes and goes, and completes with the system', async () => {
    const system = testSystem()
    const { group, singers } = choir(system, 'a')
    const heard: string[] = []
    const write = (sign: string, refs: readonly ActorRef<SingerProtocol>[]): string =>
      refs.map((ref) => `${sign}${singers.findIndex((singer) => singer.equals(ref))}`).join('')
    group.changes.subscribe({
      next: ({ joined, left }) => heard.push(write('+', joined) + write('-', left)),
      complete: () => heard.push('.'),
    })
    const other = system.spawn(Singer)
    singers.push(other)
    group.join(other)
    group.join(other)
    group.leave(other)
    await system.shutdown()
    expect(heard.join(' ')).toMatch(/^\+0 \+1 \+1 -1 (-1 -0|-0 -1) \.$/)
    let completed = false
    group.changes.subscribe({ complete: () => (completed = true) })
    expect(completed).toBe(true)
    expect(() => group.join(other)).toThrow('is shut down')
    expect(group.leave(other)).toBe(false)
  })

  it('keeps a supervised actor over a restart, once, also when that joins in its setup', async () => {
    await using system = testSystem()
    const shop = system.spawn(
      supervisor({
        name: 'Shop',
        strategy: 'one-for-one',
        children: [
          { id: 'itself', actor: Singer, args: ['self', 'choir'] },
          { id: 'another', actor: Singer, args: ['other'] },
        ],
      }),
    )
    const group = system.group<SingerProtocol>('choir')
    // Safe: the supervisor has singers only.
    const itself = (await shop.ask('child', 'itself')) as ActorRef<SingerProtocol>
    const another = (await shop.ask('child', 'another')) as ActorRef<SingerProtocol>
    group.join(another)
    for (const singer of [itself, another]) {
      await rejection(singer.ask('fail'))
      await singer.ask('name')
    }
    await turns()
    expect(addresses(group.members())).toEqual(addresses([itself, another]))
    await shop.ask('terminateChild', 'itself')
    expect(addresses(group.members())).toEqual([another.address])
  })

  it('takes refs from its own node only, and no names', async () => {
    await using system = testSystem({ name: 'here' })
    await using other = testSystem({ name: 'there' })
    const group = system.group('choir')
    expect(() => group.join(other.spawn(Singer, [], { name: 'far' }))).toThrow(
      /^group "choir" takes actors of this node and of its workers; troupe:\/\/there\/far lives on there~.*: let it join there, with self/,
    )
    expect(() => group.join(system.lookup('name'))).toThrow('takes actors, not names')
    expect(() => system.group('')).toThrow('group takes a name that is not empty, not ""')
    expect(() => system.group('x'.repeat(256))).toThrow('group takes a name of up to 255 characters, not of 256')
    // @ts-expect-error: a key is a string or a number
    expect(() => group.by({})).toThrow('by takes a string or a number as the key')
    expect(group.members()).toEqual([])
  })

  it('survives a listener that joins and leaves while it listens', async () => {
    await using system = testSystem()
    const { group, singers } = choir(system, 'a')
    const other = system.spawn(Singer)
    const sizes: number[] = []
    const subscription = group.changes.subscribe(({ joined, left }) => {
      sizes.push(joined.length - left.length)
      if (joined.length === 1 && sizes.length === 1) group.join(other)
      if (sizes.length === 2) group.leave(other)
    })
    subscription.unsubscribe()
    const [singer] = singers
    if (singer === undefined) throw new Error('no singer')
    group.join(singer)
    expect(group.members().length).toBeGreaterThanOrEqual(2)
  })
})

describe('groups', () => {
  it('forget a group that has neither members nor listeners', async () => {
    await using system = new TroupeSystem({ ...toSystemSettings({ name: 'test' }), stopTimeout: 1_000 })
    const groups = groupsOf(system)
    const { group, singers } = choir(system, 'a')
    expect(groups.size).toBe(1)
    const subscription = group.changes.subscribe()
    for (const singer of singers) group.leave(singer)
    expect(groups.size).toBe(1)
    subscription.unsubscribe()
    expect(groups.size).toBe(0)
    void system.group('other').tell('x')
    system.group('other').members()
    await rejection(system.group('other').ask('x'))
    expect(groups.size).toBe(0)
  })
})

/** What a system keeps, by way of a handle. */
function groupsOf(system: System): Groups {
  const handle: unknown = Reflect.get(system.group('any'), 'groups')
  if (handle instanceof Groups) return handle
  throw new Error('a handle has no groups')
}
