/**
 * What it costs to use a lock that a manager in another process owns, against Python's Manager().Lock().
 */
import type { Manager } from '@troupe/core/parallel'
import type { Contender, Question } from '../question.ts'
import { LANES, type Step, pinned, troupeManager } from './manager-sides.ts'
import { python } from './python-side.ts'

/** Each caller has a lock of its own: what counts are calls, not who waits for whom. */
async function openLock(manager: Manager, lane: number): Promise<Step> {
  const lock = await manager.lock(`lock ${lane}`)
  return async () => {
    const lease = await lock.acquire()
    await lease.release()
  }
}

const peer = (order: string, share: number): Contender => python('lock', order, share)

export const lock: Question = {
  name: 'lock',
  description: 'a lock of a manager in another process, acquired and released',
  parts: [
    {
      name: 'one at a time',
      description: 'one caller, all processes on one core',
      measure: 'rate',
      unit: 'leases/s',
      work: 5_000,
      quickWork: 250,
      contenders: [pinned(troupeManager(1, openLock)), pinned(peer('1', 1))],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 0.8 }],
    },
    {
      name: '64 in flight',
      description: '64 callers, in Python 64 threads, each with a lock of its own',
      measure: 'rate',
      unit: 'leases/s',
      work: 32_000,
      quickWork: 1_280,
      contenders: [troupeManager(LANES, openLock), peer('64', 0.1)],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 10 }],
    },
  ],
}
