/**
 * From the command line to the crew: who counts, where, and who is killed in the middle.
 */
import type { System } from '@troupe/core'
import type { JobPlan } from './coordinator.ts'
import type { Crew } from './crew.ts'
import { machineAt, secondProgram } from './machine.ts'
import type { Options } from './options.ts'
import { planRemoteWorkers, planWorkers } from './worker-plan.ts'

/** All of the job but the files. */
export type CrewPlan = Crew & Omit<JobPlan, 'batches'>

/** `secret` is for machines that others started; null when there are none. */
export function planCrew(system: System, { place, workers: count, kill }: Options, secret: string | null): CrewPlan {
  switch (place.kind) {
    case 'here': {
      const workers = planWorkers(place.workers, count)
      const victim = workers.find(({ kind }) => kind === 'process')?.id ?? null
      return { workers, machines: [], victim: kill === 'one-process' ? victim : null, finish: 'when-all-are-up' }
    }
    case 'second-program': {
      const machines = [secondProgram(system, 'machine-1')]
      const workers = planRemoteWorkers(['machine-1'], count)
      const victim = workers[0]?.id ?? null
      return { workers, machines, victim: kill === 'one-process' ? victim : null, finish: 'when-all-are-up' }
    }
    case 'machines': {
      const machines = place.urls.map((url, index) =>
        machineAt(system, `machine-${index + 1}`, { url, secret: secret ?? '', insecure: place.insecure }),
      )
      const ids = machines.map(({ id }) => id)
      return { workers: planRemoteWorkers(ids, count), machines, victim: null, finish: 'when-all-is-counted' }
    }
  }
}
