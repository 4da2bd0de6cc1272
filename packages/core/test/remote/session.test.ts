import { describe, expect, it } from 'vitest'
import { NotSerializableError } from '../../src/errors/serialization-errors.ts'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import { nodeAddress } from '../../src/model/address.ts'
import { STOP_SENTINEL, TELL, replyPort, stopSentinel } from '../../src/model/envelope.ts'
import { KILLED, NORMAL, NOT_FOUND, SHUTDOWN } from '../../src/model/exit-reason.ts'
import { pair, remote, settle } from './fake-node.ts'
import { ParentProbe, WatchProbe, ask, deliverTell, tell } from './probes.ts'

describe('session', () => {
  it('carries tells in the order sent, with their sender', async () => {
    const { left, right, toRight } = await pair()
    const counter = right.actor('counter')
    const sender = left.actor('sender')
    const target = remote(toRight, counter)
    for (let n = 0; n < 2_000; n++) tell(target, 'add', [n], n % 2 === 0 ? sender : null)
    await settle()
    expect(counter.received.map(({ args }) => args[0])).toEqual(Array.from({ length: 2_000 }, (_, n) => n))
    expect(counter.received[0]?.sender?.path).toBe('troupe://left/sender')
    expect(counter.received[2]?.sender?.address).toEqual(sender.address)
    expect(counter.received[1]?.sender?.address).toEqual(nodeAddress(left.id)) // code of the peer
    expect(left.exports.has(sender)).toBe(true)
    expect(left.exportCalls).toBe(1)
  })

  it('copies what is sent at the moment of the tell', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const list = [1, 2]
    tell(remote(toRight, actor), 'take', [list])
    list.push(3)
    await settle()
    expect(actor.received[0]?.args).toEqual([[1, 2]])
  })

  it('throws at the teller when an argument cannot be pickled, with nothing sent', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const target = remote(toRight, actor)
    expect(() => deliverTell(target, 'take', [{ run: () => 1 }])).toThrow(NotSerializableError)
    tell(target, 'take', ['fine'])
    await settle()
    expect(actor.received.map(({ args }) => args[0])).toEqual(['fine'])
  })

  it('answers asks with the reply or the error', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    actor.receive = (envelope) => {
      const port = replyPort(envelope)
      if (envelope.method === 'fail') port?.reject(new TypeError('no'))
      else port?.resolve(envelope.args[0])
    }
    const target = remote(toRight, actor)
    const good = ask(target, 'echo', [42])
    const bad = ask(target, 'fail')
    await settle()
    expect(good.outcomes).toEqual([{ value: 42 }])
    expect(bad.outcomes).toHaveLength(1)
    expect(bad.outcomes[0]?.error).toBeInstanceOf(TypeError)
    expect(toRight.size).toBe(0)
  })

  it('spawns at the peer and reports to the parent here', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const parent = new ParentProbe(left.actor('parent'))
    const definition = { module: 'file:///counter.ts', name: 'Counter' }
    const request = {
      origin: left.id,
      seq: left.nextSeq(),
      definition,
      args: [10],
      name: 'c',
      mailbox: null,
      onEnd: 'free' as const,
    }
    const child = toRight.spawn(request, parent)
    tell(child, 'add', [5])
    const ready = child.ready()
    await settle()
    const hosted = right.hosted[0]
    expect(hosted?.request).toEqual(request)
    expect(hosted?.peer).toBe(left.id)
    expect(hosted?.parent.target?.path).toBe('troupe://left/parent')
    expect(hosted?.puppet.methods).toEqual(['add'])
    hosted?.parent.childReady(hosted.puppet)
    await settle()
    await ready
    expect(parent.reports).toEqual(['ready'])
    hosted?.parent.childEnded(hosted.puppet, SHUTDOWN)
    await settle()
    expect(parent.reports).toEqual(['ready', 'ended shutdown'])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('tells a watcher once, after the last message of the actor that ended', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const here = left.actor('here')
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    await settle()
    tell(remote(toLeft, here), 'last')
    const seen: string[] = []
    here.receive = () => void seen.push('last')
    watcher.ended = (reason) => void seen.push(reason.kind)
    actor.end(KILLED)
    await settle()
    expect(seen).toEqual(['last', 'killed'])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('says not-found to watchers and askers of nobody', async () => {
    const { right, toRight } = await pair()
    const gone = right.actor()
    gone.end(NORMAL)
    const watcher = new WatchProbe()
    const target = remote(toRight, gone)
    target.watch(watcher)
    const probe = ask(target, 'get')
    tell(target, 'add', [1])
    await settle()
    expect(watcher.reasons).toEqual([NOT_FOUND])
    expect(isTroupeError(probe.outcomes[0]?.error, 'TROUPE_ACTOR_STOPPED')).toBe(true)
    expect(right.deadLetters).toMatchObject([{ method: 'add', why: 'not-found' }])
  })

  it('stops behind the queue and kills at once', async () => {
    const { right, toRight } = await pair()
    const one = right.actor('one')
    const two = right.actor('two')
    tell(remote(toRight, one), 'before')
    void remote(toRight, one).deliver(stopSentinel(SHUTDOWN))
    remote(toRight, two).kill()
    await settle()
    expect(one.received.map(({ kind }) => kind)).toEqual([TELL, STOP_SENTINEL])
    expect(one.received[1]?.args).toEqual([SHUTDOWN])
    expect(two.ended).toEqual(KILLED)
  })

  it('ends once: everything open hears why, and nothing is left', async () => {
    const { left, right, toRight, toLeft, transport } = await pair()
    const actor = right.actor()
    const target = remote(toRight, actor)
    const watcher = new WatchProbe()
    const probe = ask(target, 'never')
    const parent = new ParentProbe()
    const cancelled: unknown[] = []
    actor.receive = (envelope) => replyPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    target.watch(watcher)
    const definition = { module: undefined, name: 'X' }
    const child = toRight.spawn(
      { origin: left.id, seq: 77, definition, args: [], name: 'x', mailbox: null, onEnd: 'held' },
      parent,
    )
    const ready = expect(child.ready()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await settle()
    transport.cut()
    const reason = { kind: 'disconnected', node: 'right' }
    expect(await toRight.closed).toEqual(reason)
    await toLeft.closed
    await ready
    expect(probe.outcomes).toMatchObject([{ error: { reason } }])
    expect(watcher.reasons).toEqual([reason])
    expect(parent.reasons).toEqual([reason])
    expect(cancelled).toEqual([{ kind: 'disconnected', node: 'left' }])
    expect(right.orphans.map((orphan) => orphan.child)).toEqual([right.hosted[0]?.puppet])
    expect(toRight.size + toLeft.size).toBe(0)
    tell(target, 'late')
    expect(left.deadLetters).toMatchObject([{ method: 'late', why: 'disconnected' }])
    expect(ask(target, 'late').outcomes).toMatchObject([{ error: { reason } }])
    const late = new WatchProbe()
    target.watch(late)
    expect(late.reasons).toEqual([reason])
  })

  it('flushes what was sent before it closes', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    for (let n = 0; n < 100; n++) tell(remote(toRight, actor), 'add', [n])
    toRight.close(SHUTDOWN)
    expect(await toLeft.closed).toEqual(SHUTDOWN)
    expect(await toRight.closed).toEqual(SHUTDOWN)
    expect(actor.received).toHaveLength(100)
  })
})
