/**
 * What it costs to give a task to a pool of two workers, against the pools for Node and Python's multiprocessing.
 */
import type { Contender, Question } from '../question.ts'
import { type PoolName, type TaskName, openPool } from './pool-peers.ts'
import { python } from './python-side.ts'

/** Tasks in flight at a time. */
const LANES = 256

/** Each task is a call of its own. */
function calling(name: PoolName, task: TaskName, share = 1): Contender {
  return {
    name,
    share,
    async start(work) {
      const pool = await openPool(name)
      return {
        async run() {
          let next = 0
          let sum = 0
          const lane = async (): Promise<void> => {
            while (next < work) {
              const result = await pool.run(task, next++)
              sum += result
            }
          }
          await Promise.all(Array.from({ length: LANES }, lane))
          expect(sum, work)
        },
        end: async () => void (await pool.end()),
      }
    },
  }
}

/** One call for all of the tasks. */
function mapping(name: PoolName, chunkSize?: number): Contender {
  return {
    name,
    async start(work) {
      const pool = await openPool(name)
      const items = Array.from({ length: work }, (_, n) => n)
      return {
        async run() {
          const results = (await pool.map?.('trivial', items, chunkSize)) ?? []
          let sum = 0
          for (const result of results) sum += result
          expect(sum, work)
        },
        end: async () => void (await pool.end()),
      }
    },
  }
}

function expect(sum: number, work: number): void {
  if (sum !== (work * (work + 1)) / 2) throw new Error(`the results add up to ${sum}`)
}

export const pool: Question = {
  name: 'pool',
  description: 'tasks for a pool of two workers',
  parts: [
    {
      name: 'trivial',
      description: 'n + 1, 256 calls at a time',
      measure: 'rate',
      unit: 'tasks/s',
      work: 50_000,
      quickWork: 2_000,
      contenders: [
        calling('troupe', 'trivial'),
        calling('troupe processes', 'trivial'),
        calling('piscina', 'trivial', 0.4),
        calling('tinypool', 'trivial', 0.4),
        calling('poolifier', 'trivial', 0.4),
        calling('workerpool', 'trivial', 0.4),
        python('pool', 'trivial', 0.2),
      ],
      targets: (['piscina', 'tinypool', 'poolifier', 'workerpool'] as const).map((peer) => ({ kind: 'ratio', peer, atLeast: 3 })),
    },
    {
      name: '1 ms',
      description: 'work of one millisecond, 256 calls at a time',
      measure: 'rate',
      unit: 'tasks/s',
      work: 1_000,
      quickWork: 100,
      contenders: [
        calling('troupe', 'oneMs'),
        calling('troupe processes', 'oneMs'),
        calling('piscina', 'oneMs'),
        calling('tinypool', 'oneMs'),
        calling('poolifier', 'oneMs'),
        calling('workerpool', 'oneMs'),
        python('pool', '1 ms'),
      ],
      targets: (['piscina', 'tinypool', 'poolifier', 'workerpool', 'python'] as const).map((peer) => ({
        kind: 'ratio',
        peer,
        atLeast: 0.97,
      })),
    },
    {
      name: 'map',
      description: 'one map over 100,000 trivial items with default chunks',
      measure: 'rate',
      unit: 'items/s',
      work: 100_000,
      quickWork: 10_000,
      contenders: [mapping('troupe'), mapping('troupe processes'), python('pool', 'map')],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 0.9 }],
    },
    {
      name: 'map, chunks of 1',
      description: 'one map over 100,000 trivial items, one at a time',
      measure: 'rate',
      unit: 'items/s',
      work: 100_000,
      quickWork: 5_000,
      contenders: [mapping('troupe', 1), mapping('troupe processes', 1), python('pool', 'chunks of 1', 0.2)],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 20 }],
    },
  ],
}
