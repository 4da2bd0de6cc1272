import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RingQueue } from '../../src/base/ring-queue.ts'

/** What can be done to a queue, each checked against what an array does. */
type Step = { readonly do: 'push' | 'unshift' | 'remove'; readonly item: number } | { readonly do: 'shift' | 'peek' }

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant<'push'>('push'), item: fc.nat(9) }) },
    fc.record({ do: fc.constant<'unshift'>('unshift'), item: fc.nat(9) }),
    fc.record({ do: fc.constant<'remove'>('remove'), item: fc.nat(9) }),
    { weight: 3, arbitrary: fc.record({ do: fc.constant<'shift'>('shift') }) },
    fc.record({ do: fc.constant<'peek'>('peek') }),
  ),
  { maxLength: 200 },
)

function apply(step: Step, ring: RingQueue<number>, array: number[]): void {
  switch (step.do) {
    case 'push':
      ring.push(step.item)
      array.push(step.item)
      break
    case 'unshift':
      ring.unshift(step.item)
      array.unshift(step.item)
      break
    case 'remove': {
      const index = array.findIndex((item) => item === step.item)
      expect(ring.remove((item) => item === step.item)).toBe(index < 0 ? undefined : array.splice(index, 1)[0])
      break
    }
    case 'shift':
      expect(ring.shift()).toBe(array.shift())
      break
    case 'peek':
      expect(ring.peek()).toBe(array[0])
      break
  }
}

function drain(ring: RingQueue<number>): number[] {
  const items: number[] = []
  for (let item = ring.shift(); item !== undefined; item = ring.shift()) items.push(item)
  return items
}

describe('ring queue', () => {
  it('behaves as an array does', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const ring = new RingQueue<number>()
        const array: number[] = []
        for (const step of all) {
          apply(step, ring, array)
          expect(ring.length).toBe(array.length)
        }
        expect(drain(ring)).toEqual(array)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps its order while it grows with its head in the middle', () => {
    const ring = new RingQueue<number>()
    for (let n = 0; n < 6; n++) ring.push(n)
    for (let n = 0; n < 5; n++) ring.shift()
    for (let n = 6; n < 5_000; n++) ring.push(n)
    expect(drain(ring)).toEqual(Array.from({ length: 4_995 }, (_, n) => n + 5))
  })

  it('serves again after it was large and ran empty', () => {
    const ring = new RingQueue<number>()
    for (let n = 0; n < 5_000; n++) ring.push(n)
    drain(ring)
    ring.unshift(1)
    ring.push(2)
    expect(drain(ring)).toEqual([1, 2])
  })

  it('holds no item that it gave out', async () => {
    const ring = new RingQueue<{ readonly n: number }>()
    const refs = Array.from({ length: 8 }, (_, n) => {
      const item = { n }
      ring.push(item)
      return new WeakRef(item)
    })
    ring.remove((item) => item.n === 4)
    while (ring.length > 0) ring.shift()
    await collectGarbage()
    expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([])
  })
})

async function collectGarbage(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  await new Promise((resolve) => setImmediate(resolve))
  const collect = runInNewContext('gc') as () => void
  collect()
}
