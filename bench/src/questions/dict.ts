/**
 * What it costs to use a dict that a manager in another process owns, against Python's Manager().dict().
 */
import type { Manager } from '@troupe/core/parallel'
import type { Contender, Question } from '../question.ts'
import { LANES, type Step, pinned, troupeManager } from './manager-sides.ts'
import { python } from './python-side.ts'

/** Sets and gets in turns. */
async function openDict(manager: Manager, lane: number): Promise<Step> {
  const dict = await manager.dict<string, number>([], { name: 'shared' })
  const key = `key ${lane}`
  return async (n) => {
    if (n % 2 === 0) return await dict.set(key, n)
    const found = await dict.get(key)
    if (found !== n - 1) throw new Error(`${n - 1} was set, ${found} was there`)
    return undefined
  }
}

const peer = (order: string, share: number): Contender => python('dict', order, share)

export const dict: Question = {
  name: 'dict',
  description: 'a dict of a manager in another process, set and get in turns',
  parts: [
    {
      name: 'one at a time',
      description: 'one caller, all processes on one core',
      measure: 'rate',
      unit: 'calls/s',
      work: 10_000,
      quickWork: 500,
      contenders: [pinned(troupeManager(1, openDict)), pinned(peer('1', 1))],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 0.8 }],
    },
    {
      name: '64 in flight',
      description: '64 callers, in Python 64 threads, each waiting for its answer',
      measure: 'rate',
      unit: 'calls/s',
      work: 64_000,
      quickWork: 1_280,
      contenders: [troupeManager(LANES, openDict), peer('64', 0.1)],
      targets: [{ kind: 'ratio', peer: 'python', atLeast: 10 }],
    },
  ],
}
