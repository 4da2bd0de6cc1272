import { describe, expect, it } from 'vitest'
import type { Self } from '../../../src/index.ts'
import { createQueue, type Delivery, type Queue } from '../../../src/parallel/index.ts'
import { inline } from '../../support/actors.ts'
import { testSystem } from '../../support/test-system.ts'
import { stateOf, turns } from '../../support/waiting.ts'

/** Takes so many deliveries and keeps them. */
const Keeper = (queue: Queue<string, Delivery<string>>) =>
  inline((self: Self) => ({
    async take(count: number) {
      const taken: string[] = []
      while (taken.length < count) taken.push((await queue.get({ by: self })).value)
      return taken
    },
  }))

describe('a queue with manual acks', () => {
  it('delivers a value until it is done, counting', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual' })
    await queue.put('a')
    await queue.put('b')
    const first = await queue.get()
    expect([first.value, first.deliveries]).toEqual(['a', 1])
    await first.fail(new Error('not now'))
    const again = await queue.get()
    expect([again.value, again.deliveries]).toEqual(['a', 2])
    await again.done()
    expect((await queue.get()).value).toBe('b')
  })

  it('refuses to settle a delivery twice', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual' })
    await queue.put('a')
    const delivery = await queue.get()
    await delivery.done()
    await expect(delivery.done()).rejects.toMatchObject({ code: 'TROUPE_DELIVERY_SETTLED' })
    await expect(delivery.fail()).rejects.toThrow('cannot be failed')
  })

  it('makes a dead letter of what was delivered too often, with the last cause', async () => {
    await using system = testSystem()
    const queue = createQueue<{ id: number }>(system, { ack: 'manual', maxDeliveries: 2 })
    await queue.put({ id: 7 })
    const joined = queue.join()
    await (await queue.get()).fail(new Error('one'))
    expect(await stateOf(joined)).toBe('pending')
    await (await queue.get()).fail(new TypeError('two'))
    await joined
    expect(await queue.tryGet()).toBeUndefined()
    const letter = await queue.deadLetters.get()
    expect(letter).toMatchObject({ value: { id: 7 }, deliveries: 2 })
    expect(letter.cause).toBeInstanceOf(TypeError)
    expect(await queue.stats()).toMatchObject({ dead: 1, unfinished: 0 })
  })

  it('delivers again, in the old order, what an actor held that was killed; what nobody asked for was not touched', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual', maxDeliveries: 2 })
    for (const value of ['a', 'b', 'c']) await queue.put(value)
    const keeper = system.spawn(Keeper(queue))
    expect(await keeper.ask('take', 2)).toEqual(['a', 'b'])
    expect(await queue.stats()).toMatchObject({ size: 1, inHand: 2 })
    keeper.kill()
    await keeper.exited
    const deliveries = [await queue.get(), await queue.get(), await queue.get()]
    expect(deliveries.map(({ value, deliveries }) => `${value}${deliveries}`)).toEqual(['a2', 'b2', 'c1'])
    await Promise.all(deliveries.map((delivery) => delivery.done()))
    await queue.join()
  })

  it('makes a dead letter of what kills its consumers, with how they ended', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual', maxDeliveries: 2 })
    await queue.put('poison')
    for (let round = 0; round < 2; round++) {
      const keeper = system.spawn(Keeper(queue))
      await keeper.ask('take', 1)
      keeper.kill()
    }
    expect(await queue.deadLetters.get()).toEqual({ value: 'poison', deliveries: 2, cause: { kind: 'killed' } })
  })

  it('grants nothing to an actor that died while it waited', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual' })
    const keeper = system.spawn(Keeper(queue))
    void keeper.ask('take', 1).catch(() => undefined)
    await turns()
    keeper.kill()
    await keeper.exited
    await queue.put('a')
    expect((await queue.get()).deliveries).toBe(1)
  })

  it('that was closed ends the loops of its consumers once nothing can come back, and is gone then', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { ack: 'manual' })
    await queue.put('a')
    await queue.close()
    const kept: Delivery<string>[] = []
    const held = await queue.get()
    const other = (async () => {
      for await (const delivery of queue) {
        kept.push(delivery)
        await delivery.done()
      }
    })()
    expect(await stateOf(other)).toBe('pending')
    await held.fail(new Error('again'))
    await other
    expect(kept.map(({ value, deliveries }) => `${value}${deliveries}`)).toEqual(['a2'])
    const letters: unknown[] = []
    for await (const letter of queue.deadLetters) letters.push(letter)
    expect(letters).toEqual([])
    await turns()
    expect(system.inspect().children).toEqual([])
  })
})
