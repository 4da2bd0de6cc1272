import { actor, createSystem, silentLog } from '@troupe/core'
import { createPipe, createQueue, type Delivery, type PipeEnd, type Queue, select } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { wsConnector, wsListener } from '../../../src/index.ts'

const secret = 'a secret for these tests only'

/** A program that owns a queue and a pipe, and gives them to whoever asks. */
async function shop() {
  const system = createSystem({ name: 'shop', log: silentLog })
  const queue = createQueue<number>(system, { ack: 'manual' })
  const [left, right] = createPipe<string>(system)
  const Desk = actor({
    name: 'Desk',
    setup: () => ({ queue: () => queue, end: () => right }),
  })
  system.register('desk', system.spawn(Desk))
  const { address } = await system.listen(wsListener({ port: 0, secret }))
  return { system, queue, left, address }
}

interface DeskProtocol {
  queue(): Queue<number, Delivery<number>>
  end(): PipeEnd<string, string>
}

describe('channels between machines', () => {
  it('carry a queue’s values both ways, and deliver again what a lost machine held', async () => {
    const { system, queue, address } = await shop()
    await using _shop = system
    await using client = createSystem({ name: 'client', log: silentLog })
    const far = await client.connect(wsConnector(address, { secret }))
    const there = await far.lookup<DeskProtocol>('desk').ask('queue')
    await there.put(1)
    await queue.put(2)
    const delivery = await there.get()
    expect(delivery.value).toBe(1)
    await delivery.done()
    expect((await there.get()).value).toBe(2)
    await far.close()
    const again = await queue.get()
    expect([again.value, again.deliveries]).toEqual([2, 2])
    await expect(there.get()).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED', reason: { kind: 'disconnected' } })
  })

  it('move the end of a pipe there, and close it when the link is lost', async () => {
    const { system, left, address } = await shop()
    await using _shop = system
    await using client = createSystem({ name: 'client', log: silentLog })
    const far = await client.connect(wsConnector(address, { secret }))
    await left.send('before')
    const end = await far.lookup<DeskProtocol>('desk').ask('end')
    await left.send('after')
    expect([await end.receive(), await end.receive()]).toEqual(['before', 'after'])
    await end.send('back')
    expect(await select({ left, down: far.exited })).toEqual({ key: 'left', value: 'back' })
    await far.close()
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'disconnected' } })
    await expect(end.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })
})
