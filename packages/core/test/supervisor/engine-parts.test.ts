import { describe, expect, it } from 'vitest'
import { RestartWaits } from '../../src/actor/restart-waits.ts'
import { WorkLanes } from '../../src/actor/work-lanes.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

describe('work lanes', () => {
  it('run work at once in an idle lane', async () => {
    const lanes = new WorkLanes()
    let ran = 0
    const first = lanes.run('a', async () => ++ran)
    expect(ran).toBe(1)
    await first
    await turns(1)
    void lanes.run('a', async () => ++ran)
    expect(ran).toBe(2)
  })

  it('run one piece after the other in a lane, and lanes side by side', async () => {
    const lanes = new WorkLanes()
    const held = gate()
    const lines: string[] = []
    void lanes.run('a', async () => (await held.promise, lines.push('a1')))
    void lanes.run('a', async () => lines.push('a2'))
    await lanes.run('b', async () => lines.push('b1'))
    expect(lines).toEqual(['b1'])
    held.open()
    await lanes.run('a', async () => lines.push('a3'))
    expect(lines).toEqual(['b1', 'a1', 'a2', 'a3'])
  })

  it('go on after work that failed', async () => {
    const lanes = new WorkLanes()
    const failed = lanes.run('a', () => Promise.reject(new Error('no')))
    const next = lanes.run('a', async () => 'next')
    expect(await rejection(failed)).toMatchObject({ message: 'no' })
    expect(await next).toBe('next')
  })
})

describe('restart waits', () => {
  function waits(): { clock: ManualClock; waits: RestartWaits; started: string[]; start: (ids: readonly string[]) => void } {
    const clock = new ManualClock()
    const started: string[] = []
    return {
      clock,
      waits: new RestartWaits(clock),
      started,
      start: (ids) => void started.push(`${ids.join(' ')} at ${clock.now()}`),
    }
  }

  it('start together those that wait together', async () => {
    const { clock, waits: open, started, start } = waits()
    open.add(['a', 'b'], 10, start)
    await clock.advance(10)
    expect(started).toEqual(['a b at 10'])
    expect(clock.pending).toBe(0)
  })

  it('leave out those that were dropped; without any the timer goes', async () => {
    const { clock, waits: open, started, start } = waits()
    open.add(['a', 'b'], 10, start)
    open.add(['c'], 20, start)
    open.drop('a')
    open.drop('c')
    open.drop('x')
    expect(clock.pending).toBe(1)
    await clock.advance(20)
    expect(started).toEqual(['b at 10'])
  })

  it('take over those that wait already, for the longer of the two waits', async () => {
    const { clock, waits: open, started, start } = waits()
    open.add(['b', 'c'], 100, start)
    await clock.advance(50)
    open.add(['a', 'b', 'c'], 10, start)
    expect(clock.pending).toBe(1)
    await clock.advance(50)
    expect(started).toEqual(['a b c at 100'])
    open.add(['a'], 10, start)
    open.add(['a'], 30, start)
    await clock.advance(30)
    expect(started).toEqual(['a b c at 100', 'a at 130'])
  })

  it('start nobody after close', async () => {
    const { clock, waits: open, started, start } = waits()
    open.add(['a'], 10, start)
    open.close()
    expect(clock.pending).toBe(0)
    await clock.advance(10)
    expect(started).toEqual([])
  })
})
