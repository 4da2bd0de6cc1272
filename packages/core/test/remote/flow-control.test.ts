import { describe, expect, it } from 'vitest'
import { replyPort } from '../../src/model/envelope.ts'
import { type PairOptions, type Puppet, pair, remote, settle } from './fake-node.ts'
import { WatchProbe, ask, deliverTell, stream, tell } from './probes.ts'

/** An actor that takes each message only when told to. */
function slow(puppet: Puppet): { takeOne(): void; readonly waiting: number } {
  const waiting: (() => void)[] = []
  puppet.receive = () => new Promise((resolve) => waiting.push(resolve))
  return {
    takeOne: () => waiting.shift()?.(),
    get waiting() {
      return waiting.length
    },
  }
}

const KIB = 1_024
const SMALL: PairOptions = { window: 8 * KIB, softLimit: 100 * KIB, hardLimit: 400 * KIB }
const chunk = new Uint8Array(KIB)

describe('flow control of a session', () => {
  it('asks those who tell a full actor to wait, and nobody else, until there is room', async () => {
    const { right, toRight, toLeft } = await pair()
    const actor = right.actor('full')
    const acceptor = slow(actor)
    const other = right.actor('other')
    const target = remote(toRight, actor)
    expect(deliverTell(target, 'take')).toBeUndefined()
    expect(deliverTell(target, 'take')).toBeUndefined()
    await settle()
    let room = false
    const waiting = deliverTell(target, 'take')
    expect(waiting).toBeInstanceOf(Promise)
    expect(deliverTell(remote(toRight, actor), 'take')).toBe(waiting)
    expect(deliverTell(remote(toRight, other), 'take')).toBeUndefined()
    void waiting?.then(() => (room = true))
    await settle()
    expect(actor.received).toHaveLength(4) // they were taken: at most once is no excuse for never
    for (let n = 0; n < 3; n++) acceptor.takeOne()
    await settle()
    expect(room).toBe(false)
    acceptor.takeOne()
    await settle()
    expect(room).toBe(true)
    expect(deliverTell(target, 'take')).toBeUndefined()
    await settle()
    acceptor.takeOne()
    await settle()
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('lets those who wait for a full actor go on when the session ends', async () => {
    const { right, toRight, toLeft, transport } = await pair()
    right.names.set('full', right.actor('full'))
    const actor = right.names.get('full')
    if (actor !== undefined) actor.deliver = () => new Promise(() => undefined)
    const target = toRight.targetNamed('full')
    await deliverTell(target, 'take')
    await settle()
    const waiting = deliverTell(target, 'take')
    expect(waiting).toBeInstanceOf(Promise)
    transport.cut()
    await waiting
    await Promise.all([toRight.closed, toLeft.closed])
    expect(toRight.size + toLeft.size).toBe(0)
  })

  it('sends no more than the window while nothing is accepted', async () => {
    const { right, toRight } = await pair(SMALL)
    const actor = right.actor()
    const { takeOne } = slow(actor)
    for (let n = 0; n < 200; n++) {
      tell(remote(toRight, actor), 'take', [n, chunk])
      await settle(1)
    }
    await settle()
    const first = actor.received.length
    expect(first).toBeGreaterThan(5)
    expect(first).toBeLessThan(20)
    for (let n = 0; n < 4; n++) takeOne()
    await settle()
    expect(actor.received.length).toBeGreaterThan(first)
  })

  it('delivers everything in order once messages are accepted', async () => {
    const { right, toRight } = await pair(SMALL)
    const actor = right.actor()
    const acceptor = slow(actor)
    for (let n = 0; n < 150; n++) tell(remote(toRight, actor), 'take', [n, chunk])
    for (let turns = 0; turns < 400 && actor.received.length < 150; turns++) {
      await settle(1)
      acceptor.takeOne()
    }
    expect(actor.received.map(({ args }) => args[0])).toEqual(Array.from({ length: 150 }, (_, n) => n))
  })

  it('lets a message pass that is larger than the window', async () => {
    const { right, toRight } = await pair(SMALL)
    const actor = right.actor()
    tell(remote(toRight, actor), 'take', [new Uint8Array(100 * KIB)])
    tell(remote(toRight, actor), 'take', [new Uint8Array(300 * KIB)])
    await settle(40)
    expect(actor.received.map(({ args }) => (args[0] as Uint8Array).length)).toEqual([100 * KIB, 300 * KIB])
  })

  it('asks senders to wait above the soft limit, with one promise, and lets them go on', async () => {
    const { left, right, toRight } = await pair(SMALL)
    const actor = right.actor()
    const acceptor = slow(actor)
    const target = remote(toRight, actor)
    const rooms: (void | Promise<void>)[] = []
    for (let n = 0; n < 250; n++) rooms.push(deliverTell(target, 'take', [chunk]))
    expect(rooms[0]).toBeUndefined()
    const waits = new Set(rooms.filter((room) => room !== undefined))
    expect(waits.size).toBe(1)
    expect(left.events).toMatchObject([{ kind: 'link-pressure', node: 'right' }])
    let room = false
    void [...waits][0]?.then(() => (room = true))
    await settle()
    expect(room).toBe(false)
    for (let turns = 0; turns < 400 && !room; turns++) {
      await settle(1)
      acceptor.takeOne()
    }
    expect(room).toBe(true)
    expect(actor.received.length).toBeGreaterThan(50)
  })

  it('lets senders go on when the session ends', async () => {
    const { right, toRight, transport } = await pair(SMALL)
    const actor = right.actor()
    slow(actor)
    let last: void | Promise<void> = undefined
    for (let n = 0; n < 250; n++) last = deliverTell(remote(toRight, actor), 'take', [chunk])
    expect(last).toBeInstanceOf(Promise)
    transport.cut()
    await last
    await toRight.closed
  })

  it('refuses messages above the hard limit, but never the notices that lives depend on', async () => {
    const { left, right, toRight, toLeft } = await pair(SMALL)
    const actor = right.actor()
    const acceptor = slow(actor)
    const target = remote(toRight, actor)
    const watched = left.actor('watched')
    const watcher = new WatchProbe()
    remote(toLeft, watched).watch(watcher)
    await settle()
    for (let n = 0; n < 600; n++) tell(target, 'take', [n, chunk])
    const refused = left.deadLetters.length
    expect(refused).toBeGreaterThan(50)
    expect(left.deadLetters[0]).toMatchObject({ why: 'mailbox-full', target: actor.path })
    expect(ask(target, 'get').outcomes).toMatchObject([{ error: { code: 'TROUPE_MAILBOX_FULL' } }])
    expect(stream(target, 'get').ends).toMatchObject([{ code: 'TROUPE_MAILBOX_FULL' }])
    watched.end({ kind: 'normal' })
    for (let turns = 0; turns < 2_000 && watcher.reasons.length === 0; turns++) {
      await settle(1)
      acceptor.takeOne()
    }
    expect(watcher.reasons).toEqual([{ kind: 'normal' }])
    expect(actor.received).toHaveLength(600 - refused)
  })

  it('lets kills and cancels overtake data that waits', async () => {
    const { right, toRight } = await pair(SMALL)
    const stuck = right.actor('stuck')
    slow(stuck)
    const victim = right.actor('victim')
    const asked = right.actor('asked')
    const cancelled: unknown[] = []
    asked.receive = (envelope) => replyPort(envelope)?.onCancel((reason) => cancelled.push(reason))
    const probe = ask(remote(toRight, asked), 'slow')
    await settle()
    for (let n = 0; n < 250; n++) tell(remote(toRight, stuck), 'take', [chunk])
    await settle()
    const late = ask(remote(toRight, asked), 'late')
    remote(toRight, victim).kill()
    probe.cancel('enough')
    late.cancel('enough too') // its ask waits: the cancel must not be there before it
    await settle()
    expect(victim.ended).toEqual({ kind: 'killed' })
    expect(cancelled).toEqual(['enough'])
    expect(asked.methods).toEqual(['slow'])
  })

  it('keeps sending while the link is over its high-water mark only after it drained', async () => {
    const { right, toRight } = await pair({ window: 64 * KIB * KIB })
    const actor = right.actor()
    const large = new Uint8Array(600 * KIB)
    for (let n = 0; n < 20; n++) tell(remote(toRight, actor), 'take', [n, large])
    await settle(60)
    expect(actor.received.map(({ args }) => args[0])).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  it('leaves no timer behind when the link is lost while it closes', async () => {
    const { right, toRight, clock, transport } = await pair(SMALL)
    const actor = right.actor()
    slow(actor)
    for (let n = 0; n < 100; n++) tell(remote(toRight, actor), 'take', [chunk])
    toRight.close({ kind: 'shutdown' })
    await settle()
    expect(clock.pending).toBe(1)
    transport.cut()
    expect(await toRight.closed).toEqual({ kind: 'shutdown' })
    expect(clock.pending).toBe(0)
  })

  it('closes within its deadline when the peer does not take what waits', async () => {
    const { right, toRight, toLeft, clock } = await pair({ ...SMALL, closeTimeout: 300 })
    const actor = right.actor()
    slow(actor)
    for (let n = 0; n < 100; n++) tell(remote(toRight, actor), 'take', [chunk])
    toRight.close({ kind: 'shutdown' })
    await clock.advance(299)
    expect(toRight.state).toBe('closing')
    await clock.advance(1)
    await settle()
    expect(toRight.state).toBe('closed')
    expect(await toLeft.closed).toEqual({ kind: 'shutdown' })
    expect(clock.pending).toBe(0)
  })
})
