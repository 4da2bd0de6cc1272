import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { Heartbeat } from '../../src/remote/heartbeat.ts'
import { pair, remote, settle } from './fake-node.ts'
import { WatchProbe, ask } from './probes.ts'

function heartbeat(clock: ManualClock): { heard(): void; stop(): void; readonly log: string[] } {
  const log: string[] = []
  const beat = new Heartbeat(
    clock,
    {},
    { ping: () => log.push(`ping ${clock.now()}`), dead: () => log.push(`dead ${clock.now()}`) },
  )
  return { heard: () => beat.heard(), stop: () => beat.stop(), log }
}

describe('heartbeat', () => {
  it('pings after each second of silence and gives up after three', async () => {
    const clock = new ManualClock()
    const { log } = heartbeat(clock)
    await clock.advance(10_000)
    expect(log).toEqual(['ping 1000', 'ping 2000', 'dead 3000'])
    expect(clock.pending).toBe(0)
  })

  it('counts from the last frame', async () => {
    const clock = new ManualClock()
    const { log, heard } = heartbeat(clock)
    await clock.advance(1_700)
    heard()
    await clock.advance(800)
    expect(log).toEqual(['ping 1000'])
    await clock.advance(5_000)
    expect(log).toEqual(['ping 1000', 'ping 2700', 'ping 3700', 'dead 4700'])
  })

  it('stays quiet while frames come', async () => {
    const clock = new ManualClock()
    const { log, heard, stop } = heartbeat(clock)
    for (let count = 0; count < 50; count++) {
      await clock.advance(400)
      heard()
    }
    stop()
    expect(log).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('blames this node, not the peer, for time in which this node was blocked', async () => {
    const clock = new ManualClock()
    const { log, stop } = heartbeat(clock)
    const { now } = clock
    // The loop was blocked for a minute: every timer fires late, once.
    clock.now = () => now.call(clock) + 60_000
    await clock.advance(1_000)
    expect(log).toEqual(['ping 61000'])
    await clock.advance(1_000)
    expect(log).toEqual(['ping 61000', 'ping 62000'])
    stop()
  })

  it('lets this node read before it judges by a beat that came late', async () => {
    const clock = new ManualClock()
    const { log, heard, stop } = heartbeat(clock)
    await clock.advance(2_400)
    // The loop is blocked until 12 400; the answers to both pings lie unread.
    const { now } = clock
    clock.now = () => now.call(clock) + 9_400
    await clock.advance(600)
    expect(log).toEqual(['ping 1000', 'ping 2000', 'ping 12400'])
    heard()
    await clock.advance(500)
    stop()
    expect(log).toHaveLength(3)
  })

  it.each([
    [10, 3_010],
    [80, 3_700],
    [600, 6_000],
  ])('finds a dead link also when every beat is %d ms late, within %d ms', async (late, within) => {
    const clock = new ManualClock()
    const { start } = clock
    clock.start = (ms, fire) => start.call(clock, ms + late, fire)
    const { log } = heartbeat(clock)
    await clock.advance(within)
    expect(log.at(-1)).toMatch(/^dead/)
    expect(clock.pending).toBe(0)
  })
})

describe('heartbeat of a session', () => {
  const options = { heartbeat: {} }

  it('keeps a quiet link open', async () => {
    const { toRight, toLeft, clock } = await pair(options)
    await clock.advance(60_000)
    expect([toRight.state, toLeft.state]).toEqual(['open', 'open'])
    toRight.close()
    await settle()
    expect(clock.pending).toBe(0)
  })

  it('ends a silent link within three seconds, at both ends', async () => {
    const { right, toRight, toLeft, clock, transport } = await pair(options)
    const actor = right.actor()
    const watcher = new WatchProbe()
    remote(toRight, actor).watch(watcher)
    const probe = ask(remote(toRight, actor), 'get')
    await settle()
    transport.partition()
    await clock.advance(3_000)
    expect(await toRight.closed).toEqual({ kind: 'disconnected', node: 'right' })
    expect(await toLeft.closed).toEqual({ kind: 'disconnected', node: 'left' })
    expect(watcher.reasons).toEqual([{ kind: 'disconnected', node: 'right' }])
    expect(probe.outcomes).toHaveLength(1)
    expect(clock.pending).toBe(0)
    transport.heal()
    await settle()
    expect(watcher.reasons).toHaveLength(1)
  })

  it('survives a partition that heals in time, and delivers what was sent meanwhile', async () => {
    const { right, toRight, clock, transport } = await pair(options)
    const actor = right.actor()
    transport.partition()
    const probe = ask(remote(toRight, actor), 'get')
    await clock.advance(2_500)
    expect(actor.received).toEqual([])
    transport.heal()
    await settle()
    await clock.advance(10_000)
    expect(actor.methods).toEqual(['get'])
    expect(probe.outcomes).toEqual([])
    expect(toRight.state).toBe('open')
    toRight.close()
    await settle()
  })

  it('can be off: then silence is no news', async () => {
    const { toRight, clock, transport } = await pair({ heartbeat: 'off' })
    transport.partition()
    await clock.advance(60_000)
    expect(toRight.state).toBe('open')
    expect(clock.pending).toBe(0)
    transport.cut()
    await toRight.closed
  })
})
