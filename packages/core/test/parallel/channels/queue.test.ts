import { describe, expect, it } from 'vitest'
import { copyByPickling, type RefCodec, STOP } from '../../../src/index.ts'
import { createQueue, type Queue } from '../../../src/parallel/index.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'

/** A handle as it arrives where it was sent. */
function sent<Value>(value: Value): Value {
  const refs: Parameters<RefCodec['toWire']>[0][] = []
  const codec: RefCodec = {
    toWire: (ref) => [refs.push(ref) - 1],
    fromWire: ([index]) => {
      const ref = refs[Number(index)]
      if (ref === undefined) throw new Error('no such ref')
      return ref
    },
  }
  return copyByPickling(value, 'value', codec) as Value
}

async function rest<Item>(queue: Queue<Item>): Promise<Item[]> {
  const items: Item[] = []
  for (let item = await queue.tryGet(); item !== undefined; item = await queue.tryGet()) items.push(item)
  return items
}

describe('a queue', () => {
  it.each([
    ['fifo', ['a', 'b', 'c']],
    ['lifo', ['c', 'b', 'a']],
  ] as const)('gives values in its order: %s', async (order, expected) => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { order })
    await Promise.all(['a', 'b', 'c'].map((value) => queue.put(value)))
    expect(await rest(queue)).toEqual(expected)
  })

  it('gives the lowest priority first, equal ones in the order put', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { order: 'priority' })
    for (const [value, priority] of [
      ['b1', 1],
      ['c', 2],
      ['a', -1],
      ['b2', 1],
      ['b3', 1],
    ] as const) {
      await queue.put(value, { priority })
    }
    expect(await rest(queue)).toEqual(['a', 'b1', 'b2', 'b3', 'c'])
  })

  it('takes a snapshot of a value when it is put', async () => {
    await using system = testSystem()
    const queue = createQueue<number[]>(system)
    const list = [1]
    const put = queue.put(list)
    list.push(2)
    await put
    expect(await queue.get()).toEqual([1])
  })

  it('rejects a value that cannot travel at the caller, and goes on', async () => {
    await using system = testSystem()
    const queue = createQueue<unknown>(system)
    await expect(queue.put({ job: { run: () => 1 } })).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    await expect(queue.put({ job: { run: () => 1 } })).rejects.toThrow('value.job.run')
    await queue.put('fine')
    expect(await rest(queue)).toEqual(['fine'])
  })

  it('lets put wait while it is full, first come first served', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system, { maxSize: 2 })
    await queue.put(1)
    await queue.put(2)
    const third = queue.put(3)
    const fourth = queue.put(4)
    expect(await stateOf(third)).toBe('pending')
    expect(await queue.tryPut(5)).toBe(false)
    expect(await queue.get()).toBe(1)
    await third
    expect(await stateOf(fourth)).toBe('pending')
    expect(await queue.size()).toBe(2)
    expect(await queue.get()).toBe(2)
    await fourth
    expect(await rest(queue)).toEqual([3, 4])
  })

  it('serves those who wait for values first come first served', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const other = sent(queue)
    const gets = [queue.get(), other.get(), queue.get()]
    await turns()
    for (const value of [1, 2, 3]) await other.put(value)
    expect(await Promise.all(gets)).toEqual([1, 2, 3])
  })

  it('rejects at the deadline of the owner’s clock, with QueueFullError and QueueEmptyError', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const queue = createQueue<number>(system, { maxSize: 1 })
    const get = rejection(queue.get({ timeout: 100 }))
    await turns()
    await clock.advance(100)
    expect(await get).toMatchObject({ name: 'QueueEmptyError', code: 'TROUPE_QUEUE_EMPTY' })
    await queue.put(1)
    const put = rejection(queue.put(2, { timeout: 100 }))
    await turns()
    await clock.advance(100)
    expect(await put).toMatchObject({ name: 'QueueFullError', code: 'TROUPE_QUEUE_FULL' })
    expect(await rest(queue)).toEqual([1])
    await expect(queue.get({ timeout: 0 })).rejects.toThrow('within 0 ms')
  })

  it('refuses timeouts and options that mean nothing, by name', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    await expect(queue.get({ timeout: -1 })).rejects.toThrow(RangeError)
    await expect(queue.put(1, { timeout: -1 })).rejects.toThrow('timeout takes milliseconds from 0 up, not -1')
    expect(() => createQueue(system, { maxSize: 0 })).toThrow('maxSize takes a whole number from 1 up')
    expect(() => createQueue(system, { order: 'random' as never })).toThrow("order takes 'fifo', 'lifo', 'priority'")
    expect(() => queue.deadLetters).toThrow("ack: 'manual'")
  })

  it('gives nothing to a call that was aborted', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { maxSize: 1 })
    const abort = new AbortController()
    const get = queue.get({ signal: abort.signal })
    await turns()
    abort.abort(new Error('no more'))
    await expect(get).rejects.toThrow('no more')
    await queue.put('kept')
    const put = queue.put('not put', { signal: AbortSignal.abort(new Error('never')) })
    await expect(put).rejects.toThrow('never')
    expect(await rest(queue)).toEqual(['kept'])
  })

  it('takes a value back whose call was aborted while it was on its way', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system)
    await queue.put('first')
    await queue.put('second')
    const abort = new AbortController()
    const get = queue.get({ signal: abort.signal })
    abort.abort(new Error('late')) // the owner has not even seen it; the cancel comes behind it
    await expect(get).rejects.toThrow('late')
    await turns()
    expect(await rest(queue)).toEqual(['first', 'second'])
  })

  it('counts what is done, for join, and refuses one too many', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    await queue.join()
    await queue.put(1)
    await queue.put(2)
    const joined = queue.join()
    await queue.get()
    await queue.taskDone()
    expect(await stateOf(joined)).toBe('pending')
    await queue.get()
    await queue.taskDone()
    await joined
    await expect(queue.taskDone()).rejects.toMatchObject({
      code: 'TROUPE_TASK_DONE',
      message: expect.stringContaining('too many') as string,
    })
  })

  it('says exactly how it is', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system, { maxSize: 2 })
    const puts = [queue.put(1), queue.put(2), queue.put(3)]
    expect(await queue.stats()).toEqual({
      size: 2,
      waitingPuts: 1,
      waitingGets: 0,
      inHand: 0,
      unfinished: 2,
      put: 2,
      dead: 0,
      closed: false,
    })
    await queue.get()
    await Promise.all(puts)
  })

  it('carries refs, other queues and itself', async () => {
    await using system = testSystem()
    const queue = createQueue<{ reply: Queue<string> }>(system)
    const replies = createQueue<string>(system)
    await queue.put({ reply: replies })
    const { reply } = await queue.get()
    await reply.put('hello')
    expect(await replies.get()).toBe('hello')
  })
})

describe('closing a queue', () => {
  it('lets what is in it be drained, then rejects; nothing can be put', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system, { maxSize: 2 })
    await queue.put(1)
    await queue.put(2)
    const waiting = rejection(queue.put(3))
    await queue.close()
    expect(await waiting).toMatchObject({ code: 'TROUPE_QUEUE_CLOSED', reason: { kind: 'normal' } })
    await expect(queue.put(4)).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
    expect(await queue.get()).toBe(1)
    expect(await queue.get()).toBe(2)
    await expect(queue.get()).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
    await queue.close()
    expect(system.inspect().children).toEqual([])
  })

  it('discards what is in it when told to, which settles join', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    await queue.put(1)
    const joined = queue.join()
    await turns()
    await queue.close({ pending: 'discard' })
    await joined
    await expect(queue.get()).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
  })

  it('rejects those who wait for values', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const get = rejection(queue.get())
    await turns()
    await queue.close()
    expect(await get).toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
  })

  it('is heard with the reason when its owner dies', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const get = rejection(queue.get())
    await turns()
    await system.shutdown()
    expect(await get).toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
    await expect(queue.put(1)).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
  })
})

describe('a loop over a queue', () => {
  it('ends at STOP, one for each loop, and "STOP" is data', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system)
    for (const value of ['a', 'STOP', STOP, 'b', STOP, 'c']) await queue.put(value)
    const heard: string[][] = []
    for (let loop = 0; loop < 2; loop++) {
      const values: string[] = []
      for await (const value of queue) values.push(value)
      heard.push(values)
    }
    expect(heard).toEqual([['a', 'STOP'], ['b']])
    expect(await rest(queue)).toEqual(['c'])
  })

  it('ends when the queue is closed and empty', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const heard: number[] = []
    const loop = (async () => {
      for await (const value of queue) heard.push(value)
    })()
    for (let value = 0; value < 1_000; value++) await queue.put(value)
    await queue.close()
    await loop
    expect(heard).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
    for await (const value of queue) heard.push(value)
  })

  it('gives back what came ahead when it is left, in order', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    for (let value = 0; value < 100; value++) await queue.put(value)
    const heard: number[] = []
    for await (const value of queue) if (heard.push(value) === 40) break
    heard.push(...(await rest(queue)))
    expect(heard).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('gives back what came ahead when somebody else waits for it', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    for (let value = 0; value < 100; value++) await queue.put(value)
    const loop = queue.values()
    const heard: unknown[] = []
    for (let count = 0; count < 50; count++) heard.push((await loop.next()).value)
    while (heard.length < 100) heard.push(await sent(queue).get())
    expect(heard.sort((one, other) => Number(one) - Number(other))).toEqual(Array.from({ length: 100 }, (_, index) => index))
    await loop.return?.()
  })

  it('ends with the reason of its signal, and loses nothing', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const abort = new AbortController()
    const loop = (async () => {
      for await (const value of queue.values({ signal: abort.signal })) void value
    })()
    await turns()
    abort.abort(new Error('enough'))
    await expect(loop).rejects.toThrow('enough')
    await queue.put(1)
    expect(await rest(queue)).toEqual([1])
  })
})
