import { from, take, toArray, lastValueFrom, type Subscription } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { STOP, toObservable } from '../../../src/index.ts'
import { createBus, createPipe, createQueue } from '../../../src/parallel/index.ts'
import { testSystem } from '../../support/test-system.ts'
import { turns } from '../../support/waiting.ts'
import { memoryPool } from '../pool/memory-pool.ts'
import { square } from '../pool/tasks.ts'

/** What is left of a subscription, as it came. */
function listen(source: { subscribe(observer: object): Subscription }) {
  const heard: unknown[] = []
  let over: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (over = resolve))
  const subscription = source.subscribe({
    next: (value: unknown) => void heard.push(value),
    complete: () => {
      heard.push('end')
      over()
    },
    error: over,
  })
  return { heard, ended, subscription }
}

describe.each([
  ['toObservable', toObservable],
  ['from of rxjs', from],
] as const)('%s', (_, observe) => {
  it('gives the values of a queue, and completes with it', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    for (const value of [1, 2, 3]) await queue.put(value)
    await queue.close()
    const { heard, ended } = listen(observe(queue) as never)
    await ended
    expect(heard).toEqual([1, 2, 3, 'end'])
  })

  it('leaves to the queue, or to the pipe, what nobody got: unsubscribing ends the wait, too', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<number>(system)
    const queues = [createQueue<number>(system), createQueue<number>(system, { order: 'lifo' })]
    for (const [source, put, get] of [
      [right, (value: number) => left.send(value), () => right.receive({ timeout: 0 })] as const,
      ...queues.map((queue) => [queue, (value: number) => queue.put(value), () => queue.get({ timeout: 0 })] as const),
    ]) {
      const { heard, subscription } = listen(observe(source) as never)
      await put(1)
      await turns()
      subscription.unsubscribe() // while it waits for the next one
      await turns()
      await put(2)
      expect([...heard, await get()]).toEqual([1, 2])
    }
  })

  it('ends at STOP, and with operators', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<number>(system)
    for (const value of [1, 2, 3]) await left.send(value)
    expect(await lastValueFrom((observe(right) as ReturnType<typeof from<typeof right>>).pipe(take(2), toArray()))).toEqual([
      1, 2,
    ])
    await left.send(STOP)
    expect(await lastValueFrom((observe(right) as ReturnType<typeof from<typeof right>>).pipe(toArray()))).toEqual([3])
  })
})

describe('an observable of an iterable', () => {
  it('fails with it', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    await expect(lastValueFrom(toObservable(queue.values({ signal: AbortSignal.abort(new Error('no')) })))).rejects.toThrow('no')
    expect(() => toObservable(1 as never)).toThrow(TypeError)
  })

  it('can be read by a loop, at its own pace', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    for (const value of [1, 2]) await queue.put(value)
    await queue.close()
    const values: number[] = []
    for await (const value of toObservable(queue)) values.push(value)
    expect(values).toEqual([1, 2])
  })

  it('takes results of imap, and cancels the others when it is left', async () => {
    await using system = testSystem()
    const { pool } = await memoryPool(system, 1)
    const results = toObservable(pool.imap(square, [1, 2, 3, 4], { ahead: 2 }))
    expect(await lastValueFrom(results.pipe(take(2), toArray()))).toEqual([1, 4])
    await pool.terminate()
  })
})

describe('a loop over the events of a bus', () => {
  it('hears what is published while it is busy, and ends with the bus', async () => {
    await using system = testSystem()
    const bus = createBus<{ count: number }>(system)
    const events = await bus.events(system, 'count')
    for (const value of [1, 2, 3]) await bus.publish('count', value)
    const heard: number[] = []
    for await (const value of events) {
      heard.push(value)
      if (value === 3) await bus.close()
    }
    expect(heard).toEqual([1, 2, 3])
  })

  it('ends its subscription when it is left', async () => {
    await using system = testSystem()
    const bus = createBus<{ count: number }>(system)
    const events = await bus.events(system, 'count')
    expect(await bus.publish('count', 1)).toBe(1)
    const { heard, subscription } = listen(toObservable(events) as never)
    await turns()
    subscription.unsubscribe()
    await turns()
    expect(heard).toEqual([1])
    expect(await bus.publish('count', 2)).toBe(0)
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })
})
