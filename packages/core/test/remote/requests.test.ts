import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { StartFailedError } from '../../src/errors/actor-errors.ts'
import { type StreamPort, replyPort, streamPort } from '../../src/model/envelope.ts'
import { targetOf } from '../../src/model/ref.ts'
import { DecodeFailure } from '../../src/serialization/arrivals.ts'
import type { Codec } from '../../src/serialization/codec.ts'
import { msgpackCodec } from '../../src/serialization/msgpack-codec.ts'
import { FakeNode, type Puppet, argsOf, pair, remote, settle } from './fake-node.ts'
import { AskProbe, StreamProbe, ask, stream, tell } from './probes.ts'

/** Makes an actor echo the first argument of each ask. */
function echo(puppet: Puppet): Puppet {
  puppet.receive = (envelope) => replyPort(envelope)?.resolve(envelope.args[0])
  return puppet
}

describe('ask over a session', () => {
  it('tells the peer how much time is left', async () => {
    const { right, toRight, clock } = await pair()
    await clock.advance(500)
    const actor = right.actor()
    ask(remote(toRight, actor), 'get', [], new AskProbe(clock.now() + 250))
    ask(remote(toRight, actor), 'get', [], new AskProbe())
    await settle()
    const [timed, unlimited] = actor.received.map((envelope) => replyPort(envelope)?.deadline)
    expect(timed).toBe(750)
    expect(unlimited).toBe(Number.POSITIVE_INFINITY)
  })

  it('brings the chain of askers along, and the trace', async () => {
    const { left, right, toRight } = await pair()
    const actor = right.actor()
    const asker = left.actor('asker')
    const links = [
      { address: right.actor('outer').address, path: 'troupe://right/outer', turn: 7 },
      { address: asker.address, path: asker.path, turn: 3 },
    ]
    ask(remote(toRight, actor), 'get', [], new AskProbe(Number.POSITIVE_INFINITY, links), asker)
    await settle()
    const [envelope] = actor.received
    expect(envelope && replyPort(envelope)?.chain()).toEqual(links)
    expect(envelope?.sender?.path).toBe(asker.path)
  })

  it('tells the actor when the asker gives up, and drops the late answer', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const cancelled: unknown[] = []
    actor.receive = (envelope) => replyPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    const probe = ask(remote(toRight, actor), 'slow')
    await settle()
    probe.cancel(new Error('enough'))
    await settle()
    expect(cancelled).toMatchObject([{ message: 'enough' }])
    const [envelope] = actor.received
    expect(envelope && replyPort(envelope)?.settled).toBe(true)
    if (envelope !== undefined) replyPort(envelope)?.resolve(1)
    await settle()
    expect(probe.outcomes).toEqual([])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('is cancelled behind itself when it has not left yet', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const cancelled: unknown[] = []
    actor.receive = (envelope) => replyPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    ask(remote(toRight, actor), 'slow').cancel(() => 'cannot be pickled')
    await settle()
    expect(cancelled).toEqual([null])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('is not sent when nobody waits for it any more', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const probe = new AskProbe()
    probe.settled = true
    ask(remote(toRight, actor), 'get', [], probe)
    await settle()
    expect(actor.received).toEqual([])
  })

  it('rejects with the error when an argument or the reply cannot be pickled; the link goes on', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    actor.receive = (envelope) => replyPort(envelope)?.resolve(envelope.method === 'bad' ? { inner: () => 1 } : 'good')
    const unsent = ask(remote(toRight, actor), 'get', [() => 1])
    const unanswered = ask(remote(toRight, actor), 'bad')
    const fine = ask(remote(toRight, actor), 'good')
    await settle()
    expect(unsent.outcomes).toMatchObject([{ error: { code: 'TROUPE_NOT_SERIALIZABLE', path: 'args[0]' } }])
    expect(unanswered.outcomes).toMatchObject([{ error: { code: 'TROUPE_NOT_SERIALIZABLE', path: 'reply.inner' } }])
    expect(fine.outcomes).toEqual([{ value: 'good' }])
    expect(toRight.size).toBe(0)
  })

  it('rejects with what can be pickled of an error', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const thrown = [
      Object.assign(new StartFailedError('x', new Error('deep')), { handle: () => 1 }),
      Object.assign(new Error('plain'), { cause: Object.assign(new TypeError('inner'), { fn: () => 1 }) }),
      () => 1,
      Symbol('odd'),
      null,
      'text',
    ]
    actor.receive = (envelope) => replyPort(envelope)?.reject(thrown[Number(envelope.args[0])])
    const probes = thrown.map((_, index) => ask(remote(toRight, actor), 'fail', [index]))
    await settle()
    const errors = probes.map(({ outcomes }) => outcomes[0]?.error)
    expect(errors[0]).toMatchObject({ code: 'TROUPE_START_FAILED', message: thrown[0] instanceof Error ? thrown[0].message : '' })
    expect(errors[1]).toMatchObject({ message: 'plain', cause: { name: 'TypeError', message: 'inner' } })
    expect(errors[2]).toMatchObject({ code: 'TROUPE_REMOTE', className: 'function' })
    expect(errors[3]).toMatchObject({ code: 'TROUPE_REMOTE', className: 'symbol' })
    expect(errors.slice(4)).toEqual([null, 'text'])
  })

  it('fails alone when its payload cannot be built here', async () => {
    // A codec whose readers cannot build one marked value: the peer wrote it well, we lack something.
    const failing: Codec = {
      ...msgpackCodec,
      createDecoder: (refs, trust, limits) => {
        const decoder = msgpackCodec.createDecoder(refs, trust, limits)
        const unbuildable = (payload: unknown): unknown =>
          JSON.stringify(payload)?.includes('unbuildable') ? new DecodeFailure(new TypeError('cannot be built')) : payload
        return {
          decode: (frame, visit) => decoder.decode(frame, (entry) => visit([...entry.slice(0, -1), unbuildable(entry.at(-1))])),
        }
      },
    }
    const clock = new ManualClock()
    const other = await pair({ clock, left: new FakeNode('left', clock, failing), right: new FakeNode('right', clock, failing) })
    const actor = echo(other.right.actor())
    const target = remote(other.toRight, actor)
    const bad = ask(target, 'echo', ['unbuildable'])
    const streamed = stream(target, 'values', ['unbuildable'])
    tell(target, 'note', ['unbuildable'])
    const good = ask(target, 'echo', ['fine'])
    await settle()
    expect(bad.outcomes).toMatchObject([{ error: { message: 'cannot be built' } }])
    expect(streamed.ends).toMatchObject([{ message: 'cannot be built' }])
    expect(good.outcomes).toEqual([{ value: 'fine' }])
    expect(other.right.deadLetters).toMatchObject([{ method: 'note', why: 'refused' }])
    expect(other.right.events).toMatchObject([{ kind: 'unhandled-error' }])
    actor.receive = (envelope) => replyPort(envelope)?.resolve('unbuildable')
    const unread = ask(target, 'get')
    await settle()
    expect(unread.outcomes).toMatchObject([{ error: { message: 'cannot be built' } }])
    expect(other.toRight.size + other.toLeft.size).toBe(0)
  })

  it('settles asks that were on their way when the session ended exactly once', async () => {
    const { right, toRight, transport } = await pair()
    const actor = echo(right.actor())
    const probes = Array.from({ length: 50 }, (_, n) => ask(remote(toRight, actor), 'echo', [n]))
    transport.cut()
    await toRight.closed
    await settle()
    for (const probe of probes) expect(probe.outcomes).toMatchObject([{ error: { code: 'TROUPE_ACTOR_STOPPED' } }])
  })
})

/** The producer's end of the only stream that an actor was asked for. */
function producer(puppet: Puppet): StreamPort {
  const [envelope] = puppet.received
  const port = envelope === undefined ? null : streamPort(envelope)
  if (port === null) throw new Error('no stream was opened')
  return port
}

/** Produces numbers as far as the demand goes. */
function count(port: StreamPort, upTo: number): { readonly sent: number } {
  let sent = 0
  const produce = (): void => {
    while (sent < upTo && port.demand > 0 && !port.closed) port.next(sent++)
    if (sent === upTo && !port.closed) port.complete()
  }
  port.onDemand(produce)
  produce()
  return {
    get sent() {
      return sent
    },
  }
}

describe('stream over a session', () => {
  it('brings every value in order, then the end', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const probe = stream(remote(toRight, actor), 'numbers', [1])
    await settle()
    count(producer(actor), 1_000)
    await settle(200)
    expect(probe.values).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
    expect(probe.ends).toEqual(['complete'])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('asks for no more than 64 values ahead, and for none beyond what the reader takes', async () => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const probe = stream(remote(toRight, actor), 'numbers', [], new StreamProbe(10))
    await settle()
    const counted = count(producer(actor), 1_000)
    await settle()
    expect(counted.sent).toBe(10)
    probe.more(5)
    await settle()
    expect(counted.sent).toBe(15)
    probe.more(500)
    await settle(100)
    expect(probe.values).toHaveLength(515)
    expect(counted.sent).toBe(515)
  })

  it('ends the source when the reader leaves, also before the opening has left', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const cancelled: unknown[] = []
    actor.receive = (envelope) => streamPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    const probe = stream(remote(toRight, actor), 'numbers')
    await settle()
    probe.cancel('unsubscribed')
    stream(remote(toRight, actor), 'numbers').cancel('at once')
    await settle()
    expect(cancelled.map(String).toSorted((one, other) => one.localeCompare(other))).toEqual(['at once', 'unsubscribed'])
    expect(producer(actor).closed).toBe(true)
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('fails with the source, and with a value that cannot be pickled', async () => {
    const { right, toRight, toLeft } = await pair()
    const one = right.actor()
    const two = right.actor()
    const cancelled: unknown[] = []
    const probes = [stream(remote(toRight, one), 'numbers'), stream(remote(toRight, two), 'numbers')] as const
    await settle()
    producer(two).onCancel((reason) => cancelled.push(reason))
    producer(one).next(1)
    producer(one).error(new RangeError('dry'))
    producer(two).next({ bad: () => 1 })
    producer(two).next(2)
    await settle()
    expect(probes[0].values).toEqual([1])
    expect(probes[0].ends).toMatchObject([{ name: 'RangeError', message: 'dry' }])
    expect(probes[1].values).toEqual([])
    expect(probes[1].ends).toMatchObject([{ code: 'TROUPE_NOT_SERIALIZABLE', path: 'value.bad' }])
    expect(cancelled).toHaveLength(1)
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('fails when its opening cannot be pickled, when nobody is there, and when the session ends', async () => {
    const { right, toRight, toLeft, transport } = await pair()
    const actor = right.actor()
    const gone = right.actor()
    gone.end({ kind: 'normal' })
    const unsent = stream(remote(toRight, actor), 'numbers', [() => 1])
    const nobody = stream(remote(toRight, gone), 'numbers')
    const cut = stream(remote(toRight, actor), 'numbers')
    await settle()
    const cancelled: unknown[] = []
    producer(actor).onCancel((reason) => cancelled.push(reason))
    transport.cut()
    await Promise.all([toRight.closed, toLeft.closed])
    expect(unsent.ends).toMatchObject([{ code: 'TROUPE_NOT_SERIALIZABLE' }])
    expect(nobody.ends).toMatchObject([{ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'not-found' } }])
    expect(cut.ends).toMatchObject([{ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'disconnected', node: 'right' } }])
    expect(cancelled).toEqual([{ kind: 'disconnected', node: 'left' }])
    expect(toRight.size + toLeft.size).toBe(0)
    expect(stream(remote(toRight, actor), 'numbers').ends).toMatchObject([{ code: 'TROUPE_ACTOR_STOPPED' }])
  })
})

describe('refs in messages', () => {
  it('lead back to the same actors', async () => {
    const { left, right, toRight } = await pair()
    const actor = right.actor()
    const mine = left.actor('mine')
    const yours = right.actor('yours')
    tell(remote(toRight, actor), 'take', [left.refTo(mine), { nested: [right.refTo(remote(toRight, yours))] }])
    await settle()
    const [mineThere, { nested }] = argsOf(actor) as [ReturnType<typeof left.refTo>, { nested: [ReturnType<typeof left.refTo>] }]
    expect(targetOf(nested[0])).toBe(yours)
    expect(targetOf(mineThere)).toMatchObject({ address: mine.address, path: mine.path })
    expect(left.exports.has(mine)).toBe(true)
    tell(targetOf(mineThere), 'thanks')
    await settle()
    expect(mine.methods).toEqual(['thanks'])
  })
})
