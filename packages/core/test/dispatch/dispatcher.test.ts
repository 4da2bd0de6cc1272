import { describe, expect, it } from 'vitest'
import { createYield } from '../../src/base/event-loop.ts'
import { Dispatcher, type Runnable } from '../../src/dispatch/dispatcher.ts'
import { turns } from '../support/waiting.ts'

/** A dispatcher whose clock and yielding are the test's. */
function setUp(): {
  dispatcher: Dispatcher
  time: { now: number }
  /** The first of a slice notes that the event loop turned; a second one goes on with the work. */
  yielded: (() => void)[]
  errors: unknown[]
  blocked: [Runnable | null, number][]
} {
  const time = { now: 0 }
  const yielded: (() => void)[] = []
  const errors: unknown[] = []
  const blocked: [Runnable | null, number][] = []
  const report = {
    failed: (error: unknown) => errors.push(error),
    blocked: (by: Runnable | null, ms: number) => blocked.push([by, ms]),
  }
  const dispatcher = new Dispatcher(
    () => time.now,
    (run) => yielded.push(run),
    report,
  )
  return { dispatcher, time, yielded, errors, blocked }
}

/** Handles `count` messages, each taking `cost` milliseconds, and goes back on the queue while there are more. */
class Work implements Runnable {
  left: number
  readonly #step: () => void
  readonly #dispatcher: Dispatcher

  constructor(dispatcher: Dispatcher, count: number, step: () => void) {
    this.#dispatcher = dispatcher
    this.left = count
    this.#step = step
  }

  run(budget: number): number {
    let done = 0
    for (; done < budget && this.left > 0; done++, this.left--) this.#step()
    if (this.left > 0) this.#dispatcher.schedule(this)
    return done
  }
}

describe('dispatcher', () => {
  it('runs nothing before the caller is done, and then in the order scheduled', async () => {
    const { dispatcher } = setUp()
    const order: string[] = []
    for (const name of ['a', 'b', 'c']) dispatcher.schedule({ run: () => (order.push(name), 1) })
    expect(order).toEqual([])
    await Promise.resolve()
    expect(order).toEqual(['a', 'b', 'c'])
  })

  it('gives each a share in turn when both have more', async () => {
    const { dispatcher } = setUp()
    const order: string[] = []
    dispatcher.schedule(new Work(dispatcher, 200, () => order.push('a')))
    dispatcher.schedule(new Work(dispatcher, 10, () => order.push('b')))
    await Promise.resolve()
    expect(order).toHaveLength(210)
    expect(order.indexOf('b')).toBeLessThan(150)
  })

  it('lets the event loop turn after a millisecond of work', async () => {
    const { dispatcher, time, yielded } = setUp()
    let done = 0
    dispatcher.schedule(
      new Work(dispatcher, 1_000, () => {
        done++
        time.now += 0.01
      }),
    )
    await Promise.resolve()
    expect(yielded).toHaveLength(2)
    expect(done).toBeGreaterThanOrEqual(100)
    expect(done).toBeLessThan(300)
    while (yielded.length > 0) yielded.shift()?.()
    expect(done).toBe(1_000)
  })

  it('yields at once when handlers are slow', async () => {
    const { dispatcher, time, yielded } = setUp()
    let done = 0
    for (let n = 0; n < 100; n++) dispatcher.schedule({ run: () => ((time.now += 5), done++, 64) })
    await Promise.resolve()
    expect([done, yielded.length]).toEqual([1, 2])
  })

  it('takes up what comes within a slice at once, and what comes after it when the event loop has turned', async () => {
    const { dispatcher, time, yielded } = setUp()
    const ran: string[] = []
    dispatcher.schedule({ run: () => (ran.push('first'), 1) })
    await Promise.resolve()
    dispatcher.schedule({ run: () => (ran.push('second'), (time.now += 5), 1) })
    await Promise.resolve()
    expect(ran).toEqual(['first', 'second'])
    dispatcher.schedule({ run: () => (ran.push('third'), 1) })
    await Promise.resolve()
    expect(ran).toEqual(['first', 'second'])
    while (yielded.length > 0) yielded.shift()?.()
    expect(ran).toEqual(['first', 'second', 'third'])
  })

  it('says who held up the event loop for a second, when it was one alone', async () => {
    const { dispatcher, time, blocked } = setUp()
    const slow: Runnable = { run: () => ((time.now += 1_500), 64) }
    dispatcher.schedule(slow)
    await Promise.resolve()
    expect(blocked).toEqual([[slow, 1_500]])
  })

  it('says so also when nothing follows, and once', async () => {
    const { dispatcher, time, blocked } = setUp()
    const slow: Runnable = { run: () => ((time.now += 2_000), 1) }
    dispatcher.schedule(slow)
    await Promise.resolve()
    dispatcher.schedule({ run: () => 1 })
    await Promise.resolve()
    expect(blocked).toEqual([[slow, 2_000]])
  })

  it('blames nobody for what the program itself held up', async () => {
    const { dispatcher, time, blocked } = setUp()
    dispatcher.schedule({ run: () => 1 })
    await Promise.resolve()
    time.now += 3_000
    dispatcher.schedule({ run: () => 1 })
    await Promise.resolve()
    expect(blocked).toEqual([[null, 3_000]])
  })

  it('goes on with the others when one throws', async () => {
    const { dispatcher, errors } = setUp()
    let ran = false
    dispatcher.schedule({
      run: () => {
        throw new Error('broken')
      },
    })
    dispatcher.schedule({ run: () => ((ran = true), 1) })
    await Promise.resolve()
    expect(ran).toBe(true)
    expect(errors).toEqual([new Error('broken')])
    dispatcher.schedule({ run: () => ((ran = false), 1) })
    await Promise.resolve()
    expect(ran).toBe(false)
  })

  it('lets timers fire while promises keep putting work on an empty queue', async () => {
    const dispatcher = new Dispatcher(() => performance.now(), createYield(), {
      failed: () => undefined,
      blocked: () => undefined,
    })
    let fired = false
    let steps = 0
    await new Promise<void>((resolve) => {
      const step: Runnable = {
        run: () => {
          if (++steps === 100) setTimeout(() => (fired = true), 2)
          // A handler that awaits something done: its actor goes on from a microtask.
          if (fired || steps > 5_000_000) resolve()
          else void Promise.resolve().then(() => dispatcher.schedule(step))
          return 1
        },
      }
      dispatcher.schedule(step)
    })
    expect(fired).toBe(true)
    await turns(1)
  })
})
