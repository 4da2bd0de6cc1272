import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WorkList, makeBatches } from '../../src/wordcount/work-list.ts'
import type { Batch } from '../../src/wordcount/work-list.ts'

function files(...sizes: number[]): { path: string; bytes: number }[] {
  return sizes.map((bytes, index) => ({ path: `${index}.md`, bytes }))
}

function batches(count: number): Batch[] {
  return Array.from({ length: count }, (_, number) => ({ number, paths: [`${number}.md`], bytes: 1 }))
}

describe('batches', () => {
  it('hold every file once, in order, and no more than a batch holds', () => {
    const sizes = fc.array(fc.nat(700_000), { maxLength: 500 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 8 }), (all, workers) => {
        const made = makeBatches(files(...all), workers)
        expect(made.flatMap((batch) => batch.paths)).toEqual(all.map((_, index) => `${index}.md`))
        expect(made.map((batch) => batch.number)).toEqual(made.map((_, index) => index))
        for (const { paths, bytes } of made) {
          expect(paths.length).toBeGreaterThan(0)
          expect(paths.length).toBeLessThanOrEqual(64)
          if (paths.length > 1) expect(bytes).toBeLessThanOrEqual(1_000_000)
        }
      }),
    )
  })

  it('give a file that is larger than a batch one of its own', () => {
    expect(makeBatches(files(...Array<number>(40).fill(1), 5_000_000, 1), 1).map((batch) => batch.paths.length)).toContain(1)
  })

  it('are small when there are few files, so that everybody has something to do', () => {
    expect(makeBatches(files(...Array<number>(40).fill(1)), 4)).toHaveLength(40)
  })
})

describe('work list', () => {
  it('gives a worker one batch at a time, in order', () => {
    const work = new WorkList(batches(2))
    expect(work.take('a')?.number).toBe(0)
    expect(work.take('a')).toBe(null)
    expect(work.take('b')?.number).toBe(1)
    expect(work.take('c')).toBe(null)
  })

  it('hands out first what came back', () => {
    const work = new WorkList(batches(3))
    work.take('a')
    work.take('b')
    expect(work.giveBack('a')?.number).toBe(0)
    expect(work.giveBack('a')).toBe(null)
    expect(work.lossesOf(0)).toBe(1)
    expect(work.take('c')?.number).toBe(0)
  })

  it('takes an answer once, and none from a worker that lost the batch', () => {
    const work = new WorkList(batches(1))
    work.take('a')
    work.giveBack('a')
    work.take('b')
    expect(work.finish('a', 0)).toBe(false)
    expect(work.finish('b', 0)).toBe(true)
    expect(work.finish('b', 0)).toBe(false)
    expect([work.done, work.isFinished]).toEqual([1, true])
  })

  it('finishes each batch exactly once, whatever gets lost', () => {
    const step = fc.record({ worker: fc.constantFrom('a', 'b', 'c'), does: fc.constantFrom('take', 'answer', 'die') })
    fc.assert(
      fc.property(fc.nat(8), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const work = new WorkList(batches(count))
        const answered: number[] = []
        const held = new Map<string, number>()
        for (const { worker, does } of [...steps, ...finishing(count)]) {
          const batch = does === 'take' ? work.take(worker) : null
          if (batch) held.set(worker, batch.number)
          const number = held.get(worker)
          if (does === 'answer' && number !== undefined && work.finish(worker, number)) answered.push(number)
          if (does === 'die') work.giveBack(worker)
        }
        expect(answered.sort((one, other) => one - other)).toEqual(batches(count).map((batch) => batch.number))
        expect(work.isFinished).toBe(true)
      }),
    )
  })
})

/** All die, then one does the rest. */
function finishing(count: number): { worker: string; does: string }[] {
  const deaths = ['a', 'b', 'c'].map((worker) => ({ worker, does: 'die' }))
  const work = Array.from({ length: count }, () => [
    { worker: 'a', does: 'take' },
    { worker: 'a', does: 'answer' },
  ])
  return [...deaths, ...work.flat()]
}
