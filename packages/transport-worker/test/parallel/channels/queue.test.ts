import { actor, type ActorRef, type Node, type RefOf, STOP, type System } from '@troupe/core'
import { createQueue } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { QueueUser, type Witness } from '../../fixtures/queue-users.ts'
import { testSystem } from '../../support.ts'
import { far, kinds } from '../../workers.ts'

/** Notes what it is told; `all` resolves once there are so many. */
function witness(count: number) {
  const seen: number[] = []
  let enough: () => void = () => undefined
  const all = new Promise<void>((resolve) => (enough = resolve))
  const definition = actor({
    name: 'Witness',
    setup: () => ({
      saw(value: number) {
        if (seen.push(value) === count) enough()
      },
    }),
  })
  return { seen, all, definition }
}

/** A user that is ready: its worker knows what a queue is. */
async function user(system: System, node: Node): Promise<RefOf<typeof QueueUser>> {
  const ref = system.spawn(far(QueueUser), [], { on: node })
  await ref.ready
  return ref
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe.each(kinds)('a queue and a %s', (_, make) => {
  it('passes values between workers, each once, through loops that end at STOP', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system, { maxSize: 1_000 })
    const nodes = await Promise.all([system.start(make()), system.start(make())])
    const consumers = await Promise.all(nodes.map((node) => user(system, node)))
    const producers = await Promise.all(nodes.map((node) => user(system, node)))
    const sums = consumers.map((each) => each.with({ timeout: 60_000 }).ask('consume', queue))
    const produced = producers.map((each, index) => each.with({ timeout: 60_000 }).ask('produce', queue, index * 5_000, 5_000))
    await Promise.all(produced)
    await queue.put(STOP)
    await queue.put(STOP)
    const total = (await Promise.all(sums)).reduce((sum, each) => sum + each, 0)
    expect(total).toBe((9_999 * 10_000) / 2)
  })

  it('delivers again what a consumer held that was killed', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system, { ack: 'manual', maxDeliveries: 2 })
    for (const value of upTo(4)) await queue.put(value)
    const node = await system.start(make())
    expect(await (await user(system, node)).ask('hold', queue, 3)).toEqual([0, 1, 2])
    node.kill()
    const deliveries = [await queue.get(), await queue.get(), await queue.get(), await queue.get()]
    const counts = deliveries.map(({ value, deliveries }) => `${value}/${deliveries}`)
    expect(counts).toEqual(['3/1', '0/2', '1/2', '2/2']) // the fourth was free all the time
    await deliveries[1]?.fail(new Error('no'))
    expect(await queue.deadLetters.get()).toMatchObject({ value: 0, deliveries: 2 })
    await queue.put(4)
    const other = await system.start(make())
    for (const node of [other, await system.start(make())]) {
      await (await user(system, node)).ask('hold', queue, 1)
      node.kill()
    }
    const letter = await queue.deadLetters.get()
    expect(letter).toEqual({ value: 4, deliveries: 2, cause: await other.exited })
  })

  it('forgets a consumer that was killed while it waited: the next one gets the value', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const node = await system.start(make())
    await (await user(system, node)).ask('wait', queue)
    while ((await queue.stats()).waitingGets === 0);
    node.kill()
    while ((await queue.stats()).waitingGets === 1);
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })

  it('loses no value that came ahead for a loop whose worker was killed', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const count = 2_000
    await Promise.all(upTo(count).map((value) => queue.put(value)))
    const { seen, all, definition } = witness(700)
    const ref: ActorRef<Witness> = system.spawn(definition)
    const node = await system.start(make())
    const consumed = (await user(system, node)).ask('consume', queue, ref)
    await all
    node.kill()
    await expect(consumed).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await queue.close()
    const rest: number[] = []
    for await (const value of queue) rest.push(value)
    expect(rest.filter((value) => seen.includes(value)).length).toBeLessThanOrEqual(64) // what it had not said that it had
    const missing = upTo(count).filter((value) => !seen.includes(value) && !rest.includes(value))
    expect(missing.length).toBeLessThanOrEqual(1) // one that it had asked for may have been on its way
  })

  it('lets a producer end whose values nobody has read; they are all there', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system)
    const node = await system.start(make())
    const values = upTo(20).map((value) => String(value).repeat(100_000))
    await (await user(system, node)).ask('putAll', queue, values)
    await node.terminate()
    expect(node.exitCode).toBe(0)
    await queue.close()
    const read: string[] = []
    for await (const value of queue) read.push(value)
    expect(read).toEqual(values)
  })

  it('that lives in a worker is closed with that worker’s reason when it dies', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const queue = await (await user(system, node)).ask('make')
    await queue.put(1)
    expect(await queue.get()).toBe(1)
    const get = queue.get()
    node.kill()
    await expect(get).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED', reason: await node.exited })
    await expect(queue.put(2)).rejects.toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
  })
})
