import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { NameTakenError } from '../../src/errors/actor-errors.ts'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { Counter, Idle, inline } from '../support/actors.ts'
import { testSystem } from '../support/test-system.ts'
import { gate, rejection } from '../support/waiting.ts'

describe('spawn', () => {
  it('gives a ref that is usable at once', async () => {
    await using system = testSystem()
    const counter = system.spawn(Counter, [10])
    counter.tell('add', 5)
    expect(await counter.ask('get')).toBe(15)
  })

  it('runs no code of the actor before the caller is done', async () => {
    await using system = testSystem()
    let isSetUp = false
    const idle = system.spawn(inline(() => ((isSetUp = true), {})))
    expect(isSetUp).toBe(false)
    await idle.ready
    expect(isSetUp).toBe(true)
  })

  it('sets up in the order spawned', async () => {
    await using system = testSystem()
    const order: number[] = []
    const refs = [1, 2, 3].map((n) => system.spawn(inline(() => (order.push(n), {}))))
    await Promise.all(refs.map((ref) => ref.ready))
    expect(order).toEqual([1, 2, 3])
  })

  it('passes the arguments to setup', async () => {
    await using system = testSystem()
    const Sum = actor({ name: 'Sum', setup: (_self, a: number, b: number, c: number = 100) => ({ get: () => a + b + c }) })
    expect(await system.spawn(Sum, [1, 2]).ask('get')).toBe(103)
    expect(await system.spawn(Sum, [1, 2, 3]).ask('get')).toBe(6)
  })

  it('gives each actor a state of its own', async () => {
    await using system = testSystem()
    const [one, other] = [system.spawn(Counter, [1]), system.spawn(Counter, [1])]
    one.tell('add', 1)
    expect([await one.ask('get'), await other.ask('get')]).toEqual([2, 1])
  })

  it.each([
    ['nothing', undefined],
    ['a function', () => ({})],
    ['an object without setup', { name: 'x' }],
    ['an object without a name', { setup: () => ({}) }],
  ])('refuses %s in place of a definition', async (_what, definition) => {
    await using system = testSystem()
    expect(() => system.spawn(definition as never)).toThrow(TypeError)
    expect(system.inspect().children).toEqual([])
  })

  it('refuses arguments that are no array', async () => {
    await using system = testSystem()
    expect(() => system.spawn(Counter, 10 as never)).toThrow('spawn takes the arguments of Counter as an array, not 10')
  })

  it('refuses a mailbox that is none, before anything is done', async () => {
    await using system = testSystem()
    expect(() => system.spawn(Idle, [], { name: 'a', mailbox: 'bounded' as never })).toThrow(TypeError)
    system.spawn(Idle, [], { name: 'a' })
  })

  it('refuses to link an actor to the program', async () => {
    await using system = testSystem()
    expect(() => system.spawn(Idle, [], { link: true })).toThrow(TypeError)
  })

  it('refuses to work for a system that is down', async () => {
    const system = testSystem()
    await system.shutdown()
    const error = await rejection((async () => system.spawn(Idle))())
    expect(isTroupeError(error, 'TROUPE_SYSTEM_DOWN')).toBe(true)
  })

  it.each([
    [{}, 'actor: name takes a string that is not empty, not undefined'],
    [{ name: '' }, 'actor: name takes a string that is not empty, not ""'],
    [{ name: 'A' }, 'actor: setup takes a function, not undefined'],
  ])('is refused by the definition itself for %o', (options, message) => {
    expect(() => actor(options as never)).toThrow(new TypeError(message))
  })
})

describe('names', () => {
  it('are the last part of the path', async () => {
    await using system = testSystem()
    const Parent = inline((self) => ({ child: () => self.spawn(Idle, [], { name: 'child' }) }))
    const parent = system.spawn(Parent, [], { name: 'parent' })
    const child = await parent.ask('child')
    expect([parent.path, child.path]).toEqual(['troupe://test/parent', 'troupe://test/parent/child'])
  })

  it('are made up where none is given, and never meet a given one', async () => {
    await using system = testSystem()
    const paths = [system.spawn(Counter), system.spawn(Counter), system.spawn(Idle)].map((ref) => ref.path)
    expect(new Set(paths).size).toBe(3)
    for (const path of paths) expect(path).toMatch(/^troupe:\/\/test\/(Counter|Idle)\$\d+$/)
    expect(() => system.spawn(Idle, [], { name: 'Counter$1' })).toThrow(TypeError)
  })

  it.each(['', ' ', 'a/b', '$a', 'a b', 'a$', '#', 7 as never])('refuse %o', async (name) => {
    await using system = testSystem()
    expect(() => system.spawn(Idle, [], { name })).toThrow(TypeError)
  })

  it.each(['a', 'A-1', 'a_b', 'a.b', 'größe', '数'])('take %s', async (name) => {
    await using system = testSystem()
    expect(system.spawn(Idle, [], { name }).path).toBe(`troupe://test/${name}`)
  })

  it('are unique among siblings', async () => {
    await using system = testSystem()
    system.spawn(Idle, [], { name: 'a' })
    expect(() => system.spawn(Idle, [], { name: 'a' })).toThrow(NameTakenError)
    expect(system.inspect().children).toHaveLength(1)
  })

  it('may repeat under other parents', async () => {
    await using system = testSystem()
    const Parent = inline((self) => ({ child: () => self.spawn(Idle, [], { name: 'same' }).path }))
    const parents = ['one', 'two'].map((name) => system.spawn(Parent, [], { name }))
    expect(await Promise.all(parents.map((parent) => parent.ask('child')))).toEqual([
      'troupe://test/one/same',
      'troupe://test/two/same',
    ])
  })

  it.each([
    ['stops', (ref: ActorRef) => ref.stop()],
    ['is killed', (ref: ActorRef) => ref.kill()],
  ])('are free again when a watcher hears that the actor %s', async (_how, end) => {
    await using system = testSystem()
    const again = gate<string>()
    const Watcher = inline((self) => ({
      begin() {
        const first = self.spawn(Idle, [], { name: 'a' })
        self.watch(first, () => again.open(self.spawn(Idle, [], { name: 'a' }).path))
        end(first)
      },
    }))
    system.spawn(Watcher, [], { name: 'w' }).tell('begin')
    expect(await again.promise).toBe('troupe://test/w/a')
  })

  it('are free again when exited resolves, also at the top', async () => {
    await using system = testSystem()
    const first = system.spawn(Idle, [], { name: 'a' })
    first.stop()
    await first.exited
    const second = system.spawn(Idle, [], { name: 'a' })
    expect([second.path === first.path, second.equals(first)]).toEqual([true, false])
  })

  it('are still taken while the actor is stopping', async () => {
    await using system = testSystem()
    const hook = gate()
    const slow = system.spawn(
      inline((self) => (self.onStop(() => hook.promise), {})),
      [],
      { name: 'a' },
    )
    slow.stop()
    await expect.poll(() => system.inspect().children[0]?.state, { interval: 1 }).toBe('stopping')
    expect(() => system.spawn(Idle, [], { name: 'a' })).toThrow(NameTakenError)
    hook.open()
    await slow.exited
    system.spawn(Idle, [], { name: 'a' })
  })

  it('of many siblings are given back in little time', async () => {
    await using system = testSystem()
    const Parent = inline((self) => {
      for (let n = 0; n < 20_000; n++) self.spawn(Idle, [], { name: `c${n}` })
      return {}
    })
    const parent = system.spawn(Parent)
    await parent.ready
    const started = performance.now()
    parent.kill()
    await parent.exited
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('a ref', () => {
  it('has an address that no other actor has', async () => {
    await using system = testSystem()
    const [one, other] = [system.spawn(Idle), system.spawn(Idle)]
    expect(one.address).toMatch(/^troupe:\/\/test~[\w-]{10}\/\d+$/)
    expect(one.address).not.toBe(other.address)
  })

  it('equals every ref to the same actor, and no other', async () => {
    await using system = testSystem()
    const Parent = inline((self) => ({ me: () => self.ref, child: () => self.spawn(Idle) }))
    const parent = system.spawn(Parent)
    const me = await parent.ask('me')
    expect(me === (parent as unknown)).toBe(false)
    expect([me.equals(parent), parent.equals(me), me.address === parent.address]).toEqual([true, true, true])
    expect(parent.equals(await parent.ask('child'))).toBe(false)
  })

  it('prints as its path', async () => {
    await using system = testSystem()
    const ref = system.spawn(Idle, [], { name: 'a' })
    expect(String(ref)).toBe('troupe://test/a')
    expect(Object.prototype.toString.call(ref)).toBe('[object ActorRef]')
  })

  it('may be sent in a message', async () => {
    await using system = testSystem()
    const counter = system.spawn(Counter, [7])
    const Reader = inline(() => ({ read: (from: typeof counter) => from.ask('get') }))
    expect(await system.spawn(Reader).ask('read', counter)).toBe(7)
  })
})
