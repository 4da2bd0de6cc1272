import { describe, expect, it } from 'vitest'
import { createManager } from '../../../src/parallel/index.ts'
import { testSystem } from '../../support/test-system.ts'
import { append, increment, refuse } from './tasks.ts'

describe('a shared list', () => {
  it('does what a list does', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const list = await manager.list(['a', 'b'])
    expect(await list.push('c', 'd')).toBe(4)
    expect(await list.unshift('z')).toBe(5)
    expect([await list.get(0), await list.get(-1), await list.get(5)]).toEqual(['z', 'd', undefined])
    await list.set(-1, 'D')
    expect(await list.slice()).toEqual(['z', 'a', 'b', 'c', 'D'])
    expect([await list.pop(), await list.shift(), await list.size()]).toEqual(['D', 'z', 3])
    expect(await list.splice(1, 1, 'x', 'y')).toEqual(['b'])
    expect(await list.slice(1, -1)).toEqual(['x', 'y'])
    expect(await list.splice(2)).toEqual(['y', 'c'])
    await list.clear()
    expect([await list.pop(), await list.shift(), await list.size()]).toEqual([undefined, undefined, 0])
  })

  it('has no holes: to set or update what is not there is a RangeError', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const list = await manager.list([1])
    for (const index of [1, -2]) {
      await expect(list.set(index, 0)).rejects.toThrow(RangeError)
      await expect(list.update(index, increment, 1)).rejects.toThrow(RangeError)
      await expect(list.compareAndSet(index, 0, 1)).rejects.toThrow(RangeError)
    }
    await expect(list.get(0.5)).rejects.toThrow(/index is a whole number/)
    await expect(list.get('0' as unknown as number)).rejects.toThrow(TypeError)
    expect(await list.slice()).toEqual([1])
  })

  it('loses no update of a thousand, and is as it was after one that fails', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const list = await manager.list([0])
    await Promise.all(Array.from({ length: 1_000 }, () => list.update(0, increment, 1)))
    await expect(list.update(0, refuse)).rejects.toThrow(RangeError)
    expect(await list.slice()).toEqual([1_000])
    expect([await list.compareAndSet(0, 999, 1), await list.compareAndSet(-1, 1_000, 1)]).toEqual([false, true])
  })

  it('copies what is put, and gives frozen snapshots', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const item = ['x']
    const list = await manager.list([item])
    const pushed = list.push(item)
    item.push('y')
    await pushed
    expect(await list.slice()).toEqual([['x'], ['x']])
    const read = (await list.pop()) as string[]
    expect(() => read.push('y')).toThrow(TypeError)
    expect(await list.update(0, append, 'z')).toEqual(['x', 'z'])
  })

  it('takes many operations in one message, and has snapshots with versions', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const list = await manager.list([1, 2])
    const { version, value } = await list.snapshot()
    expect(value).toEqual([1, 2])
    const [size, last, sum] = await list.batch((l) => [l.push(3), l.pop(), l.update(0, increment, 4)], { version })
    expect([size, last, sum]).toEqual([3, 3, 5])
    await expect(list.batch((l) => [l.clear()], { version })).rejects.toMatchObject({ code: 'TROUPE_VERSION_CHANGED' })
    expect(await list.slice()).toEqual([5, 2])
  })
})
