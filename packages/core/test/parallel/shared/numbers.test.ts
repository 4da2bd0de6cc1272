import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type MemoryArray,
  type NumberArray,
  type NumberType,
  type OwnedArray,
  createManager,
  sharedArray,
  sharedValue,
} from '../../../src/parallel/index.ts'
import { testSystem } from '../../support/test-system.ts'

/** Least and largest value, and what does not fit. */
const LIMITS: readonly (readonly [NumberType, number | bigint, number | bigint])[] = [
  ['int8', -128, 127],
  ['uint8', 0, 255],
  ['int16', -32_768, 32_767],
  ['uint16', 0, 65_535],
  ['int32', -(2 ** 31), 2 ** 31 - 1],
  ['uint32', 0, 2 ** 32 - 1],
  ['int64', -(2n ** 63n), 2n ** 63n - 1n],
  ['uint64', 0n, 2n ** 64n - 1n],
]

type Make = (type: NumberType, initial: number | readonly (number | bigint)[]) => Promise<NumberArray<NumberType>>

const PLACES: readonly (readonly [string, (use: (make: Make) => Promise<void>) => Promise<void>])[] = [
  ['in shared memory', (use) => use(async (type, initial) => sharedArray(type, initial as readonly never[]))],
  [
    'of an owner',
    async (use) => {
      await using system = testSystem()
      await using manager = await createManager(system)
      await use((type, initial) => manager.array(type, initial))
    },
  ],
]

describe.each(PLACES)('an array %s', (_, within) => {
  it('holds numbers of one type, at first zeros', async () => {
    await within(async (make) => {
      const array = await make('int32', 3)
      expect([array.type, array.length, await array.slice()]).toEqual(['int32', 3, [0, 0, 0]])
      await array.set(1, 5)
      expect([await array.get(1), await array.add(1, -7)]).toEqual([5, -2])
      expect([await array.compareAndSet(1, 5, 0), await array.compareAndSet(1, -2, 9)]).toEqual([false, true])
      await array.write(0, [1, 2])
      expect([await array.slice(), await array.slice(-2), await array.slice(1, 2)]).toEqual([[1, 2, 0], [2, 0], [2]])
      await array.fill(4, 1)
      expect(await array.slice()).toEqual([1, 4, 4])
      expect(await (await make('uint8', [1, 2, 3])).slice()).toEqual([1, 2, 3])
    })
  })

  it.each(LIMITS)('of %s never wraps', async (type, min, max) => {
    await within(async (make) => {
      const one = typeof max === 'bigint' ? 1n : 1
      const [below, above] = typeof min === 'bigint' ? [min - 1n, (max as bigint) + 1n] : [min - 1, (max as number) + 1]
      const array = await make(type, [min, max])
      expect(await array.slice()).toEqual([min, max])
      await expect(array.set(0, above)).rejects.toThrow(RangeError)
      await expect(array.set(0, below)).rejects.toThrow(RangeError)
      await expect(array.add(1, one)).rejects.toThrow(RangeError)
      await expect(array.add(0, -one)).rejects.toThrow(RangeError)
      await expect(array.write(0, [max, above])).rejects.toThrow(RangeError)
      await expect(array.fill(above)).rejects.toThrow(RangeError)
      expect(await array.slice()).toEqual([min, max])
      expect(await array.add(1, -one)).toBe(typeof max === 'bigint' ? max - 1n : max - 1)
    })
  })

  it('of floats takes all of them, and compares by bits', async () => {
    await within(async (make) => {
      for (const type of ['float32', 'float64'] as const) {
        const array = await make(type, [0.5, Number.NaN, Number.POSITIVE_INFINITY])
        expect(await array.slice()).toEqual([0.5, Number.NaN, Number.POSITIVE_INFINITY])
        expect(await array.add(0, 0.25)).toBe(0.75)
        expect([await array.compareAndSet(0, 0.5, 1), await array.compareAndSet(0, 0.75, -1.5)]).toEqual([false, true])
        expect(await array.get(0)).toBe(-1.5)
      }
    })
  })

  it('refuses places and values that are none', async () => {
    await within(async (make) => {
      const array = await make('int32', 2)
      for (const index of [-1, 2, 0.5, Number.NaN]) {
        await expect(array.get(index)).rejects.toThrow(RangeError)
        await expect(array.set(index, 1)).rejects.toThrow(RangeError)
      }
      await expect(array.write(1, [1, 2])).rejects.toThrow(/2 numbers from 1 on do not fit an array of 2/)
      await expect(array.set(0, 0.5)).rejects.toThrow(/whole numbers/)
      await expect(array.set(0, Number.NaN)).rejects.toThrow(RangeError)
      for (const value of ['1', 1n, undefined, null]) await expect(array.set(0, value as number)).rejects.toThrow(TypeError)
      await expect((async () => make('int31' as never, 1))()).rejects.toThrow(/a shared array holds numbers of type int8/)
      await expect((async () => make('int8', -1))()).rejects.toThrow(RangeError)
      expect(await array.slice()).toEqual([0, 0])
    })
  })
})

describe('a number', () => {
  it('is shared in memory, or by an owner', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    for (const value of [sharedValue('int32', 5), await manager.number('int32', 5)]) {
      expect([value.type, await value.get(), await value.add(2)]).toEqual(['int32', 5, 7])
      await value.set(2 ** 31 - 1)
      await expect(value.add(1)).rejects.toThrow(RangeError)
      expect([await value.compareAndSet(0, 1), await value.compareAndSet(2 ** 31 - 1, 1)]).toEqual([false, true])
    }
  })

  it('is a bigint where it has 64 bits', () => {
    expectTypeOf(sharedValue('int64', 1n).get()).toEqualTypeOf<Promise<bigint>>()
    expectTypeOf(sharedArray('float32', 1).get(0)).toEqualTypeOf<Promise<number>>()
    // @ts-expect-error: not a bigint
    expect(() => sharedValue('int64', 1)).toThrow(TypeError)
  })
})

describe('an array by name', () => {
  it('is the one that is there, with its own shape', async () => {
    await using system = testSystem()
    await using manager = await createManager(system)
    const one = await manager.array('int32', [1, 2], { name: 'counts' })
    const two = await manager.array('int32', 7, { name: 'counts' })
    expect([two.ref.equals(one.ref), two.length]).toEqual([true, 2])
    await one.close()
    await expect(two.get(0)).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('keeps its sharing when messages are checked', async () => {
    await using system = testSystem({ checkMessages: true })
    await using manager = await createManager(system)
    const counts = sharedArray('int32', 2)
    const places = await manager.dict<string, MemoryArray<'int32'> | OwnedArray<'int32'>>([['memory', counts]])
    await places.set('owned', await manager.array('int32', 1))
    await (await places.get('memory'))?.add(1, 3)
    expect(await counts.get(1)).toBe(3)
    await (await places.get('owned'))?.add(0, 4)
    expect(await (await places.get('owned'))?.get(0)).toBe(4)
  })
})
