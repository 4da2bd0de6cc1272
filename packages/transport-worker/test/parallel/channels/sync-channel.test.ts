import { type RefOf, STOP, type System } from '@troupe/core'
import { createPipe, createQueue, createSyncChannel } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { SyncUser } from '../../fixtures/sync-users.ts'
import { testSystem } from '../../support.ts'
import { childProcess, far, thread } from '../../workers.ts'

async function userIn(system: System): Promise<RefOf<typeof SyncUser>> {
  const user = system.spawn(far(SyncUser), [], { on: await system.start(thread()) })
  await user.ready
  return user
}

describe('a thread that cannot await', () => {
  it('takes the values of a queue while it blocks, up to STOP and up to the end', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const user = await userIn(system)
    const sum = user.ask('sum', createSyncChannel(system, queue))
    for (const value of [1, 2, 3]) await queue.put(value)
    await queue.put(STOP)
    expect(await sum).toBe(6)
    const rest = user.ask('sum', createSyncChannel(system, queue))
    await queue.put(4)
    await queue.close()
    expect(await rest).toBe(4)
  })

  it('sends and receives over a pipe, values of any kind and size', async () => {
    await using system = testSystem()
    const [near, end] = createPipe<unknown>(system)
    const user = await userIn(system)
    const channel = createSyncChannel(system, end)
    const doubled = user.ask('double', channel as never, 3)
    for (const value of [1, 2, 3]) {
      await near.send(value)
      expect(await near.receive()).toBe(value * 2)
    }
    await doubled
    const large = { text: 'é'.repeat(200_000), map: new Map([[1, new Date(5)]]) }
    await near.send(large)
    expect(await user.ask('take', channel)).toEqual(large)
    await user.ask('send', channel, large, STOP)
    expect(await near.receive()).toEqual(large)
    expect(await near.receive()).toBe(STOP)
    channel.close()
    await expect(near.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })

  it('is told of a timeout, of the end, and of what cannot travel, as those who await are', async () => {
    await using system = testSystem()
    const queue = createQueue<unknown>(system)
    const [near, end] = createPipe<unknown>(system)
    const user = await userIn(system)
    const [fromQueue, fromPipe] = [createSyncChannel(system, queue), createSyncChannel(system, end)]
    expect(await user.ask('failure', fromQueue, 0)).toBe('TROUPE_QUEUE_EMPTY')
    expect(await user.ask('failure', fromQueue, 5)).toBe('TROUPE_QUEUE_EMPTY')
    expect(await user.ask('failure', fromPipe, 0)).toBe('TROUPE_PIPE_TIMEOUT')
    expect(await user.ask('failure', fromQueue, -1)).toContain('RangeError')
    await queue.put(user)
    expect(await user.ask('failure', fromQueue)).toBe('TROUPE_NOT_SERIALIZABLE')
    near.close()
    expect(await user.ask('failure', fromPipe)).toBe('TROUPE_PIPE_CLOSED')
    await queue.close()
    expect(await user.ask('failure', fromQueue)).toBe('TROUPE_QUEUE_CLOSED')
  })

  it('goes on when the channel is closed under it, and has taken nothing', async () => {
    await using system = testSystem()
    const queue = createQueue<unknown>(system)
    const user = await userIn(system)
    const channel = createSyncChannel(system, queue)
    const failure = user.ask('failure', channel)
    while ((await queue.stats()).waitingGets === 0);
    channel.close()
    expect(await failure).toBe('TROUPE_QUEUE_CLOSED')
    expect(await user.ask('failure', channel)).toBe('TROUPE_QUEUE_CLOSED')
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })

  it('does not keep its system from ending', async () => {
    const system = testSystem()
    const queue = createQueue<unknown>(system)
    const user = await userIn(system)
    const failure = user.ask('take', createSyncChannel(system, queue)).catch((error: unknown) => error)
    while ((await queue.stats()).waitingGets === 0);
    await system.shutdown()
    expect(await failure).toBeInstanceOf(Error)
  })

  it('is forgotten when it ends while it blocks: the next consumer gets the value', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const node = await system.start(thread())
    const user = system.spawn(far(SyncUser), [], { on: node })
    await user.ready
    const take = user.ask('take', createSyncChannel(system, queue))
    while ((await queue.stats()).waitingGets === 0);
    node.kill()
    await expect(take).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    while ((await queue.stats()).waitingGets === 1);
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })

  it('is not taken for dead: its node is up, and what was sent to it meanwhile is handled after', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const node = await system.start(thread())
    const user = system.spawn(far(SyncUser), [], { on: node })
    const take = user.with({ timeout: 20_000 }).ask('take', createSyncChannel(system, queue))
    while ((await queue.stats()).waitingGets === 0);
    // More than a link takes without being read, while nobody reads it.
    const large = Array.from({ length: 8 }, () => new Uint8Array(1_048_576))
    const other = createSyncChannel(system, createQueue<unknown>(system))
    const sends = large.map((bytes) => user.with({ timeout: 20_000 }).ask('send', other, bytes))
    expect(node.alive).toBe(true)
    await queue.put(7)
    expect(await take).toBe(7)
    await Promise.all(sends)
    expect(node.alive).toBe(true)
  })

  it('is refused where it would block for ever, and a second thread where the first one calls', async () => {
    await using system = testSystem()
    const queue = createQueue<unknown>(system)
    const [one, other] = [await userIn(system), await userIn(system)]
    const channel = createSyncChannel(system, queue)
    expect(() => channel.takeSync()).toThrow('the thread that serves the channel')
    expect(await one.ask('blockOnOwn')).toBe('TROUPE_CANNOT_BLOCK')
    const there = await one.ask('makeQueue')
    expect(await one.ask('failure', createSyncChannel(system, there))).toBe('TROUPE_CANNOT_BLOCK')
    await there.put(5)
    expect(await other.ask('take', createSyncChannel(system, there))).toBe(5)
    await queue.put(1)
    expect(await one.ask('take', channel)).toBe(1)
    expect(await other.ask('failure', channel)).toBe('TROUPE_CANNOT_BLOCK')
  })

  it('is refused by what has no such face', async () => {
    await using system = testSystem()
    expect(() => createSyncChannel(system, createQueue(system, { ack: 'manual' }) as never)).toThrow('manual acks')
    expect(() => createSyncChannel(system, 1 as never)).toThrow(TypeError)
    const child = system.spawn(far(SyncUser), [], { on: await system.start(childProcess()) })
    const channel = createSyncChannel(system, createQueue<unknown>(system))
    await expect(child.ask('take', channel)).rejects.toThrow('to a thread of this process only')
  })
})
