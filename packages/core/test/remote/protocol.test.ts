import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Trust } from '../../src/serialization/codec.ts'
import { Entry } from '../../src/remote/wire.ts'
import { FakeNode, settle } from './fake-node.ts'
import { rawPair } from './raw-peer.ts'

const DATA = 3
const CONTROL = 4

describe('a peer that breaks the protocol', () => {
  const breaches: readonly (readonly [string, number, readonly unknown[], unknown])[] = [
    ['an entry of no known kind', DATA, [99], null],
    ['an entry without a kind', DATA, [], null],
    ['a target that is no address', DATA, [Entry.tell, { x: 1 }, 'm', null], []],
    ['an address of two parts', DATA, [Entry.tell, [0, 1], 'm', null], []],
    ['a method whose number nobody gave', DATA, [Entry.tell, 1, 7, null], []],
    ['a method that is no text', DATA, [Entry.tell, 1, { m: 1 }, null], []],
    ['a method with a number beyond the table', DATA, [Entry.tell, 1, [1_024, 'm'], null], []],
    ['a method with a number that is none', DATA, [Entry.tell, 1, [0.5, 'm'], null], []],
    ['a method too long to keep', DATA, [Entry.tell, 1, [0, 'm'.repeat(129)], null], []],
    ['an entry without a header, before any with one', DATA, [], []],
    ['arguments that are no list', DATA, [Entry.tell, 1, 'm', null], 'args'],
    ['an ask without a number', DATA, [Entry.ask, 1, 'm', null, null, 'x', -1, null], []],
    ['a stream with a negative demand', DATA, [Entry.open, 1, 'm', null, null, 1, -1], []],
    ['a spawn without a name', DATA, [Entry.spawn, 1, null, 'X', null, null, 0, null], []],
    ['a spawn with a mailbox of no known policy', DATA, [Entry.spawn, 1, null, 'X', 'x', [1, 'explode'], 0, null], []],
    ['a spawn of number 0', DATA, [Entry.spawn, 0, null, 'X', 'x', null, 0, null], []],
    ['a reason of no known kind', DATA, [Entry.down, 1], { kind: 'bored' }],
    ['a link of nobody', DATA, [Entry.link, 1, null], null],
    ['a grant that is no amount', CONTROL, [Entry.credit, -5], null],
    ['a line that is no amount', CONTROL, [Entry.line, 'x'], null],
    ['a full mailbox of nobody', CONTROL, [Entry.full, null], null],
    ['a frame of no known kind', 7, [Entry.ping], null],
    ['a second hello', 1, [Entry.ping], null],
    ['a refusal that is none', 2, [Entry.ping], null],
  ]

  it.each(breaches)('by %s loses its link', async (_name, lane, header, payload) => {
    const node = new FakeNode('node', new ManualClock())
    const { raw, opening } = await rawPair(node)
    raw.hello()
    const session = await opening
    raw.send(lane, header, payload)
    expect(await session.closed).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
    await settle()
    expect(raw.ends).toHaveLength(1)
    expect(session.size).toBe(0)
    expect(node.clock.pending).toBe(0)
  })

  it('by an ask under a number that is in use loses its link, and the asked actor hears of it', async () => {
    const node = new FakeNode('node', new ManualClock())
    const { raw, opening } = await rawPair(node)
    const actor = node.actor()
    raw.hello()
    const session = await opening
    for (let count = 0; count < 2; count++) raw.send(DATA, [Entry.ask, actor.address.seq, 'get', null, null, 1, -1, null], [])
    expect(await session.closed).toMatchObject({ kind: 'error' })
    expect(actor.received).toHaveLength(1)
    expect(session.size).toBe(0)
  })

  it('by sending without credit loses its link', async () => {
    const node = new FakeNode('node', new ManualClock())
    const { raw, opening } = await rawPair(node, { window: 10_000, trust: 'untrusted' })
    const actor = node.actor()
    actor.receive = () => new Promise(() => undefined)
    node.names.set('taker', actor)
    raw.hello()
    const session = await opening
    for (let count = 0; count < 3; count++) raw.send(DATA, [Entry.tell, 'taker', 'take', null], [new Uint8Array(6_000)])
    expect(await session.closed).toMatchObject({
      kind: 'error',
      error: { message: expect.stringContaining('without credit') as string },
    })
    expect(actor.received).toHaveLength(2)
  })

  it.each<[string, Trust, 'frame' | 'body']>([
    ['a trusted frame', 'trusted', 'frame'],
    ['an untrusted frame', 'untrusted', 'frame'],
    ['the body of an untrusted frame', 'untrusted', 'body'],
  ])('by random bytes as %s does no more than lose its link', async (_name, trust, as) => {
    const random = seededRandom(11)
    for (let round = 0; round < 60; round++) {
      const node = new FakeNode('node', new ManualClock())
      const { raw, opening } = await rawPair(node, { trust })
      raw.hello()
      const session = await opening
      const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 80) }, () => random() * 256)
      const lane = random() < 0.5 ? DATA : CONTROL
      if (as === 'body') raw.sendBody(lane, bytes)
      else {
        bytes[0] = lane
        raw.link.send(bytes)
      }
      await settle(2)
      if (session.state === 'open') raw.link.close()
      await session.closed
      expect(session.size).toBe(0)
    }
  })

  it('by unknown numbers is not heard: answers, values and notices that nobody waits for', async () => {
    const node = new FakeNode('node', new ManualClock())
    const { raw, opening } = await rawPair(node)
    raw.hello()
    const session = await opening
    for (const kind of [
      Entry.reply,
      Entry.fail,
      Entry.next,
      Entry.complete,
      Entry.error,
      Entry.childReady,
      Entry.restart,
      Entry.unwatch,
      Entry.ready,
      Entry.cancel,
    ])
      raw.send(DATA, [kind, 12_345], null)
    raw.send(DATA, [Entry.down, 5], { kind: 'normal' })
    raw.send(DATA, [Entry.childEnded, 5], { kind: 'normal' })
    raw.send(DATA, [Entry.bury, 5], { kind: 'normal' })
    raw.send(CONTROL, [Entry.demand, 5, 10], null)
    raw.send(DATA, [Entry.tell, ['elsewhere~1', 'elsewhere~1', 4], 'm', [3, 'troupe://raw/x']], [])
    raw.send(DATA, [Entry.kill, 5], null)
    await settle()
    expect(session.state).toBe('open')
    expect(node.events).toEqual([])
    session.close()
    await session.closed
  })
})
