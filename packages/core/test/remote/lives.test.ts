import { describe, expect, it } from 'vitest'
import { StartFailedError } from '../../src/errors/actor-errors.ts'
import { type ExitReason, KILLED, NORMAL, NOT_FOUND, SHUTDOWN } from '../../src/model/exit-reason.ts'
import type { Child } from '../../src/model/target.ts'
import type { Session } from '../../src/remote/session.ts'
import { type FakeNode, type Hosted, pair, remote, settle } from './fake-node.ts'
import { ParentProbe, WatchProbe, tell } from './probes.ts'

interface Spawned {
  readonly child: Child
  readonly parent: ParentProbe
}

function spawn(session: Session, node: FakeNode, onEnd: 'held' | 'free', parent = new ParentProbe()): Spawned {
  const definition = { module: undefined, name: 'Thing' }
  const child = session.spawn(
    { origin: node.id, seq: node.nextSeq(), definition, args: [], name: 'thing', mailbox: null, onEnd },
    parent,
  )
  return { child, parent }
}

function only(hosted: readonly Hosted[]): Hosted {
  const [first] = hosted
  if (first === undefined || hosted.length !== 1) throw new Error(`expected one hosted child, there are ${hosted.length}`)
  return first
}

describe('remote child', () => {
  it('carries its mailbox along', async () => {
    const { left, right, toRight } = await pair()
    for (const mailbox of [null, { kind: 'unbounded' }, { kind: 'bounded', capacity: 3, overflow: 'drop-oldest' }] as const) {
      const definition = { module: 'file:///m.ts', name: 'M' }
      toRight.spawn(
        { origin: left.id, seq: left.nextSeq(), definition, args: [], name: 'm', mailbox, onEnd: 'free' },
        new ParentProbe(),
      )
    }
    await settle()
    expect(right.hosted.map(({ request }) => request.mailbox)).toEqual([
      null,
      { kind: 'unbounded' },
      { kind: 'bounded', capacity: 3, overflow: 'drop-oldest' },
    ])
  })

  it('throws at the spawner when an argument cannot be pickled, with nothing spawned', async () => {
    const { left, right, toRight } = await pair()
    const request = {
      origin: left.id,
      seq: 5,
      definition: { module: undefined, name: 'X' },
      args: [() => 1],
      name: 'x',
      mailbox: null,
      onEnd: 'free' as const,
    }
    expect(() => toRight.spawn(request, new ParentProbe())).toThrow(/args\[0\]/)
    await settle()
    expect(right.hosted).toEqual([])
    expect(toRight.size).toBe(0)
  })

  it('is held when it ends, until its parent restarts or buries it', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const { child, parent } = spawn(toRight, left, 'held')
    await settle()
    const { puppet, parent: port } = only(right.hosted)
    port.childReady(puppet)
    port.childEnded(puppet, { kind: 'error', error: new TypeError('broken') })
    await settle()
    expect(parent.reports).toEqual(['ready', 'ended error'])
    expect(parent.reasons[0]).toMatchObject({ error: { name: 'TypeError', message: 'broken' } })
    child.restart()
    await settle()
    expect(puppet.verdicts).toEqual(['restart'])
    port.childReady(puppet)
    await settle()
    port.childEnded(puppet, NORMAL)
    await settle()
    child.bury(NORMAL)
    await settle()
    expect(parent.reports).toEqual(['ready', 'ended error', 'ready', 'ended normal'])
    expect(puppet.verdicts).toEqual(['restart', 'bury normal'])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('stays known after it was disowned alive, so that the end of the session finds it', async () => {
    const { left, right, toRight, toLeft, transport } = await pair()
    const { child, parent } = spawn(toRight, left, 'held')
    await settle()
    const { puppet, parent: port } = only(right.hosted)
    puppet.bury = () => void puppet.verdicts.push('disowned')
    child.bury(SHUTDOWN)
    await settle()
    expect(puppet.verdicts).toEqual(['disowned'])
    expect(toRight.size).toBe(0)
    expect(toLeft.size).toBe(1)
    port.childEnded(puppet, KILLED)
    await settle()
    expect(parent.reports).toEqual([])
    expect(toLeft.size).toBe(0)
    transport.cut()
    await toLeft.closed
    expect(right.orphans).toEqual([])
  })

  it('rejects ready with the failed start, or with its end', async () => {
    const { left, right, toRight } = await pair()
    const failed = spawn(toRight, left, 'free')
    const first = failed.child.ready().catch((error: unknown) => error)
    await settle()
    const { puppet, parent: port } = only(right.hosted)
    port.childEnded(puppet, { kind: 'error', error: new StartFailedError('thing', new Error('no disk')) })
    await settle()
    expect(await first).toMatchObject({ code: 'TROUPE_START_FAILED' })
    await expect(failed.child.ready()).rejects.toMatchObject({ code: 'TROUPE_START_FAILED' })
    const ended = spawn(toRight, left, 'free')
    const second = ended.child.ready().catch((error: unknown) => error)
    await settle()
    const other = right.hosted[1]
    other?.parent.childEnded(other.puppet, KILLED)
    await settle()
    expect(await second).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: KILLED })
  })

  it('is not overtaken by its kill, nor is its restart', async () => {
    const { left, right, toRight } = await pair()
    const { child } = spawn(toRight, left, 'held')
    child.kill() // the spawn is still in the batch of this turn
    await settle()
    const { puppet, parent: port } = only(right.hosted)
    expect(puppet.ended).toEqual(KILLED)
    port.childEnded(puppet, KILLED)
    await settle()
    const order: string[] = []
    puppet.restart = () => void order.push('restart')
    puppet.kill = () => void order.push('kill')
    right.spawn = () => puppet
    right.find = () => puppet
    child.restart()
    child.kill()
    await settle()
    expect(order).toEqual(['restart', 'kill'])
  })

  it('has ended at once when it is spawned over a session that is over, but not before the spawner holds it', async () => {
    const { left, toRight, transport } = await pair()
    transport.cut()
    const reason = await toRight.closed
    const { child, parent } = spawn(toRight, left, 'held')
    expect(parent.reports).toEqual([])
    await settle()
    expect(parent.reasons).toEqual([reason])
    child.restart()
    expect(parent.reasons).toHaveLength(1)
    await settle()
    expect(parent.reasons).toEqual([reason, reason])
    child.bury(reason)
    await settle()
    expect(toRight.size).toBe(0)
  })

  it('is what its address leads to', async () => {
    const { left, toRight } = await pair()
    const { child } = spawn(toRight, left, 'held')
    expect(toRight.targetFor(child.address, child.path)).toBe(child)
  })

  it('sends to its spawner with an address that leads back to it', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const { child } = spawn(toRight, left, 'held')
    const here = left.actor('here')
    await settle()
    tell(remote(toLeft, here), 'hello', [], only(right.hosted).puppet)
    await settle()
    expect(here.received[0]?.sender).toBe(child)
  })
})

describe('watch over a session', () => {
  it('tells each watcher of an actor once, over one watch on the wire', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const watchers = [new WatchProbe(), new WatchProbe(), new WatchProbe()] as const
    for (const watcher of watchers) remote(toRight, actor).watch(watcher)
    await settle()
    expect(actor.watchers.size).toBe(1)
    remote(toRight, actor).unwatch(watchers[1])
    actor.end(SHUTDOWN)
    await settle()
    expect(watchers.map(({ reasons }) => reasons)).toEqual([[SHUTDOWN], [], [SHUTDOWN]])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('takes the watch back when nobody watches any more', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor()
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    await settle()
    remote(toRight, actor).unwatch(watcher)
    await settle()
    expect(actor.watchers.size).toBe(0)
    expect(toRight.size + toLeft.size).toBe(0)
    remote(toRight, actor).watch(watcher)
    await settle()
    actor.end(NORMAL)
    await settle()
    expect(watcher.reasons).toEqual([NORMAL])
  })

  it('leaves no watch behind on the peer when the session ends', async () => {
    const { right, toRight, toLeft, transport } = await pair()
    const actor = right.actor()
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    await settle()
    transport.cut()
    await Promise.all([toRight.closed, toLeft.closed])
    expect(actor.watchers.size).toBe(0)
    actor.end(NORMAL)
    await settle()
    expect(watcher.reasons).toEqual([{ kind: 'disconnected', node: 'right' }])
  })

  const reasons: readonly ExitReason[] = [
    NORMAL,
    SHUTDOWN,
    { kind: 'shutdown', detail: { planned: true } },
    KILLED,
    NOT_FOUND,
    { kind: 'exit', code: 3 },
    { kind: 'signal', signal: 'SIGKILL' },
    { kind: 'disconnected', node: 'elsewhere' },
    { kind: 'error', error: new RangeError('too far') },
  ]
  it.each(reasons.map((reason) => [reason.kind, reason] as const))('carries the reason %s unchanged', async (_kind, reason) => {
    const { right, toRight } = await pair()
    const actor = right.actor()
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    await settle()
    actor.end(reason)
    await settle()
    expect(watcher.reasons).toEqual([reason])
  })

  it('carries a reason of which a part cannot be pickled without that part', async () => {
    const { right, toRight } = await pair()
    const one = right.actor()
    const two = right.actor()
    const watchers = [new WatchProbe(), new WatchProbe()] as const
    remote(toRight, one).watch(watchers[0])
    remote(toRight, two).watch(watchers[1])
    await settle()
    one.end({ kind: 'error', error: Object.assign(new TypeError('no'), { code: 'E_NO', socket: () => 1 }) })
    two.end({ kind: 'shutdown', detail: () => 1 })
    await settle()
    expect(watchers[0].reasons).toMatchObject([{ kind: 'error', error: { name: 'TypeError', message: 'no', code: 'E_NO' } }])
    expect(watchers[1].reasons).toEqual([SHUTDOWN])
  })
})

describe('links over a session', () => {
  it('tie two lives both ways', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const here = left.actor('here')
    const there = right.actor('there')
    const target = remote(toRight, there)
    target.link(here)
    here.link(target)
    await settle()
    there.end(KILLED)
    await settle()
    expect(here.linkedExits).toMatchObject([{ reason: KILLED, from: { address: there.address } }])
    expect(toRight.size + toLeft.size).toBe(0)
    const other = right.actor('other')
    remote(toRight, other).link(here)
    here.link(remote(toRight, other))
    await settle()
    here.end(SHUTDOWN)
    await settle()
    expect(other.linkedExits).toMatchObject([{ reason: SHUTDOWN, from: { address: here.address } }])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('are not heard of after an unlink, even when the exit was on its way', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const here = left.actor('here')
    const there = right.actor('there')
    const target = remote(toRight, there)
    target.link(here)
    await settle()
    there.end(KILLED)
    target.unlink(here)
    await settle()
    expect(here.linkedExits).toEqual([])
    expect(there.linked).toBe(0)
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('to nobody end at once', async () => {
    const { left, right, toRight, toLeft } = await pair()
    const here = left.actor('here')
    const gone = right.actor('gone')
    gone.end(NORMAL)
    remote(toRight, gone).link(here)
    await settle()
    expect(here.linkedExits).toMatchObject([{ reason: NOT_FOUND, from: { address: gone.address } }])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('end with the session, at both ends', async () => {
    const { left, right, toRight, toLeft, transport } = await pair()
    const here = left.actor('here')
    const there = right.actor('there')
    remote(toRight, there).link(here)
    await settle()
    transport.cut()
    await Promise.all([toRight.closed, toLeft.closed])
    expect(here.linkedExits).toMatchObject([{ reason: { kind: 'disconnected', node: 'right' } }])
    expect(there.linkedExits).toMatchObject([{ reason: { kind: 'disconnected', node: 'left' } }])
    expect(toRight.size + toLeft.size).toBe(0)
    remote(toRight, there).link(here)
    expect(here.linkedExits).toHaveLength(2)
  })
})

describe('ready of a remote actor', () => {
  it('settles with the setup there', async () => {
    const { right, toRight } = await pair()
    const good = right.actor()
    const bad = right.actor()
    const gone = right.actor()
    bad.readyWith = Promise.reject(new StartFailedError('bad', new Error('no')))
    bad.readyWith.catch(() => undefined)
    gone.end(NORMAL)
    const outcomes = Promise.allSettled([good, bad, gone].map((puppet) => remote(toRight, puppet).ready()))
    await settle()
    expect(await outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'TROUPE_START_FAILED' } },
      { reason: { code: 'TROUPE_ACTOR_STOPPED', reason: NOT_FOUND } },
    ])
    expect(toRight.size).toBe(0)
  })

  it('rejects when the session ends first, and at once afterwards', async () => {
    const { right, toRight, transport } = await pair()
    const actor = right.actor()
    actor.readyWith = new Promise(() => undefined)
    const waiting = remote(toRight, actor)
      .ready()
      .catch((error: unknown) => error)
    await settle()
    transport.cut()
    expect(await waiting).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await expect(remote(toRight, actor).ready()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(toRight.size).toBe(0)
  })
})
