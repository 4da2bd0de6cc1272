import { describe, expect, it } from 'vitest'
import { formatAddress, toNodeId } from '../../src/model/address.ts'
import type { System } from '../../src/model/system.ts'
import { decodeHandshake } from '../../src/remote/hello.ts'
import { Entry, Lane } from '../../src/remote/wire.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { record, testSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'
import { FakeNode, pair, settle } from './fake-node.ts'
import { RawPeer, rawPair } from './raw-peer.ts'

describe('news of groups', () => {
  it('travel with address, path and count, and a leave without them', async () => {
    const { left, right, toRight } = await pair()
    const puppet = left.actor('singer')
    const hosted = left.actor('hosted', right.id, 7)
    toRight.groups.announce('choir', puppet, 2)
    toRight.groups.announce('choir', hosted, 1)
    toRight.groups.announce('choir', puppet, 0)
    await settle()
    expect(right.news).toEqual([
      `choir: ${formatAddress(puppet.address)} troupe://left/singer 2`,
      `choir: ${formatAddress(hosted.address)} troupe://left/hosted 1`,
      `choir: ${formatAddress(puppet.address)}  0`,
    ])
    expect(left.exports).toEqual(new Set([puppet, hosted]))
  })

  it('lead through the peer, or to an actor of this node', async () => {
    const { left, right, toRight } = await pair()
    const here = left.actor('here')
    expect(toRight.groups.targetFor(here.address, '')).toBe(here)
    expect(toRight.groups.targetFor({ ...here.address, seq: 99 }, '')).toBe(null)
    const third = toNodeId('third', 'i1')
    const beyond = toRight.groups.targetFor({ node: third, origin: third, seq: 3 }, 'troupe://third/x')
    expect(beyond).toMatchObject({ wire: [third, third, 3], path: 'troupe://third/x' })
    expect(toRight.groups.peerId).toBe(right.id)
  })

  it('end with the session, and nothing is said of them any more', async () => {
    const { left, right, toRight, toLeft } = await pair()
    toRight.close()
    toRight.groups.announce('choir', left.actor(), 1)
    await Promise.all([toRight.closed, toLeft.closed])
    expect([left.news, right.news]).toEqual([['closed'], ['closed']])
  })

  it('cut a path that is longer than the protocol allows', async () => {
    const { left, right, toRight } = await pair()
    toRight.groups.announce('choir', left.actor('x'.repeat(3_000)), 1)
    await settle()
    expect(right.news[0]?.length).toBeLessThan(1_200)
  })

  const address = [0, 0, 1]
  it.each([
    ['a name that is none', [Entry.join, 7, address, 'path', 1]],
    ['an empty name', [Entry.join, '', address, 'path', 1]],
    ['a name that is too long', [Entry.join, 'x'.repeat(256), address, 'path', 1]],
    ['a registered name as the member', [Entry.join, 'choir', 'name', 'path', 1]],
    ['an address without a number', [Entry.join, 'choir', [0, 0], 'path', 1]],
    ['a number of nobody', [Entry.join, 'choir', 0, 'path', 1]],
    ['no path', [Entry.join, 'choir', address, null, 1]],
    ['a path that is too long', [Entry.join, 'choir', address, 'x'.repeat(1_025), 1]],
    ['a join of no times', [Entry.join, 'choir', address, 'path', 0]],
    ['a join of half a time', [Entry.join, 'choir', address, 'path', 0.5]],
    ['a leave without a member', [Entry.leave, 'choir']],
  ])('close the link for %s', async (_, header) => {
    const node = new FakeNode('node', new ManualClock())
    const { raw, opening } = await rawPair(node)
    raw.hello()
    const session = await opening
    raw.send(Lane.data, header)
    expect(await session.closed).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
    expect(node.news).toEqual(['closed'])
  })
})

/** A system, and a peer of another program by hand. */
async function hostile(system: System): Promise<RawPeer> {
  const { listener, connector } = memoryTransport()
  await system.listen(listener)
  const raw = new RawPeer(await connector.connect(new AbortController().signal), 'untrusted')
  raw.hello({ id: toNodeId('raw', 'i1') })
  while (raw.frames.length === 0) await turns(1)
  const [frame] = raw.frames
  if (frame === undefined || decodeHandshake(frame).kind !== 'hello') throw new Error('the system did not say hello')
  return raw
}

describe('another program', () => {
  it('speaks for its own actors only', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const raw = await hostile(system)
    const third = toNodeId('third', 'i1')
    raw.send(Lane.data, [Entry.join, 'choir', [0, 0, 1], 'troupe://raw/own', 1])
    raw.send(Lane.data, [Entry.join, 'choir', [third, third, 1], 'troupe://third/x', 1])
    raw.send(Lane.data, [Entry.join, 'choir', [third, 0, 1], 'troupe://third/x', 1])
    raw.send(Lane.data, [Entry.join, 'choir', 1, 'troupe://test/x', 1])
    raw.send(Lane.data, [Entry.leave, 'choir', [third, third, 1]])
    await turns(10)
    expect(
      system
        .group('choir')
        .members()
        .map(({ path }) => path),
    ).toEqual(['troupe://raw/own'])
    expect(events).toContainEqual({ kind: 'peer-refused', node: 'raw', action: 'group', name: 'choir' })
    raw.link.close()
    await turns(5)
    expect(system.group('choir').members()).toEqual([])
  })

  it('may announce ten thousand joins, and take some back for others', async () => {
    await using system = testSystem()
    const { events } = record(system)
    const raw = await hostile(system)
    const refused = (): number => events.filter(({ kind }) => kind === 'peer-refused').length
    raw.send(Lane.data, [Entry.join, 'a', [0, 0, 1], 'p', 1e15])
    raw.send(Lane.data, [Entry.join, 'a', [0, 0, 1], 'p', 9_999])
    raw.send(Lane.data, [Entry.join, 'b', [0, 0, 2], 'p', 2])
    raw.send(Lane.data, [Entry.join, 'b', [0, 0, 3], 'p', 1])
    raw.send(Lane.data, [Entry.join, 'c', [0, 0, 4], 'p', 1])
    await turns(10)
    expect(refused()).toBe(3)
    expect(['a', 'b', 'c'].map((name) => system.group(name).members().length)).toEqual([9_999, 1, 0])
    raw.send(Lane.data, [Entry.join, 'a', [0, 0, 1], 'p', 5])
    raw.send(Lane.data, [Entry.leave, 'b', [0, 0, 3]])
    raw.send(Lane.data, [Entry.join, 'c', [0, 0, 4], 'p', 9_000])
    await turns(10)
    expect(refused()).toBe(3)
    expect(['a', 'b', 'c'].map((name) => system.group(name).members().length)).toEqual([5, 0, 9_000])
    raw.link.close()
    await turns(5)
  })
})
