import { describe, expect, it } from 'vitest'
import { Entry } from '../../src/remote/wire.ts'
import { replyPort } from '../../src/model/envelope.ts'
import { settle } from './fake-node.ts'
import { CONTROL, DATA, give, hostile, spawned } from './hostile-peer.ts'

const QUOTA = { code: 'TROUPE_QUOTA' }

describe('a peer above its quota', () => {
  it('of requests gets an error for each ask and stream more, until others are answered', async () => {
    const peer = await hostile({ requests: 2 })
    const { node, raw, session } = peer
    const actor = node.actor()
    const seq = await give(peer, actor)
    for (let id = 1; id <= 3; id++) raw.send(DATA, [Entry.ask, seq, 'get', null, null, id, -1, null], [])
    raw.send(DATA, [Entry.open, seq, 'list', null, null, 4, 10], [])
    await settle()
    expect(raw.received()).toMatchObject([
      [Entry.fail, 3, QUOTA],
      [Entry.error, 4, QUOTA],
    ])
    const [first] = actor.received
    if (first !== undefined) replyPort(first)?.resolve('yes')
    raw.send(DATA, [Entry.ask, seq, 'get', null, null, 5, -1, null], [])
    await settle()
    expect([actor.received.length, session.size, session.state]).toEqual([3, 2, 'open'])
    expect(node.refusals).toEqual(['quota requests', 'quota requests'])
  })

  it('of waits for setup gets an error', async () => {
    const peer = await hostile({ requests: 1 })
    const { node, raw } = peer
    const actor = node.actor()
    let start = (): void => undefined
    actor.readyWith = new Promise((resolve) => (start = resolve))
    const seq = await give(peer, actor)
    for (let wait = 1; wait <= 2; wait++) raw.send(DATA, [Entry.awaitReady, wait, seq], null)
    await settle()
    expect(raw.received()).toMatchObject([[Entry.notReady, 2, QUOTA]])
    start()
    await settle()
    raw.send(DATA, [Entry.awaitReady, 3, seq], null)
    await settle()
    expect(raw.received()).toEqual([
      [Entry.ready, 1, null],
      [Entry.ready, 3, null],
    ])
  })

  it('of watches and links hears so, each in its own way', async () => {
    const peer = await hostile({ watches: 2 })
    const { node, raw, session } = peer
    const actor = node.actor()
    const seq = await give(peer, actor)
    raw.send(DATA, [Entry.watch, 1, seq], null)
    raw.send(DATA, [Entry.link, seq, [5, 'troupe://raw/x']], null)
    raw.send(DATA, [Entry.watch, 2, seq], null)
    raw.send(DATA, [Entry.link, seq, [6, 'troupe://raw/y']], null)
    await settle()
    expect(raw.received()).toMatchObject([
      [Entry.down, 2, { kind: 'error', error: QUOTA }],
      [Entry.exit, 6, expect.anything(), { kind: 'error', error: QUOTA }],
    ])
    raw.send(DATA, [Entry.unwatch, 1], null)
    raw.send(DATA, [Entry.watch, 3, seq], null)
    await settle()
    expect([actor.watchers.size, actor.linked, session.state]).toEqual([1, 1, 'open'])
  })

  it('of actors gets failed starts, also when it starts them anew', async () => {
    const peer = await hostile({ actors: 2 })
    const { node, raw, session } = peer
    await spawned(peer, 1)
    await spawned(peer, 2)
    raw.send(DATA, [Entry.spawn, 3, null, 'X', 'x', null, 1, null], [])
    raw.send(DATA, [Entry.restart, 3], null)
    await settle()
    expect(raw.received()).toMatchObject([
      [Entry.childEnded, 3, { kind: 'error', error: { code: 'TROUPE_START_FAILED', cause: QUOTA } }],
      [Entry.childEnded, 3, { kind: 'not-found' }],
    ])
    expect([node.hosted.length, session.state]).toEqual([2, 'open'])
  })

  it('of messages loses tells, and gets errors for asks, until time has passed', async () => {
    const peer = await hostile({ messages: 10 })
    const { node, raw, session, clock } = peer
    const actor = node.actor()
    const seq = await give(peer, actor)
    for (let n = 0; n < 100; n++) raw.send(DATA, [Entry.tell, seq, 'take', null], [n])
    raw.send(DATA, [Entry.ask, seq, 'get', null, null, 1, -1, null], [])
    await settle(30)
    expect(actor.received).toHaveLength(10)
    expect(raw.received()).toMatchObject([[Entry.fail, 1, QUOTA]])
    await clock.advance(500)
    for (let n = 0; n < 100; n++) raw.send(DATA, [Entry.tell, seq, 'take', null], [n])
    await settle(30)
    expect([actor.received.length, session.state]).toEqual([15, 'open'])
  })
})

describe('a peer that floods', () => {
  it('with pings gets a few pongs', async () => {
    const { raw, session } = await hostile()
    for (let n = 0; n < 1_000; n++) raw.send(CONTROL, [Entry.ping], null)
    await settle()
    expect(raw.received()).toHaveLength(10)
    expect(session.state).toBe('open')
  })

  it('with full mailboxes of its own is noted 10,000 times, and never for a name without end', async () => {
    const { raw, session } = await hostile()
    raw.send(CONTROL, [Entry.full, 'x'.repeat(100_000)], null)
    await settle()
    expect(session.size).toBe(0)
    for (let n = 1; n <= 10_100; n++) raw.send(CONTROL, [Entry.full, n], null)
    await settle()
    expect([session.size, session.state]).toEqual([10_000, 'open'])
  })

  it('with one number for many watches loses its link', async () => {
    const peer = await hostile()
    const seq = await give(peer, peer.node.actor())
    for (let n = 0; n < 2; n++) peer.raw.send(DATA, [Entry.watch, 1, seq], null)
    expect(await peer.session.closed).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
  })

  it('with a long chain of askers is believed the last 256', async () => {
    const peer = await hostile()
    const actor = peer.node.actor()
    const seq = await give(peer, actor)
    const chain = Array.from({ length: 100_000 }, (_, n) => [0, 0, n + 1, 'troupe://raw/x', n]).flat()
    peer.raw.send(DATA, [Entry.ask, seq, 'get', null, null, 1, -1, chain], [])
    await settle()
    const [envelope] = actor.received
    const links = envelope === undefined ? [] : (replyPort(envelope)?.chain() ?? [])
    expect([links.length, links.at(-1)?.turn]).toEqual([256, 99_999])
  })

  it('with paths without end keeps none of them here', async () => {
    const peer = await hostile()
    const actor = peer.node.actor()
    const seq = await give(peer, actor)
    peer.raw.send(DATA, [Entry.tell, seq, 'take', [5, 'x'.repeat(100_000)]], [])
    await settle()
    expect(actor.received[0]?.sender?.path).toBe(`troupe://${peer.session.id}/5`)
  })
})

describe('a spawn', () => {
  it.each(['', '../x', 'a/b', 'troupe://x', 'x'.repeat(1_000), '\n'])('under the name %j is a failed start', async (name) => {
    const { node, raw, session } = await hostile()
    raw.send(DATA, [Entry.spawn, 1, null, 'X', name, null, 0, null], [])
    await settle()
    expect(raw.received()).toMatchObject([[Entry.childEnded, 1, { kind: 'error', error: { code: 'TROUPE_START_FAILED' } }]])
    expect([node.hosted.length, session.size]).toEqual([0, 0])
  })

  it('with a mailbox without room loses its link', async () => {
    const { raw, session } = await hostile()
    raw.send(DATA, [Entry.spawn, 1, null, 'X', 'x', [0, 'refuse'], 0, null], [])
    expect(await session.closed).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
  })
})
