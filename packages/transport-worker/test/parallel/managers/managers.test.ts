import type { NodeDefinition, System } from '@troupe/core'
import { type Manager, createManager, openManager, sharedArray, sharedValue } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import type { WorkerNode } from '../../../src/index.ts'
import { testSystem } from '../../support.ts'
import { Account } from '../../fixtures/shared-account.ts'
import * as sharing from '../../fixtures/sharing.ts'
import { childProcess, far, farTask, thread } from '../../workers.ts'

const [Adder, Stranger, Writer] = [far(sharing.Adder), far(sharing.Stranger), far(sharing.Writer)]
const Visitor = far(sharing.Visitor)
const increment = farTask(sharing.increment)

const KINDS: readonly (readonly [string, (options: { name: string }) => NodeDefinition<WorkerNode>])[] = [
  ['thread', thread],
  ['child process', childProcess],
]

/** A system with a manager on a worker of its own. */
class Shop implements AsyncDisposable {
  readonly system: System
  readonly node: WorkerNode
  readonly manager: Manager

  private constructor(system: System, node: WorkerNode, manager: Manager) {
    this.system = system
    this.node = node
    this.manager = manager
  }

  static async open(make: (options: { name: string }) => NodeDefinition<WorkerNode>): Promise<Shop> {
    const system = testSystem()
    const node = await system.start(make({ name: 'shared' }))
    return new Shop(system, node, await createManager(system, { on: node }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.shutdown()
  }
}

describe.each(KINDS)('a manager on a %s', (_kind, make) => {
  it('serves the program and other workers: no update is lost, and reads are frozen', async () => {
    await using shop = await Shop.open(make)
    const { system, manager } = shop
    const dict = await manager.dict<string, number>([['count', 0]])
    const others = await Promise.all(['w1', 'w2'].map((name) => system.start(make({ name }))))
    const writers = others.map((on) => system.spawn(Writer, [], { on }))
    await Promise.all([
      ...writers.map((writer) => writer.with({ timeout: 15_000 }).ask('count', dict, 200)),
      ...Array.from({ length: 200 }, () => dict.update('count', increment, 1)),
    ])
    expect(await dict.get('count')).toBe(600)
    const lists = await manager.dict<string, string[]>([['a', ['x']]])
    const read = (await lists.get('a')) as string[]
    expect(() => read.push('y')).toThrow(TypeError)
    const opened = await writers[0]?.ask('open', manager)
    expect(await opened?.get('made')).toBe(1)
    expect(await manager.names()).toEqual(['from a worker'])
    const array = await manager.array('int32', 1)
    const [adder] = others.map((on) => system.spawn(Adder, [], { on }))
    expect(await adder?.ask('add', array, 100)).toBe(100)
  })

  it('hands out locks, barriers and queues by name; what a killed worker held comes back', async () => {
    await using shop = await Shop.open(make)
    const { system, manager } = shop
    const nodes = await Promise.all(['w1', 'w2'].map((name) => system.start(make({ name }))))
    const visitors = nodes.map((on) => system.spawn(Visitor, [], { on }))
    const patient = visitors.map((visitor) => visitor.with({ timeout: 15_000 }))
    await Promise.all(patient.map((visitor) => visitor.ask('count', manager, 25)))
    expect(await (await manager.value(0, { name: 'total' })).get()).toBe(50)

    const barrier = await manager.barrier(3, { name: 'start' })
    const places = await Promise.all([barrier.wait(), ...patient.map((visitor) => visitor.ask('meet', manager))])
    expect(new Set(places)).toEqual(new Set([0, 1, 2]))

    const queue = await manager.queue<number>('numbers')
    await Promise.all(patient.map((visitor) => visitor.ask('put', manager, 20)))
    expect(await queue.size()).toBe(40)

    const token = await visitors[0]?.ask('hold', manager)
    const lock = await manager.lock('a')
    expect(await lock.tryAcquire()).toBeNull()
    const next = lock.acquire()
    const [victim] = nodes
    if (_kind === 'thread') victim?.kill()
    else process.kill(victim?.pid ?? 0, 'SIGKILL')
    expect((await next).token).toBeGreaterThan(token ?? Infinity)
  })

  it('has objects of classes that its node finds by module', async () => {
    await using shop = await Shop.open(make)
    const bank = await shop.manager.register('Account', far(Account))
    const account = await bank.Account('Ada')
    await Promise.all([account.enter(1), account.enter(2), account.enter(3)])
    expect([await account.total(), await account.where()]).toEqual([6, shop.node.pid])
    await expect((account as unknown as { name(): Promise<string> }).name()).rejects.toMatchObject({
      code: 'TROUPE_METHOD_NOT_EXPOSED',
    })
    const found = await openManager(shop.manager.ref).create<{ total(): number }>('Account', 'Bob')
    expect(await found.total()).toBe(0)
    class Local {
      run(): number {
        return 1
      }
    }
    await expect(shop.manager.register('Local', Local)).rejects.toThrow(/Local has no module/)
  })

  it('imports nothing that the program has not loaded, whoever names it', async () => {
    await using shop = await Shop.open(make)
    const dict = await shop.manager.dict<string, number>()
    const other = await shop.system.start(make({ name: 'other' }))
    const caller = shop.system.spawn(Stranger, [], { on: other })
    await expect(caller.ask('update', dict)).rejects.toMatchObject({ code: 'TROUPE_TASK_NOT_FOUND' })
    expect(await dict.has('a')).toBe(false)
  })

  it('that is killed rejects all that is pending at once, with the reason, and all that follows', async () => {
    await using shop = await Shop.open(make)
    const dict = await shop.manager.dict<string, number>([['a', 1]])
    await dict.get('a')
    const pending = Array.from({ length: 64 }, () => dict.get('a'))
    pending.push(shop.manager.value(1).then((value) => value.get()))
    if (_kind === 'thread') shop.node.kill()
    else process.kill(shop.node.pid, 'SIGKILL')
    const reason = _kind === 'thread' ? { kind: 'killed' } : { kind: 'signal', signal: 'SIGKILL' }
    for (const each of await Promise.allSettled(pending)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'TROUPE_ACTOR_STOPPED', reason } })
    }
    await expect(dict.set('a', 2)).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await expect(shop.manager.list()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await shop.manager.close()
  })
})

describe('shared memory', () => {
  it('is the same in every thread: a thousand sums of each are there', async () => {
    await using system = testSystem()
    const array = sharedArray('int32', 2)
    const nodes = await Promise.all(['w1', 'w2'].map((name) => system.start(thread({ name }))))
    const adders = nodes.map((on) => system.spawn(Adder, [], { on }))
    const own = Array.from({ length: 1_000 }, () => array.add(0, 1))
    await Promise.all([...own, ...adders.map((adder) => adder.ask('add', array, 1_000))])
    expect(await array.get(0)).toBe(3_000)
    new Int32Array(array.buffer)[1] = 7
    expect(await array.get(1)).toBe(7)
  })

  it('cannot be sent to a process: the sender hears so, with the path', async () => {
    await using system = testSystem()
    const node = await system.start(childProcess({ name: 'c1' }))
    const adder = system.spawn(Adder, [], { on: node })
    await expect(adder.ask('add', sharedArray('int32', 1), 1)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    const value = sharedValue('int32', 1)
    await expect(adder.ask('add', [value] as never, 1)).rejects.toThrow(/to a thread of this process only/)
    await using manager = await createManager(system, { on: node })
    expect(await adder.ask('add', await manager.array('int32', 1), 10)).toBe(10)
  })
})
