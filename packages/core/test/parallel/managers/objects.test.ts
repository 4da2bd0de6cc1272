import { describe, expect, expectTypeOf, it } from 'vitest'
import { actor } from '../../../src/index.ts'
import { createManager } from '../../../src/parallel/index.ts'
import type { Manager } from '../../../src/parallel/managers/manager.ts'
import { openManager } from '../../../src/parallel/managers/create-manager.ts'
import { supervisor } from '../../../src/index.ts'
import { ManagerDefinition } from '../../../src/parallel/managers/manager-owner.ts'
import { inline } from '../../support/actors.ts'
import { testSystem } from '../../support/test-system.ts'
import { append, increment } from './tasks.ts'

describe('a shared value', () => {
  it('is read, set, updated and compared', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const value = await manager.value(1)
    expect(await value.get()).toBe(1)
    await value.set(2)
    expect(await value.update(increment, 3)).toBe(5)
    expect([await value.compareAndSet(2, 0), await value.compareAndSet(5, 6)]).toEqual([false, true])
    expect(await value.snapshot()).toEqual({ version: 4, value: 6 })
  })
})

describe('a shared namespace', () => {
  it('has named fields, all of them shared, typed by name', async () => {
    interface Settings {
      level: number
      tags: string[]
      _hidden?: string
    }
    await using system = testSystem()
    await using manager = await createManager(system)
    const settings = await manager.namespace<Settings>({ level: 1, tags: ['a'] })
    expectTypeOf(settings.get('level')).toEqualTypeOf<Promise<number>>()
    expectTypeOf(settings.get('tags')).toEqualTypeOf<Promise<readonly string[]>>()
    await settings.set('_hidden', 'x')
    expect(await settings.update('tags', append, 'b')).toEqual(['a', 'b'])
    expect(await settings.all()).toEqual({ level: 1, tags: ['a', 'b'], _hidden: 'x' })
    expect([await settings.delete('_hidden'), await settings.delete('_hidden')]).toEqual([true, false])
    expect(await settings.get('_hidden')).toBeUndefined()
    expect(await settings.compareAndSet('level', 1, 2)).toBe(true)
    expect((await settings.snapshot()).value).toEqual({ level: 2, tags: ['a', 'b'] })
    // @ts-expect-error: there is no such field
    await settings.set('other', 1)
    await expect(settings.get(1 as never)).rejects.toThrow(/a name of a namespace is a string/)
  })

  it('keeps __proto__ a field like others', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const fields = await manager.namespace()
    await fields.set('__proto__', { polluted: true })
    expect(Object.keys(await fields.all())).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('names', () => {
  it('lead everybody to the same object, of one kind', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const [one, two] = await Promise.all([manager.dict([['a', 1]], { name: 'scores' }), manager.dict([], { name: 'scores' })])
    expect(one.ref.equals(two.ref)).toBe(true)
    expect(await two.get('a')).toBe(1)
    await expect(manager.list([], { name: 'scores' })).rejects.toMatchObject({ code: 'TROUPE_SHARED_KIND' })
    expect(await manager.names()).toEqual(['scores'])
    await one.close()
    await one.ref.exited
    expect(await manager.names()).toEqual([])
    expect(await (await manager.dict<string, number>([], { name: 'scores' })).get('a')).toBeUndefined()
  })
})

describe('a manager', () => {
  it('ends with close, with its objects, which say so at once', async () => {
    await using system = testSystem()
    const manager = await createManager(system)
    const dict = await manager.dict<string, number>()
    await Promise.all([manager.close(), manager.close()])
    await expect(dict.get('a')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await expect(manager.list()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await manager.close()
    expect(system.inspect().children).toEqual([])
  })

  it('goes on without an object that was killed', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const [one, two] = [await manager.dict<string, number>([], { name: 'one' }), await manager.dict<string, number>()]
    const pending = one.get('a')
    one.ref.kill()
    await expect(pending).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    await two.set('a', 1)
    await one.ref.exited
    expect(await manager.names()).toEqual([])
  })

  it('can be sent, and so can what it handed out', async () => {
    const Writer = inline(
      () => ({
        write: async (manager: Manager) => {
          const dict = await manager.dict<string, number>([], { name: 'sent' })
          await dict.set('a', 1)
          return dict
        },
      }),
      'Writer',
    )
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    const sent = await system.spawn(Writer).ask('write', manager)
    expect(await sent.get('a')).toBe(1)
    expect(await (await manager.dict<string, number>([], { name: 'sent' })).get('a')).toBe(1)
  })

  it('is supervised like any actor: handles survive its restart, its objects are new', async () => {
    const Shop = supervisor({ name: 'Shop', children: [{ id: 'shared', actor: ManagerDefinition }] })
    await using system = testSystem()
    const shop = system.spawn(Shop)
    const manager = openManager(await shop.ask('child', 'shared'))
    const dict = await manager.dict<string, number>([['a', 1]], { name: 'scores' })
    manager.ref.kill()
    await expect(dict.ref.exited).resolves.toBeDefined()
    await expect(dict.get('a')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await (await manager.dict([], { name: 'scores' })).size()).toBe(0)
  })
})

class Account {
  #balance: number
  #watchers = 0
  readonly owner: string
  constructor(owner: string, balance = 0) {
    if (owner === '') throw new RangeError('an account has an owner')
    this.owner = owner
    this.#balance = balance
  }
  deposit(amount: number): number {
    if (amount < 0) throw new RangeError(`a deposit of ${amount}`)
    return (this.#balance += amount)
  }
  async slowly(amount: number): Promise<number> {
    const balance = this.#balance
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    return (this.#balance = balance + amount)
  }
  balance(): number {
    return this.#balance
  }
  report(): { owner: string; balance: number } {
    return { owner: this.owner, balance: this.#balance }
  }
  leak(): unknown {
    return this
  }
  _internal(): number {
    return ++this.#watchers
  }
}

describe('a registered class', () => {
  it('has its declared methods as calls, typed, one at a time', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const bank = await manager.register('Account', Account)
    const account = await bank.Account('Ada', 10)
    expectTypeOf(account.deposit).toEqualTypeOf<(amount: number) => Promise<number>>()
    expect(await account.deposit(5)).toBe(15)
    expect(await Promise.all([account.slowly(1), account.slowly(1), account.slowly(1)])).toEqual([16, 17, 18])
    expect(await account.report()).toEqual({ owner: 'Ada', balance: 18 })
    // @ts-expect-error: not a number
    await account.deposit('5').catch(() => undefined)
  })

  it('exposes nothing else', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const bank = await manager.register('Account', Account, { methods: ['balance', 'report'] })
    const account = await bank.Account('Ada', 10)
    expect(await account.balance()).toBe(10)
    const anything = account as unknown as Record<string, () => Promise<unknown>>
    for (const name of ['deposit', '_internal', 'owner', 'nothing', '__defineGetter__x']) {
      await expect(anything[name]?.()).rejects.toMatchObject({ code: 'TROUPE_METHOD_NOT_EXPOSED' })
    }
    const all = await (await manager.register('All', Account)).All('Ada')
    await expect((all as unknown as { _internal(): Promise<number> })._internal()).rejects.toMatchObject({
      code: 'TROUPE_METHOD_NOT_EXPOSED',
    })
    await expect(manager.register('Wrong', Account, { methods: ['nothing' as never] })).rejects.toThrow(
      /declares no method "nothing"/,
    )
  })

  it('rejects one call for what it throws or what cannot be pickled, and goes on', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const account = await (await manager.register('Account', Account)).Account('Ada')
    await expect(account.deposit(-1)).rejects.toThrow(new RangeError('a deposit of -1'))
    await expect(account.leak()).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    await expect(account.deposit((() => 1) as never)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    expect(await account.balance()).toBe(0)
  })

  it('is found by everybody who has the manager, by name', async () => {
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    await manager.register('Account', Account)
    const other = openManager(manager.ref)
    const account = await other.create<Account>('Account', 'Ada', 1)
    expect(await account.balance()).toBe(1)
    await expect(other.create('Account', '')).rejects.toMatchObject({ code: 'TROUPE_START_FAILED' })
    await expect(other.create('Nobody')).rejects.toMatchObject({ code: 'TROUPE_NOT_REGISTERED' })
    await expect(other.register('More', Account)).rejects.toThrow(/register where the manager was created/)
    await expect(manager.register('dict', Account)).rejects.toThrow(/is no free name/)
    await expect(manager.register('Odd', 5 as never)).rejects.toThrow(/expected a class or a definition/)
  })

  it('may be an actor', async () => {
    const Counter = actor({ name: 'Counter', setup: (_self, start: number) => ({ next: () => ++start }) })
    await using system = testSystem()
    await using manager = await createManager(system)
    const counter = await (await manager.register('Counter', Counter)).Counter(5)
    expect(await counter.next()).toBe(6)
    await expect((counter as unknown as { other(): Promise<void> }).other()).rejects.toMatchObject({
      code: 'TROUPE_METHOD_NOT_EXPOSED',
    })
  })

  it('is disposed of when the manager ends', async () => {
    const disposed: string[] = []
    class Connection {
      readonly name: string
      constructor(name: string) {
        this.name = name
      }
      ping(): string {
        return this.name
      }
      [Symbol.asyncDispose](): Promise<void> {
        disposed.push(this.name)
        return Promise.resolve()
      }
    }
    await using system = testSystem()
    const manager = await createManager(system)
    const connection = await (await manager.register('Connection', Connection)).Connection('db')
    expect(await connection.ping()).toBe('db')
    await manager.close()
    await system.shutdown()
    expect(disposed).toEqual(['db'])
  })
})
