/**
 * Pools of two workers behind one interface, so that each is given the same work in the same way.
 */
import { createSystem } from '@troupe/core'
import { createPool } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import { Piscina } from 'piscina'
import { FixedThreadPool } from 'poolifier'
import { Tinypool } from 'tinypool'
import workerpool from 'workerpool'
import { oneMs, trivial } from './pool-tasks.ts'

const SIZE = 2

export type TaskName = 'trivial' | 'oneMs'

export interface PoolPeer {
  run(task: TaskName, n: number): PromiseLike<number>
  /** Only where the pool has such a thing. */
  map?(task: TaskName, items: readonly number[], chunkSize?: number): PromiseLike<readonly number[]>
  end(): Promise<unknown>
}

export type PoolName = 'troupe' | 'troupe processes' | 'piscina' | 'tinypool' | 'poolifier' | 'workerpool'

export async function openPool(name: PoolName): Promise<PoolPeer> {
  return await POOLS[name]()
}

const POOLS: Readonly<Record<PoolName, () => PoolPeer | Promise<PoolPeer>>> = {
  troupe: () => troupe(thread()),
  'troupe processes': () => troupe(childProcess()),
  piscina() {
    const pool = new Piscina({ filename: script('pool-plain'), minThreads: SIZE, maxThreads: SIZE, concurrentTasksPerWorker: 8 })
    return { run: (task, n) => pool.run(n, { name: task }), end: () => pool.destroy() }
  },
  tinypool() {
    const pool = new Tinypool({ filename: script('pool-plain'), minThreads: SIZE, maxThreads: SIZE, concurrentTasksPerWorker: 8 })
    return { run: (task, n) => pool.run(n, { name: task }), end: () => pool.destroy() }
  },
  poolifier() {
    const pool = new FixedThreadPool<{ n: number }, number>(SIZE, new URL('./pool-poolifier.js', import.meta.url).pathname)
    return { run: (task, n) => pool.execute({ n }, task), end: () => pool.destroy() }
  },
  workerpool() {
    const pool = workerpool.pool(new URL('./pool-workerpool.js', import.meta.url).pathname, {
      minWorkers: SIZE,
      maxWorkers: SIZE,
      workerType: 'thread',
    })
    return { run: (task, n) => pool.exec(task, [n]), end: async () => await pool.terminate() }
  },
}

async function troupe(worker: ReturnType<typeof thread>): Promise<PoolPeer> {
  const system = createSystem({ name: 'bench' })
  const pool = await createPool(system, { size: SIZE, worker })
  const tasks = { trivial, oneMs }
  return {
    run: (task, n) => pool.run(tasks[task], n),
    map: (task, items, chunkSize) => pool.map(tasks[task], items, chunkSize === undefined ? {} : { chunkSize }),
    async end() {
      await pool.close()
      await system.shutdown()
    },
  }
}

function script(name: string): string {
  return new URL(`./${name}.js`, import.meta.url).href
}
