import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'

describe('system clock', () => {
  afterEach(() => vi.useRealTimers())

  it('fires once, and not after it was canceled', async () => {
    vi.useFakeTimers()
    const fired: string[] = []
    systemClock.start(10, () => fired.push('kept'))
    systemClock.start(10, () => fired.push('canceled')).cancel()
    await vi.advanceTimersByTimeAsync(9)
    expect(fired).toEqual([])
    await vi.advanceTimersByTimeAsync(100)
    expect(fired).toEqual(['kept'])
  })

  it('fires deadlines after what had arrived, when the event loop was held up meanwhile, and others in their order', async () => {
    const { port1, port2 } = new MessageChannel()
    const order: string[] = []
    port2.on('message', (what: string) => order.push(what))
    // From a turn's end: timers are what the event loop comes to next.
    await new Promise<void>((resolve) => setImmediate(resolve))
    const fired = new Promise<void>((resolve) => systemClock.start(1, () => (order.push('deadline'), resolve()), 'deadline'))
    const canceled = systemClock.start(1, () => order.push('canceled'), 'deadline')
    systemClock.start(2, () => order.push('timer'))
    setTimeout(() => (order.push('not of Troupe'), canceled.cancel()), 3)
    port1.postMessage('answer')
    const end = performance.now() + 5
    while (performance.now() < end);
    await fired
    port1.close()
    expect(order).toEqual(['timer', 'not of Troupe', 'answer', 'deadline'])
  })

  it('waits longer than setTimeout can', async () => {
    vi.useFakeTimers()
    const month = 30 * 24 * 60 * 60 * 1_000
    let fired = false
    systemClock.start(month, () => (fired = true))
    await vi.advanceTimersByTimeAsync(month - 1)
    expect(fired).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(fired).toBe(true)
  })

  it('waits for ever when told to', async () => {
    vi.useFakeTimers()
    let fired = false
    const timer = systemClock.start(Number.POSITIVE_INFINITY, () => (fired = true))
    await vi.advanceTimersByTimeAsync(5_000_000_000)
    expect(fired).toBe(false)
    timer.cancel()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not fire before its time is over, also for parts of a millisecond', async () => {
    vi.useFakeTimers()
    let fired = false
    systemClock.start(1.5, () => (fired = true))
    await vi.advanceTimersByTimeAsync(1)
    expect(fired).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(fired).toBe(true)
  })

  it('keeps the program running only while it is held', () => {
    const held = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = held()
    const timer = systemClock.start(60_000, () => undefined)
    expect(held()).toBe(before + 1)
    timer.hold(false)
    expect(held()).toBe(before)
    timer.hold(true)
    expect(held()).toBe(before + 1)
    timer.cancel()
    expect(held()).toBe(before)
  })

  it('never steps back', () => {
    const times = Array.from({ length: 100 }, () => systemClock.now())
    expect(times).toEqual([...times].sort((one, other) => one - other))
  })
})
