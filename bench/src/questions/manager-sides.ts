/**
 * What the questions about managers share: the manager in a process of its own, callers one at a time or 64 at a time, and one
 * core for all where each waits for the other anyway.
 */
import { execFileSync } from 'node:child_process'
import { createSystem } from '@troupe/core'
import { type Manager, createManager } from '@troupe/core/parallel'
import { childProcess } from '@troupe/transport-worker'
import type { Contender } from '../question.ts'

/** Callers that each wait for their answer. */
export const LANES = 64

/** What one caller does `n`th. */
export type Step = (n: number) => Promise<unknown>

/** `open` makes what one caller needs; each call of `step` is a piece of work. */
export function troupeManager(lanes: number, open: (manager: Manager, lane: number) => Promise<Step>): Contender {
  return {
    name: 'troupe',
    async start(work) {
      const system = createSystem({ name: 'bench' })
      const manager = await createManager(system, { on: await system.start(childProcess({ name: 'manager' })) })
      const steps = await Promise.all(Array.from({ length: lanes }, (_, lane) => open(manager, lane)))
      return {
        async run() {
          const times = Math.ceil(work / lanes)
          await Promise.all(
            steps.map(async (step) => {
              for (let n = 0; n < times; n++) await step(n)
            }),
          )
        },
        end: () => system.shutdown(),
      }
    },
  }
}

/** The same with this process, and all that it starts, on one core: no waking up of another one, and the load beside does not count. */
export function pinned(contender: Contender): Contender {
  return {
    ...contender,
    start(work) {
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(process.pid)], { stdio: 'ignore' })
      return contender.start(work)
    },
  }
}
