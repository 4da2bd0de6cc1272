/**
 * Two nodes do at random what nodes do, over a link that is slow and is lost at a random moment. Whatever happened, the
 * promises hold. Each run prints its seed when it fails.
 */
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { replyPort, streamPort } from '../../src/model/envelope.ts'
import type { Child } from '../../src/model/target.ts'
import type { Session } from '../../src/remote/session.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { FakeNode, type Puppet, connect, remote, settle } from './fake-node.ts'
import { AskProbe, ParentProbe, StreamProbe, WatchProbe, ask, stream, tell } from './probes.ts'

const RUNS = 30
const STEPS = 400

/** One node, with its session and all that it awaits. */
class Side {
  readonly node: FakeNode
  readonly session: Session
  readonly actors: Puppet[]
  readonly asks: { probe: AskProbe; cancelled: boolean }[] = []
  readonly streams: { probe: StreamProbe; cancelled: boolean }[] = []
  readonly watches: { probe: WatchProbe; taken: boolean }[] = []
  readonly children: { child: Child; parent: ParentProbe; buried: boolean }[] = []
  readonly links: { near: Puppet; far: Puppet }[] = []
  /** Last number sent, by sender and target. */
  readonly sent = new Map<string, number>()

  constructor(node: FakeNode, session: Session, random: Random) {
    this.node = node
    this.session = session
    this.actors = Array.from({ length: 4 }, (_, n) => liven(node.actor(`${node.name}-${n}`), random))
    node.spawn = (request, peer, parent) => {
      const puppet = liven(node.actor(request.name, request.origin, request.seq), random)
      node.hosted.push({ request, peer, parent, puppet })
      if (random() < 0.7) parent.childReady(puppet)
      return puppet
    }
  }
}

/** Answers, delays, fails or ignores; produces streams as far as the demand goes. */
function liven(puppet: Puppet, random: Random): Puppet {
  puppet.receive = (envelope) => {
    const reply = replyPort(envelope)
    const choice = random()
    if (reply !== null && choice < 0.5) reply.resolve(envelope.args[0])
    else if (reply !== null && choice < 0.6) reply.reject(new TypeError('no'))
    else if (reply !== null && choice < 0.65) reply.resolve(() => 'cannot be pickled')
    else if (reply !== null && choice < 0.8) puppet.node.clock.start(random() * 100, () => reply.resolve('late'))
    const port = streamPort(envelope)
    let n = 0
    const produce = (): void => {
      while (port !== null && !port.closed && port.demand > 0 && n < 100) port.next(n++)
      if (n === 100 && choice < 0.8) port?.complete()
    }
    port?.onDemand(produce)
    produce()
    return choice > 0.97 ? new Promise((resolve) => puppet.node.clock.start(random() * 50, resolve)) : undefined
  }
  return puppet
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random() * items.length)]
}

function step(here: Side, there: Side, random: Random): void {
  const far = pick(there.actors, random)
  const near = pick(here.actors, random)
  if (far === undefined || near === undefined) return
  const target = remote(here.session, far)
  const choice = random()
  if (choice < 0.45) {
    const key = `${near.path}>${far.path}`
    const number = (here.sent.get(key) ?? 0) + 1
    here.sent.set(key, number)
    tell(target, 'number', [near.path, number], near)
  } else if (choice < 0.65) {
    const probe = new AskProbe(random() < 0.5 ? here.node.clock.now() + 100 : Number.POSITIVE_INFINITY)
    here.asks.push({ probe, cancelled: false })
    ask(target, 'echo', [random()], probe, near)
  } else if (choice < 0.7) {
    const entry = pick(here.asks, random)
    if (entry !== undefined && !entry.probe.settled) {
      entry.cancelled = true
      entry.probe.cancel('enough')
    }
  } else if (choice < 0.76) {
    const probe = new WatchProbe()
    target.watch(probe)
    // Over a session that has ended it heard at once; else it hears nothing any more.
    const taken = random() < 0.2 && probe.reasons.length === 0
    if (taken) target.unwatch(probe)
    here.watches.push({ probe, taken })
  } else if (choice < 0.8) {
    if (here.links.some((link) => link.near === near && link.far === far) || near.ended !== null) return
    here.links.push({ near, far })
    target.link(near)
    near.link(target)
  } else if (choice < 0.86) {
    const probe = new StreamProbe(random() < 0.5 ? Number.POSITIVE_INFINITY : 20)
    here.streams.push({ probe, cancelled: false })
    stream(target, 'numbers', [], probe)
  } else if (choice < 0.88) {
    const entry = pick(here.streams, random)
    if (entry !== undefined && !entry.probe.closed) {
      entry.cancelled = true
      entry.probe.cancel('enough')
    }
  } else if (choice < 0.93) {
    const parent = new ParentProbe(near)
    const definition = { module: undefined, name: 'X' }
    const onEnd = random() < 0.5 ? 'held' : 'free'
    const child = here.session.spawn(
      { origin: here.node.id, seq: here.node.nextSeq(), definition, args: [], name: 'x', mailbox: null, onEnd },
      parent,
    )
    here.children.push({ child, parent, buried: false })
    if (random() < 0.3) child.kill()
  } else if (choice < 0.95) {
    const hosted = pick(here.node.hosted, random)
    if (hosted === undefined || hosted.puppet.ended !== null) return
    hosted.puppet.end({ kind: 'exit', code: 1 })
    hosted.parent.childEnded(hosted.puppet, { kind: 'exit', code: 1 })
  } else if (choice < 0.97 && near.ended === null && here.actors.length > 1) {
    // It says goodbye to all, then it ends: watchers there must hear in this order.
    near.end({ kind: 'error', error: new Error('ended') })
    here.actors.splice(here.actors.indexOf(near), 1)
  } else {
    void near.ready()
    remote(here.session, far)
      .ready()
      .catch(() => undefined)
  }
}

function check(here: Side, there: Side): void {
  for (const { probe, cancelled } of here.asks) expect(probe.outcomes.length).toBe(cancelled ? 0 : 1)
  for (const { probe, cancelled } of here.streams) {
    expect(probe.ends.length).toBe(cancelled ? 0 : 1)
    expect(probe.values).toEqual(probe.values.map((_, n) => n))
  }
  for (const { probe, taken } of here.watches) expect(probe.reasons.length).toBe(taken ? 0 : 1)
  for (const { parent } of here.children) {
    expect(parent.reports.filter((report) => report.startsWith('ended')).length).toBe(1)
    expect(parent.reports.indexOf('ready')).toBeLessThanOrEqual(0)
  }
  for (const { near, far } of here.links) {
    const heard = near.linkedExits.filter(
      ({ from }) => from.address.seq === far.address.seq && from.address.origin === far.address.origin,
    )
    // Once, whoever ended; but whoever ties itself to somebody who is gone hears of that too.
    const ties = there.links.some((link) => link.near === far && link.far === near) ? 2 : 1
    expect(heard.length).toBeLessThanOrEqual(ties)
    if (near.ended === null) expect(heard.length).toBeGreaterThanOrEqual(1)
  }
  const last = new Map<string, number>()
  for (const puppet of there.node.every) {
    for (const { method, args } of puppet.received) {
      if (method !== 'number') continue
      const key = `${String(args[0])}>${puppet.path}`
      expect(args[1]).toBe((last.get(key) ?? 0) + 1)
      last.set(key, Number(args[1]))
    }
    expect(puppet.watchers.size).toBe(0)
  }
  expect(here.session.size).toBe(0)
}

describe('session under random use and a random end', () => {
  it.each(Array.from({ length: RUNS }, (_, run) => run + 1))('keeps its promises (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const clock = new ManualClock()
    const left = new FakeNode('left', clock)
    const right = new FakeNode('right', clock)
    const slow = memoryTransport({ latency: seed % 3 === 0 ? 0 : [1, 40], loss: seed % 4 === 0 ? 0.003 : 0, seed, clock })
    const opening = connect(slow, left, right, {
      heartbeat: seed % 2 === 0 ? {} : 'off',
      window: seed % 5 === 0 ? 2_000 : 1_000_000,
    })
    opening.catch(() => undefined)
    await clock.advance(200)
    const sessions = await opening.catch(() => null)
    if (sessions === null) return // the link was lost during the handshake
    const sides = [new Side(left, sessions[0], random), new Side(right, sessions[1], random)] as const
    const cutAt = Math.floor(random() * STEPS)
    for (let n = 0; n < STEPS; n++) {
      const from = random() < 0.5 ? 0 : 1
      step(sides[from], sides[1 - from] as Side, random)
      if (random() < 0.2) await clock.advance(random() * 30)
      if (n !== cutAt) continue
      if (seed % 6 === 1) sides[0].session.close({ kind: 'shutdown' })
      else if (seed % 6 === 2 && seed % 2 === 0) slow.partition()
      else slow.cut()
    }
    await clock.advance(10_000)
    await settle()
    expect(sides.map(({ session }) => session.state)).toEqual(['closed', 'closed'])
    check(...sides)
    check(sides[1], sides[0])
    await clock.advance(10_000)
    expect(clock.pending).toBe(0)
    expect(slow.open).toBe(0)
  })
})
