import { describe, expect, it } from 'vitest'
import { nodeAddress, toNodeId } from '../../src/model/address.ts'
import { KILLED } from '../../src/model/exit-reason.ts'
import { type AnyRef, targetOf } from '../../src/model/ref.ts'
import { Entry } from '../../src/remote/wire.ts'
import { FakeNode, argsOf, connect, settle } from './fake-node.ts'
import { CONTROL, DATA, give, hostile, spawned } from './hostile-peer.ts'
import { spelledRef } from './raw-peer.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'

describe('an address that a peer guessed', () => {
  it.each([
    ['that others know', true],
    ['that nobody was given', false],
  ])('of an actor %s reaches nobody, and is an event', async (_what, isKnown) => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const actor = node.actor('secret')
    if (!isKnown) node.forget(actor)
    const { seq } = actor.address
    raw.send(DATA, [Entry.tell, seq, 'take', null], [])
    raw.send(DATA, [Entry.tell, [1, 1, seq], 'take', null], [])
    raw.send(DATA, [Entry.ask, seq, 'get', null, null, 1, -1, null], [])
    raw.send(DATA, [Entry.open, seq, 'list', null, null, 2, 10], [])
    raw.send(DATA, [Entry.watch, 1, seq], null)
    raw.send(DATA, [Entry.awaitReady, 1, seq], null)
    raw.send(DATA, [Entry.link, seq, [5, 'troupe://raw/x']], null)
    raw.send(DATA, [Entry.stop, seq], { kind: 'normal' })
    raw.send(CONTROL, [Entry.kill, seq], null)
    await settle()
    expect([actor.received, actor.ended, actor.watchers.size, actor.linked]).toEqual([[], null, 0, 0])
    const stopped = { code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'not-found' } }
    expect(raw.received()).toMatchObject([
      [Entry.fail, 1, stopped],
      [Entry.error, 2, stopped],
      [Entry.down, 1, { kind: 'not-found' }],
      [Entry.notReady, 1, stopped],
      [Entry.exit, 5, [0, 0, seq, expect.any(String)], { kind: 'not-found' }],
    ])
    expect(node.refusals).toHaveLength(9)
    expect(new Set(node.refusals.map((refusal) => refusal.split(' ')[0]))).toEqual(new Set(['reach']))
    expect(session.size).toBe(0)
  })

  it('is good once the actor has sent something, or its ref was sent', async () => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const [sender, mentioned] = [node.actor('sender'), node.actor('mentioned')]
    await give(peer, sender)
    raw.send(DATA, [Entry.ask, sender.address.seq, 'get', null, null, 1, -1, null], [])
    await settle()
    const [envelope] = sender.received
    if (envelope?.port === null || envelope === undefined || !('resolve' in envelope.port)) throw new Error('no ask')
    envelope.port.resolve([node.refTo(mentioned)])
    await settle()
    raw.send(DATA, [Entry.tell, mentioned.address.seq, 'take', null], [])
    await settle()
    expect(mentioned.methods).toEqual(['take'])
    expect([node.refusals, session.size]).toEqual([[], 0])
  })

  it('of an actor that another peer spawned reaches nobody', async () => {
    const peer = await hostile()
    const { node, raw } = peer
    const other = toNodeId('other', 'i1')
    const actor = node.actor('hosted', other, 3)
    raw.send(DATA, [Entry.tell, [1, other, 3], 'take', null], [])
    await settle()
    expect([actor.received, node.refusals]).toEqual([[], ['reach troupe://node/hosted']])
  })

  it('in a payload is a ref to nobody: no actor here is talked into using it', async () => {
    const peer = await hostile()
    const { node, raw } = peer
    const [secret, dupe] = [node.actor('secret'), node.actor('dupe')]
    const seq = await give(peer, dupe)
    raw.send(DATA, [Entry.tell, seq, 'use', null], [spelledRef([1, 1, secret.address.seq, 'troupe://node/secret'])])
    raw.send(DATA, [Entry.tell, seq, 'use', null], [spelledRef([1, 1, seq, 'troupe://node/dupe'])])
    await settle()
    const [forged, own] = dupe.received.map(({ args }) => targetOf(args[0] as AnyRef))
    expect(own).toBe(dupe)
    expect(forged).not.toBe(secret)
    expect(forged?.address).toMatchObject({ node: node.id, seq: 0 })
    expect(node.refusals).toEqual(['reach troupe://node/secret'])
  })
})

describe('an actor of this node', () => {
  it('that a peer was given, but did not spawn, is not stopped, killed or taken along by it', async () => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const actor = node.actor('cart')
    const seq = await give(peer, actor)
    node.names.set('cart', actor)
    for (const target of [seq, 'cart'] as const) {
      raw.send(DATA, [Entry.stop, target], { kind: 'normal' })
      raw.send(CONTROL, [Entry.kill, target], null)
    }
    raw.send(DATA, [Entry.exit, seq, [5, 'troupe://raw/x']], { kind: 'error', error: new Error('die') })
    raw.send(DATA, [Entry.restart, seq], null)
    raw.send(DATA, [Entry.bury, seq], { kind: 'killed' })
    await settle()
    expect([actor.received, actor.ended, actor.verdicts, actor.linkedExits]).toEqual([[], null, [], []])
    const path = 'troupe://node/cart'
    expect(node.refusals.sort()).toEqual([`exit ${path}`, `kill ${path}`, `kill ${path}`, `stop ${path}`, `stop ${path}`])
    expect(session.state).toBe('open')
  })

  it('that a peer linked to does not end with the peer’s actor, nor with the link; the other way it holds', async () => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const [one, two, three] = [node.actor('one'), node.actor('two'), node.actor('three')]
    for (const actor of [one, two, three]) {
      const seq = await give(peer, actor)
      raw.send(DATA, [Entry.link, seq, [5, 'troupe://raw/x']], null)
    }
    await settle()
    expect([one.linked, two.linked, three.linked]).toEqual([1, 1, 1])
    raw.send(DATA, [Entry.exit, one.address.seq, 5], { kind: 'error', error: new Error('die') })
    await settle()
    two.end(KILLED)
    await settle()
    expect(raw.received()).toMatchObject([[Entry.exit, 5, expect.anything(), KILLED]])
    raw.link.close()
    await session.closed
    await settle()
    expect([one.linkedExits, two.linkedExits, three.linkedExits]).toEqual([[], [], []])
    expect([one.linked, three.linked, session.size]).toEqual([0, 0, 0])
  })

  it('that tied itself to the peer’s ends with it', async () => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const actor = node.actor('brave')
    session.targetFor({ node: session.id, origin: session.id, seq: 5 }, 'troupe://raw/x').link(actor)
    await settle()
    raw.send(DATA, [Entry.exit, actor.address.seq, 5], { kind: 'killed' })
    await settle()
    expect(actor.linkedExits).toMatchObject([{ reason: KILLED }])
    expect(node.refusals).toEqual([])
  })

  it('that a peer spawned is its own: told, linked, stopped and killed', async () => {
    const peer = await hostile()
    const { node, raw } = peer
    const [one, two] = [await spawned(peer, 1), await spawned(peer, 2)]
    raw.send(DATA, [Entry.link, -1, [5, 'troupe://raw/x']], null)
    raw.send(DATA, [Entry.stop, -1], { kind: 'normal' })
    raw.send(DATA, [Entry.exit, -1, 5], { kind: 'killed' })
    raw.send(CONTROL, [Entry.kill, -2], null)
    await settle()
    expect([one.received.length, one.linkedExits.length, two.ended, node.refusals]).toEqual([1, 1, KILLED, []])
  })
})

describe('a sender', () => {
  it.each<[string, (own: string, other: string) => readonly (number | string)[]]>([
    ['an actor of this node', () => [1, 1, 1, 'troupe://node/admin']],
    ['an actor of a worker of this program', (own) => [own, own, 1, 'troupe://worker/admin']],
    ['an actor of another peer', (_own, other) => [other, other, 1, 'troupe://other/admin']],
  ])('that a peer says is %s is the peer itself, and an event', async (_what, spell) => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const [worker, other] = [toNodeId('worker', 'i1'), toNodeId('other', 'i1')]
    node.own.add(worker)
    node.sessions.set(other, session)
    const actor = node.actor('cart')
    const seq = await give(peer, actor)
    raw.send(DATA, [Entry.tell, seq, 'obey', spell(worker, other)], [])
    raw.send(DATA, [Entry.link, seq, spell(worker, other)], null)
    raw.send(DATA, [Entry.spawn, 1, null, 'X', 'x', null, 0, spell(worker, other)], [])
    await settle()
    expect(actor.received.map(({ method, sender }) => [method, sender?.address])).toEqual([['obey', nodeAddress(session.id)]])
    expect([actor.linked, node.hosted[0]?.parent.target]).toEqual([0, null])
    expect(node.refusals.filter((refusal) => refusal.startsWith('send as'))).toHaveLength(3)
    expect(session.state).toBe('open')
  })

  it('behind the peer is answered through it', async () => {
    const peer = await hostile()
    const { node, raw } = peer
    const actor = node.actor('cart')
    const seq = await give(peer, actor)
    raw.send(DATA, [Entry.tell, seq, 'greet', ['worker~9', 'worker~9', 4, 'troupe://worker/x']], [])
    await settle()
    actor.received[0]?.sender?.kill()
    await settle()
    expect(raw.received()).toEqual([[Entry.kill, ['worker~9', 'worker~9', 4], null]])
    expect(node.refusals).toEqual([])
  })
})

describe('a third node', () => {
  it('is not reached through this one, not even its workers, unless the ref was given', async () => {
    const peer = await hostile()
    const { node, raw, session } = peer
    const worker = new FakeNode('worker', node.clock)
    const [toWorker] = await connect(memoryTransport(), node, worker)
    node.own.add(worker.id)
    const actor = worker.actor('there')
    const { seq } = actor.address
    const stranger = toNodeId('stranger', 'i1')
    const spellings = [
      [worker.id, worker.id, seq],
      [stranger, stranger, 1],
    ]
    for (const spelling of spellings) raw.send(DATA, [Entry.tell, spelling, 'take', null], [])
    await settle()
    expect(actor.received).toEqual([])
    expect(node.refusals.map((refusal) => refusal.split(' ')[0])).toEqual(['forward', 'forward'])
    const here = node.actor('here')
    await give(peer, here)
    raw.send(DATA, [Entry.ask, here.address.seq, 'who', null, null, 1, -1, null], [])
    await settle()
    const port = here.received[0]?.port
    if (port === null || port === undefined || !('resolve' in port)) throw new Error('no ask')
    port.resolve(node.refTo(toWorker.targetFor(actor.address, actor.path)))
    await settle()
    raw.send(DATA, [Entry.tell, [worker.id, worker.id, seq], 'take', null], ['now'])
    raw.send(DATA, [Entry.kill, [worker.id, worker.id, seq]], null)
    await settle()
    expect([actor.methods, argsOf(actor), actor.ended]).toEqual([['take'], ['now'], null])
    // What is kept for it goes with the actor, and with the link.
    expect(actor.watchers.size).toBe(1)
    raw.link.close()
    await session.closed
    await settle()
    expect(actor.watchers.size).toBe(0)
  })
})
