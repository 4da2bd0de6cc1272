import { describe, expect, it } from 'vitest'
import { CostTable } from '../../../src/parallel/pool/cost-table.ts'
import { RestartBudget } from '../../../src/parallel/pool/restart-budget.ts'
import { callsPerSlice, chunkLength, isCheap, takesMore } from '../../../src/parallel/pool/slice-policy.ts'
import { snapshot } from '../../../src/parallel/pool/snapshot.ts'
import { WorkQueue } from '../../../src/parallel/pool/work-queue.ts'

describe('what goes into a slice', () => {
  it.each([
    ['not measured', null, 100, false, 1],
    ['few runs', { runs: 63, ms: 0.001 }, 100, false, 1],
    ['proved cheap', { runs: 64, ms: 0.01 }, 100, true, 50],
    ['nothing measurable', { runs: 64, ms: 0 }, 100, true, 512],
    ['short, and many wait', { runs: 64, ms: 1 }, 100, false, 16],
    ['short, and few wait', { runs: 64, ms: 1 }, 12, false, 2],
    ['short, and hardly any wait', { runs: 64, ms: 1 }, 5, false, 1],
    ['dear', { runs: 1_000, ms: 2 }, 100, false, 1],
  ])('calls: %s', (_, cost, share, cheap, calls) => {
    expect([isCheap(cost), callsPerSlice(cost, share)]).toEqual([cheap, calls])
  })

  it.each([
    ['not measured: one', null, 100, 2, null, 1],
    ['by cost', { runs: 1_000, ms: 1 }, 1_000, 2, null, 20],
    ['a fair share of what is left', { runs: 100_000, ms: 0.0001 }, 100_000, 2, null, 25_000],
    ['no more than was proved', { runs: 1, ms: 0.0001 }, 100_000, 2, null, 64],
    ['never less than one', { runs: 1, ms: 1_000 }, 5, 2, null, 1],
    ['as the caller said', null, 100, 2, 7, 7],
    ['what is left', null, 3, 2, 7, 3],
    ['several chunks of a cheap task', { runs: 64, ms: 0.01 }, 100, 2, 20, 40],
  ])('items of a map: %s', (_, cost, left, workers, fixed, length) => {
    expect(chunkLength(cost, left, workers, fixed)).toBe(length)
  })

  it.each([
    ['the rest of a map in pieces that are worth a message', { runs: 100_000, ms: 0.0001 }, 3_000, 2_500],
    ['and dear items one by one', { runs: 1_000, ms: 1 }, 3, 1],
  ])('cuts %s', (_, cost, left, length) => {
    expect(chunkLength(cost, left, 2, null)).toBe(length)
  })

  it.each([
    ['a free worker', [], false, true],
    ['one that is at something short', [1], false, true],
    ['one that is at something long', [1_000], false, false],
    ['one that is at something unknown', [null], false, false],
    ['one that has some milliseconds of work', [1, 1, 1, 1], false, true],
    ['one that has enough', [9, 9], false, false],
    ['one that has many', Array.from({ length: 16 }, () => 0), false, false],
    ['one that has not done half of what it was given', [5, 5], true, false],
    ['one that has done half of it', [1, 1, 1], true, true],
  ])('given to %s', (_, inFlight, full, takes) => {
    const slices = inFlight.map((expected) => ({ expected, isSteady: true }))
    expect(takesMore(slices, full)).toBe(takes)
  })

  it('given ahead once, where the cost is not proved', () => {
    expect(
      [1, 2].map((count) =>
        takesMore(
          Array.from({ length: count }, () => ({ expected: 1, isSteady: false })),
          false,
        ),
      ),
    ).toEqual([true, false])
  })
})

describe('the cost of a task', () => {
  it('is an average that forgets', () => {
    const costs = new CostTable()
    expect(costs.of(0)).toBe(null)
    costs.record(0, 1, 10)
    expect(costs.of(0)).toEqual({ runs: 1, ms: 10 })
    costs.record(0, 9, 0)
    expect(costs.of(0)).toEqual({ runs: 10, ms: 1 })
    costs.record(0, 90, 90)
    costs.record(0, 1, 1_000)
    expect(costs.of(0)?.ms).toBeLessThan(1.1)
    costs.record(0, 0, 5)
    costs.record(0, 5, NaN)
    expect(costs.of(0)?.runs).toBe(101)
  })
})

describe('the restart budget', () => {
  it('counts deaths within a time', () => {
    const budget = new RestartBudget(2, 1_000)
    const death = { worker: 'w', reason: { kind: 'killed' }, task: null } as const
    expect([0, 100, 1_050, 1_099].map((now) => budget.record(death, now, 'worked'))).toEqual([
      'restart',
      'restart',
      'restart',
      'over',
    ])
    expect(budget.history).toHaveLength(3)
  })

  it('counts starts that fail in a row, however long they take', () => {
    const budget = new RestartBudget(2, 1_000)
    const death = { worker: 'w', reason: { kind: 'exit', code: 1 }, task: null } as const
    expect([0, 5_000, 10_000].map((now) => budget.record(death, now, 'never-ready'))).toEqual(['restart', 'restart', 'over'])
    budget.started()
    expect(budget.record(death, 20_000, 'never-ready')).toBe('restart')
    expect(budget.history).toHaveLength(1)
  })
})

describe('what waits in a pool', () => {
  it('is copied, and still has the memory that it shares', () => {
    const [memory, list] = [new SharedArrayBuffer(8), [1]]
    const [kept, copied] = snapshot([memory, list], 'args')
    list.push(2)
    expect([kept, copied]).toEqual([memory, [1]])
    expect(kept).toBe(memory)
  })
})

describe('the work queue', () => {
  const work = (name: string, priority = 0, left = 1) => ({ name, priority, left })
  const drain = (queue: WorkQueue<ReturnType<typeof work>>): string[] => {
    const names: string[] = []
    for (let next = queue.first(); next !== null; next = queue.first()) {
      names.push(next.name)
      next.left = 0
    }
    return names
  }

  it('has lower priorities first, equal ones in their order', () => {
    const queue = new WorkQueue<ReturnType<typeof work>>()
    for (const each of [work('a'), work('b', 1), work('c', -1), work('d'), work('e', 1)]) queue.push(each)
    expect(queue.list().map(({ name }) => name)).toEqual(['c', 'a', 'd', 'b', 'e'])
    expect(drain(queue)).toEqual(['c', 'a', 'd', 'b', 'e'])
  })

  it('has what comes back first', () => {
    const queue = new WorkQueue<ReturnType<typeof work>>()
    const [a, b, c] = [work('a'), work('b'), work('c')]
    for (const each of [a, b, c]) queue.push(each)
    queue.first()
    a.left = 0
    queue.first()
    a.left = 1
    queue.putBack(a)
    expect(drain(queue)).toEqual(['a', 'b', 'c'])
  })

  it('forgets what it has handed out', () => {
    const queue = new WorkQueue<ReturnType<typeof work>>()
    for (let index = 0; index < 5_000; index++) queue.push(work(String(index)))
    expect(drain(queue)).toHaveLength(5_000)
    queue.push(work('last'))
    expect(drain(queue)).toEqual(['last'])
  })
})
