import { describe, expect, expectTypeOf, it } from 'vitest'
import { createSystem, silentLog } from '../../../src/index.ts'
import { type SharedDict, createManager } from '../../../src/parallel/index.ts'
import { timedSystem, testSystem } from '../../support/test-system.ts'
import { append, increment, incrementSlowly, mutate, refuse, unpicklable } from './tasks.ts'

describe('a shared dict', () => {
  it('does what a dict does', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    expect(await dict.get('a')).toBe(1)
    expect(await dict.get('b')).toBeUndefined()
    await dict.set('b', 2)
    expect([await dict.has('b'), await dict.has('c'), await dict.size()]).toEqual([true, false, 2])
    expect([await dict.keys(), await dict.values()]).toEqual([
      ['a', 'b'],
      [1, 2],
    ])
    expect(await dict.entries()).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    expect([await dict.delete('a'), await dict.delete('a')]).toEqual([true, false])
    await dict.clear()
    expect(await dict.size()).toBe(0)
  })

  it('has keys of any primitive kind, names of Object.prototype too, and no others', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string | number | bigint | boolean | null, string>()
    for (const key of ['__proto__', 'constructor', 1, 1n, true, null, Number.NaN]) await dict.set(key, String(key))
    expect(await dict.size()).toBe(7)
    expect([await dict.get('__proto__'), await dict.get(1), await dict.get(Number.NaN)]).toEqual(['__proto__', '1', 'NaN'])
    for (const key of [{}, [], Symbol('key'), () => 1]) {
      await expect(dict.get(key as unknown as string)).rejects.toThrow(TypeError)
    }
    await expect(manager.dict([[{} as unknown as string, 1]])).rejects.toThrow(/a key of a shared dict is/)
  })

  it('copies what is put at the call', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number[]>()
    const list = [1]
    const done = dict.set('list', list)
    list.push(2)
    await done
    list.push(3)
    expect(await dict.get('list')).toEqual([1])
  })

  it('gives frozen snapshots: a change of what was read fails, and is not lost in silence', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, { tags: string[] }>([['a', { tags: ['x'] }]])
    const read = (await dict.get('a')) as { tags: string[] }
    expect(() => read.tags.push('y')).toThrow(TypeError)
    expect(() => (read.tags = [])).toThrow(TypeError)
    const [value] = (await dict.values()) as { tags: string[] }[]
    expect(() => value?.tags.push('y')).toThrow(TypeError)
    expect(await dict.get('a')).toEqual({ tags: ['x'] })
  })

  it('gives copies of what cannot be frozen', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, unknown>([
      ['map', new Map([[1, [1]]])],
      ['at', new Date(0)],
      ['bytes', new Uint8Array([1, 2])],
    ])
    ;((await dict.get('map')) as Map<number, unknown>).set(2, 2)
    ;((await dict.get('at')) as Date).setTime(1)
    ;((await dict.get('bytes')) as Uint8Array)[0] = 9
    expect(await dict.get('map')).toEqual(new Map([[1, [1]]]))
    expect(await dict.get('at')).toEqual(new Date(0))
    expect(await dict.get('bytes')).toEqual(new Uint8Array([1, 2]))
  })

  it('refuses what cannot be pickled at the caller, by path, and goes on', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, unknown>()
    await expect(dict.set('a', { run: () => 1 })).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE', path: 'value.run' })
    expect(await dict.size()).toBe(0)
  })

  it('loses no update of a thousand', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>()
    const results = await Promise.all(Array.from({ length: 1_000 }, () => dict.update('count', increment, 1)))
    expect(results).toEqual(results.map((_, index) => index + 1))
    expect(await dict.get('count')).toBe(1_000)
  })

  it('lets nobody come in between an update that waits', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict([['count', 0]])
    const updates = Array.from({ length: 10 }, () => dict.update('count', incrementSlowly))
    const set = dict.set('count', 100)
    expect(await Promise.all(updates)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await set
    expect(await dict.get('count')).toBe(100)
  })

  it('is as it was after an update that fails, and goes on', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    await expect(dict.update('a', refuse)).rejects.toThrow(new RangeError('not 1'))
    const lists = await manager.dict<string, string[]>([['a', ['x']]])
    await expect(lists.update('a', mutate)).rejects.toThrow(TypeError)
    await expect(lists.update('a', unpicklable as never)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    await expect(lists.update('a', (() => []) as never)).rejects.toMatchObject({ code: 'TROUPE_NOT_A_TASK' })
    expect(await lists.update('a', append, 'y')).toEqual(['x', 'y'])
    expect(await dict.get('a')).toBe(1)
  })

  it('compares and sets by content', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, unknown>([['a', { x: [1, new Date(5)], y: new Map([[1, 2]]) }]])
    expect(await dict.compareAndSet('a', { x: [1, new Date(6)], y: new Map([[1, 2]]) }, 0)).toBe(false)
    expect(await dict.compareAndSet('a', { y: new Map([[1, 2]]), x: [1, new Date(5)] }, 'new')).toBe(true)
    expect(await dict.compareAndSet('b', undefined, 1)).toBe(true)
    expect(await dict.compareAndSet('b', undefined, 2)).toBe(false)
    expect(await dict.entries()).toEqual([
      ['a', 'new'],
      ['b', 1],
    ])
  })

  it('takes many operations in one message', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    const [, sum, size, a, has] = await dict.batch((d) => [
      d.set('b', 2),
      d.update('b', increment, 5),
      d.size(),
      d.get('a'),
      d.has('c'),
    ])
    expectTypeOf(sum).toEqualTypeOf<number>()
    expectTypeOf(a).toEqualTypeOf<number | undefined>()
    expect([sum, size, a, has]).toEqual([7, 2, 1, false])
    expect(await dict.batch(() => [])).toEqual([])
  })

  it('says which operation of a batch failed', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    const batch = dict.batch((d) => [d.set('a', 2), d.update('a', refuse), d.set('a', 3)])
    await expect(batch).rejects.toMatchObject({ code: 'TROUPE_BATCH_FAILED', index: 1, cause: new RangeError('not 2') })
    expect(await dict.get('a')).toBe(2)
    await expect(dict.batch(() => [1] as never)).rejects.toThrow(/a batch takes operations/)
    await expect(dict.batch((d) => [d.set('f', (() => 1) as never)])).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
  })

  it('has snapshots with versions, and does a batch for one version only', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    const { version, value } = await dict.snapshot()
    expect(value).toEqual(new Map([['a', 1]]))
    await dict.batch((d) => [d.set('a', 2)], { version })
    await expect(dict.batch((d) => [d.set('a', 3)], { version })).rejects.toMatchObject({
      code: 'TROUPE_VERSION_CHANGED',
      version: version + 1,
    })
    expect(await dict.get('a')).toBe(2)
    await dict.get('a')
    await dict.delete('nothing')
    expect((await dict.snapshot()).version).toBe(version + 1)
  })

  it('rejects at once when it is closed, and with a timeout when that is given', async () => {
    const { clock, system } = timedSystem()
    await using _ = system
    const manager = await createManager(system)
    const dict = await manager.dict<string, number>([['a', 1]])
    const never = dict.with({ timeout: 100 }).update('a', incrementSlowly)
    const late = expect(never).rejects.toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' })
    await clock.advance(100)
    await late
    await dict.close()
    await expect(dict.get('a')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'normal' } })
    await expect(dict.close()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('works the same where local messages are pickled too', async () => {
    await using system = createSystem({ name: 'checked', log: silentLog, checkMessages: true })
    await using manager = await createManager(system)
    const dict = await manager.dict<string, number[]>([['a', [1]]])
    expect(Object.isFrozen(await dict.get('a'))).toBe(true)
    const other = await manager.dict<string, SharedDict<string, number[]>>([['inner', dict]])
    const inner = await other.get('inner')
    expect(inner?.ref.equals(dict.ref)).toBe(true)
    const counts = await manager.dict<string, number>()
    expect(await counts.update('a', increment, 2)).toBe(2)
  })

  it('is typed end to end', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const dict = await manager.dict<string, string[]>()
    expectTypeOf(dict.get('a')).toEqualTypeOf<Promise<readonly string[] | undefined>>()
    // @ts-expect-error: a number is no list of strings
    await dict.set('a', 1)
    // @ts-expect-error: the task wants an item
    await dict.update('a', append).catch(() => undefined)
  })
})
