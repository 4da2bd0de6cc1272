import { describe, expect, it } from 'vitest'
import { createYield } from '../../src/base/event-loop.ts'

describe('yield', () => {
  it('lets promises and ticks go first', async () => {
    const order: string[] = []
    const done = new Promise<void>((resolve) => {
      createYield()(() => {
        order.push('yielded')
        resolve()
      })
    })
    process.nextTick(() => order.push('tick'))
    void Promise.resolve().then(() => order.push('promise'))
    await done
    expect(order.at(-1)).toBe('yielded')
    expect(order).toHaveLength(3)
  })

  it('keeps the order in which it was asked', async () => {
    const yieldTurn = createYield()
    const order: number[] = []
    await Promise.all([1, 2, 3].map((n) => new Promise<void>((resolve) => yieldTurn(() => (order.push(n), resolve())))))
    expect(order).toEqual([1, 2, 3])
  })

  it('takes a message channel where there is no setImmediate', async () => {
    const { setImmediate } = globalThis
    const channels: MessageChannel[] = []
    const { MessageChannel } = globalThis
    Reflect.set(globalThis, 'setImmediate', undefined)
    Reflect.set(
      globalThis,
      'MessageChannel',
      class extends MessageChannel {
        constructor() {
          super()
          channels.push(this)
        }
      },
    )
    try {
      const yieldTurn = createYield()
      const order: number[] = []
      await Promise.all([1, 2].map((n) => new Promise<void>((resolve) => yieldTurn(() => (order.push(n), resolve())))))
      expect(order).toEqual([1, 2])
    } finally {
      Object.assign(globalThis, { setImmediate, MessageChannel })
      for (const { port1 } of channels) port1.close()
    }
  })
})
