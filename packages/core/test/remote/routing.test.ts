import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { toNodeId } from '../../src/model/address.ts'
import { KILLED, NORMAL, NOT_FOUND } from '../../src/model/exit-reason.ts'
import { replyPort, streamPort } from '../../src/model/envelope.ts'
import { targetOf } from '../../src/model/ref.ts'
import type { Target } from '../../src/model/target.ts'
import { nameAddress } from '../../src/remote/name-address.ts'
import type { Session } from '../../src/remote/session.ts'
import type { Codec } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'
import { FakeNode, type Puppet, argsOf, connect, pair, remote, settle } from './fake-node.ts'
import { WatchProbe, ask, deliverTell, stream, tell } from './probes.ts'

describe('names at a peer', () => {
  it('lead each message to whoever has the name at that moment', async () => {
    const { right, toRight } = await pair()
    const target = targetOf(toRight.lookup('counter'))
    tell(target, 'nobody')
    await settle()
    const one = right.actor('one')
    right.names.set('counter', one)
    tell(target, 'first')
    await settle()
    const two = right.actor('two')
    right.names.set('counter', two)
    tell(target, 'second')
    const probe = ask(target, 'get')
    await settle()
    expect([one.methods, two.methods]).toEqual([['first'], ['second', 'get']])
    expect(right.deadLetters).toMatchObject([{ method: 'nobody', target: 'troupe://right/?counter', why: 'not-found' }])
    expect(probe.outcomes).toEqual([])
  })

  it('are watched as the actor that has the name then', async () => {
    const { right, toRight } = await pair()
    const one = right.actor('one')
    right.names.set('counter', one)
    const watcher = new WatchProbe()
    toRight.targetNamed('counter').watch(watcher)
    await settle()
    right.names.delete('counter')
    one.end(KILLED)
    await settle()
    expect(watcher.reasons).toEqual([KILLED])
  })

  it('compare as the same when they are the same, and are told apart', async () => {
    const { toRight } = await pair()
    expect(toRight.lookup('a').equals(toRight.lookup('a'))).toBe(true)
    expect(toRight.lookup('a').equals(toRight.lookup('b'))).toBe(false)
    expect(toRight.lookup('a').path).toBe('troupe://right/?a')
  })

  it('stay late-bound when they are sent', async () => {
    const { left, right, toLeft } = await pair()
    const actor = left.actor('taker')
    tell(remote(toLeft, actor), 'take', [right.refTo(toLeft.targetNamed('here'))])
    await settle()
    const [ref] = argsOf(actor) as [ReturnType<typeof left.refTo>]
    expect(targetOf(ref).address).toEqual(nameAddress(left.id, 'here'))
  })
})

/** Two workers of one parent, each connected with it and not with each other. */
async function family(): Promise<{
  parent: FakeNode
  one: FakeNode
  two: FakeNode
  sessions: readonly Session[]
  links: readonly [MemoryTransport, MemoryTransport]
  /** An actor of two as seen by one. */
  across(puppet: Puppet): Target
}> {
  const clock = new ManualClock()
  const [parent, one, two] = ['parent', 'one', 'two'].map((name) => new FakeNode(name, clock)) as [FakeNode, FakeNode, FakeNode]
  const links = [memoryTransport(), memoryTransport()] as const
  const sessions = [...(await connect(links[0], parent, one)), ...(await connect(links[1], parent, two))]
  one.routes.set(two.id, parent.id)
  two.routes.set(one.id, parent.id)
  return { parent, one, two, sessions, links, across: (puppet) => one.targetFor(puppet.address, puppet.path) }
}

describe('messages through a node between', () => {
  it('reach actors of a sibling, with their sender, and are answered', async () => {
    const { one, two, across } = await family()
    const actor = two.actor('there')
    const sender = one.actor('here')
    actor.receive = (envelope) => {
      replyPort(envelope)?.resolve(envelope.args[0])
      if (envelope.sender !== null) tell(envelope.sender, 'thanks', [], actor)
    }
    tell(across(actor), 'note', [1], sender)
    const probe = ask(across(actor), 'echo', [42])
    await settle(20)
    expect(probe.outcomes).toEqual([{ value: 42 }])
    expect(sender.methods).toEqual(['thanks'])
    expect(sender.received[0]?.sender?.address).toEqual(actor.address)
  })

  it('carry watches, links, kills, streams, cancels and refs', async () => {
    const { one, two, sessions, across } = await family()
    const actor = two.actor('there')
    const here = one.actor('here')
    const watcher = new WatchProbe()
    across(actor).watch(watcher)
    across(actor).link(here)
    here.link(across(actor))
    actor.receive = (envelope) => {
      const port = streamPort(envelope)
      for (let n = 0; port !== null && n < 5; n++) port.next(n)
      port?.complete()
      replyPort(envelope)?.onCancel((reason) => tell(envelope.args[0] as Target, String(reason)))
    }
    const streamed = stream(across(actor), 'numbers')
    await settle(20)
    expect(streamed.values).toEqual([0, 1, 2, 3, 4])
    expect(streamed.ends).toEqual(['complete'])
    tell(across(actor), 'take', [one.refTo(here)])
    await settle(20)
    const [ref] = argsOf(actor) as [ReturnType<typeof one.refTo>]
    tell(targetOf(ref), 'found')
    await settle(20)
    expect(here.methods).toEqual(['found'])
    const asked = two.actor('asked')
    const cancelled: unknown[] = []
    asked.receive = (envelope) => replyPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    const probe = ask(across(asked), 'slow')
    await settle(20)
    probe.cancel('enough')
    await settle(20)
    expect(cancelled).toEqual(['enough'])
    across(actor).kill()
    await settle(20)
    expect(actor.ended).toEqual(KILLED)
    expect(watcher.reasons).toEqual([KILLED])
    expect(here.linkedExits).toMatchObject([{ reason: KILLED }])
    expect(sessions.map(({ size }) => size)).toEqual([0, 0, 0, 0])
  })

  it('wait where the far actor is full', async () => {
    const { two, across, sessions } = await family()
    const actor = two.actor('there')
    const accept: (() => void)[] = []
    actor.receive = () => new Promise((resolve) => accept.push(resolve))
    for (let hop = 0; hop < 2; hop++) {
      tell(across(actor), 'take') // each node hears of it from the next one, by what it sent there
      await settle(20)
    }
    const waiting = deliverTell(across(actor), 'take')
    expect(waiting).toBeInstanceOf(Promise)
    await settle(20)
    while (accept.length > 0) accept.shift()?.()
    await waiting
    await settle(20)
    expect(sessions.map(({ size }) => size)).toEqual([0, 0, 0, 0])
  })

  it('hear why when the far worker is lost, and when the node between is', async () => {
    for (const lost of [1, 0] as const) {
      const { one, two, sessions, links, across } = await family()
      const actor = two.actor('there')
      const here = one.actor('here')
      const watcher = new WatchProbe()
      across(actor).watch(watcher)
      across(actor).link(here)
      const probe = ask(across(actor), 'never')
      const streamed = stream(across(actor), 'never')
      await settle(20)
      links[lost].cut()
      await settle(20)
      const reason = { kind: 'disconnected', node: lost === 1 ? 'two' : 'parent' }
      expect(watcher.reasons).toEqual([reason])
      expect(probe.outcomes).toMatchObject([{ error: { reason } }])
      expect(streamed.ends).toMatchObject([{ reason }])
      expect(here.linkedExits).toMatchObject([{ reason }])
      expect(sessions.map(({ size }) => size)).toEqual([0, 0, 0, 0])
    }
  })

  it('do not go in circles: what leads back to the peer is answered', async () => {
    const { left, right, toRight } = await pair()
    // Each of them believes that the other one knows the way.
    const nowhere = { node: toNodeId('nowhere', 'x'), origin: toNodeId('nowhere', 'x'), seq: 1 }
    left.routes.set(nowhere.node, right.id)
    right.routes.set(nowhere.node, left.id)
    const target = left.targetFor(nowhere, 'troupe://nowhere')
    const watcher = new WatchProbe()
    const probe = ask(target, 'get')
    target.watch(watcher)
    await settle(20)
    expect(probe.outcomes).toMatchObject([{ error: { code: 'TROUPE_ACTOR_STOPPED' } }])
    expect(watcher.reasons).toHaveLength(1)
    expect(toRight.size).toBe(0)
  })

  it('to an earlier incarnation of the peer are refused', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const old = { ...actor.address, node: toNodeId('right', 'i0'), origin: toNodeId('right', 'i0') }
    const watcher = new WatchProbe()
    const target = toRight.targetFor(old, 'troupe://right/old')
    const probe = ask(target, 'get')
    target.watch(watcher)
    await settle()
    expect(actor.received).toEqual([])
    expect(probe.outcomes).toMatchObject([{ error: { reason: { kind: 'disconnected' } } }])
    expect(watcher.reasons).toHaveLength(1)
  })

  it('that cannot be pickled again on the way are refused there', async () => {
    const { parent, two, across } = await family()
    const actor = two.actor('there')
    // The node between would hand on what it cannot write.
    const session = parent.sessions.get(two.id)
    const { targetFor } = parent
    parent.targetFor = (address, path) => {
      const target = targetFor.call(parent, address, path)
      const deliver = target.deliver.bind(target)
      target.deliver = (envelope) => deliver(Object.assign(envelope, { args: [() => 1] }))
      return target
    }
    expect(session?.state).toBe('open')
    const probe = ask(across(actor), 'get')
    tell(across(actor), 'note')
    await settle(20)
    expect(probe.outcomes).toMatchObject([{ error: { code: 'TROUPE_NOT_SERIALIZABLE' } }])
    expect(parent.deadLetters).toMatchObject([{ method: 'note', why: 'refused' }])
  })
})

describe('the end of a session', () => {
  it('asked for by the peer comes after what the peer sent before', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const order: string[] = []
    actor.receive = () => void order.push('message')
    right.shutdownRequested = (reason) => void order.push(reason.kind)
    tell(remote(toRight, actor), 'before')
    toRight.requestShutdown({ kind: 'shutdown', detail: 'enough' })
    await settle()
    expect(order).toEqual(['message', 'shutdown'])
  })

  it('is disconnected for both when closed without a reason, each naming the other', async () => {
    const { toRight, toLeft } = await pair()
    toRight.close()
    expect(await toRight.closed).toEqual({ kind: 'disconnected', node: 'right' })
    expect(await toLeft.closed).toEqual({ kind: 'disconnected', node: 'left' })
  })

  it('takes nothing more once it is closing, but the answers that were asked for', async () => {
    const { left, right, toRight, toLeft } = await pair({ window: 4_096 })
    const actor = right.actor()
    const here = left.actor()
    actor.receive = () => new Promise(() => undefined)
    for (let n = 0; n < 8; n++) tell(remote(toRight, actor), 'fill', [new Uint8Array(3_000)])
    await settle()
    const probe = ask(remote(toLeft, here), 'get')
    await settle()
    toRight.close({ kind: 'shutdown' })
    tell(remote(toRight, actor), 'late')
    expect(left.deadLetters).toMatchObject([{ method: 'late', why: 'disconnected' }])
    expect(ask(remote(toRight, actor), 'late').outcomes).toMatchObject([{ error: { reason: { kind: 'shutdown' } } }])
    expect(toRight.state).toBe('closing')
    await left.clock.advance(1_000)
    await settle()
    expect(await toLeft.closed).toEqual({ kind: 'shutdown' })
    expect(probe.outcomes).toMatchObject([{ error: { reason: { kind: 'shutdown' } } }])
  })

  it('is known before anybody hears of an end that it caused', async () => {
    const { right, toRight, transport } = await pair()
    const order: string[] = []
    void toRight.closed.then(() => order.push('closed'))
    const exited = new Promise<void>((resolve) => remote(toRight, right.actor()).watch({ ended: () => resolve() }))
    void exited.then(() => order.push('watcher'))
    transport.cut()
    await exited
    await settle()
    expect(order).toEqual(['closed', 'watcher'])
  })

  it('keeps what a worker said of its own end', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    await settle()
    toRight.events.closed({ kind: 'exit', code: 3 })
    expect(await toRight.closed).toEqual({ kind: 'exit', code: 3 })
    expect(watcher.reasons).toEqual([{ kind: 'exit', code: 3 }])
  })

  it('is the same twice', async () => {
    const { toRight, toLeft } = await pair()
    toRight.close(NORMAL)
    toRight.close(KILLED)
    toLeft.close(NOT_FOUND)
    await Promise.all([toRight.closed, toLeft.closed])
    toRight.close(KILLED)
    expect(await toRight.closed).toEqual(NORMAL)
    toRight.events.closed(KILLED)
    expect(toRight.state).toBe('closed')
  })
})

describe('a session that is let down', () => {
  it('ends with the error when its codec cannot write what it took', async () => {
    const clock = new ManualClock()
    const failing: Codec = {
      ...msgpackCodec,
      createEncoder: (refs, trust) => {
        const encoder = msgpackCodec.createEncoder(refs, trust)
        let broken = false
        return {
          get size() {
            return encoder.size
          },
          get count() {
            return encoder.count
          },
          push: (header, payload, root) => {
            broken ||= JSON.stringify(payload).includes('poison')
            encoder.push(header, payload, root)
          },
          take: () => {
            if (broken) throw new RangeError('out of memory')
            return encoder.take()
          },
        }
      },
    }
    const { right, toRight } = await pair({
      left: new FakeNode('left', clock, failing),
      right: new FakeNode('right', clock, failing),
      clock,
    })
    const probe = ask(remote(toRight, right.actor()), 'get', ['poison'])
    expect(await toRight.closed).toMatchObject({ kind: 'error', error: { message: 'out of memory' } })
    expect(probe.outcomes).toMatchObject([{ error: { code: 'TROUPE_ACTOR_STOPPED' } }])
    expect(toRight.size).toBe(0)
  })

  it('tells everybody of its end, also when one of them throws', async () => {
    const { left, right, toRight, transport } = await pair()
    const target = remote(toRight, right.actor())
    const watcher = new WatchProbe()
    const here = left.actor()
    here.linkedExit = () => {
      throw new Error('broken actor')
    }
    target.link(here)
    target.watch(watcher)
    await settle()
    transport.cut()
    await toRight.closed
    expect(watcher.reasons).toHaveLength(1)
    expect(left.events).toMatchObject([{ kind: 'unhandled-error', error: { message: 'broken actor' } }])
  })
})
