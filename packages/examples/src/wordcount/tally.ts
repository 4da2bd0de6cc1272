/**
 * What was counted so far, in total and by worker. Kept by the coordinator, read by the progress and the report.
 */
import type { ExitReason } from '@troupe/core'
import { addCounts, sumOf } from './count-words.ts'
import type { FileCounts } from './count-files.ts'
import type { WorkerPlan } from './worker-plan.ts'
import type { Unreadable } from './problem.ts'

/** Where a counting actor lives, as it says itself. */
export interface Whereabouts {
  readonly pid: number
  /** 0 for the main thread of a process. */
  readonly threadId: number
}

export interface WorkerTally {
  readonly id: string
  readonly kind: WorkerPlan['kind']
  readonly node: string
  /** Null before its counting actor said that it is there. */
  readonly where: Whereabouts | null
  /** 'down': it is not there yet, or not there again. */
  readonly state: 'up' | 'down'
  readonly batches: number
  readonly files: number
  readonly bytes: number
  /** Files that it had and did not finish; others counted them. */
  readonly givenBack: number
  /** Why its lives ended, the first one first, as far as they have. */
  readonly ends: readonly ExitReason[]
}

export interface Tally {
  readonly counts: ReadonlyMap<string, number>
  readonly words: number
  readonly files: number
  readonly bytes: number
  readonly unreadable: readonly Unreadable[]
  readonly workers: readonly WorkerTally[]
}

export class TallyKeeper {
  readonly #counts = new Map<string, number>()
  readonly #unreadable: Unreadable[] = []
  readonly #workers: Map<string, WorkerTally>
  /** Workers whose life has begun and not ended. */
  readonly #alive = new Set<string>()
  #words = 0
  #files = 0
  #bytes = 0

  constructor(workers: readonly WorkerPlan[]) {
    const rows = workers.map<WorkerTally>(({ id, kind, node }) => {
      return { id, kind, node, where: null, state: 'down', batches: 0, files: 0, bytes: 0, givenBack: 0, ends: [] }
    })
    this.#workers = new Map(rows.map((row) => [row.id, row]))
  }

  /** Adds the result of one batch. */
  merge(worker: string, result: FileCounts): void {
    addCounts(this.#counts, result.counts)
    this.#words += sumOf(result.counts)
    this.#files += result.files
    this.#bytes += result.bytes
    this.#unreadable.push(...result.unreadable)
    this.#update(worker, ({ batches, files, bytes }) => {
      return { batches: batches + 1, files: files + result.files, bytes: bytes + result.bytes }
    })
  }

  isUp(worker: string, where: Whereabouts): void {
    this.#alive.add(worker)
    this.#update(worker, () => ({ where, state: 'up' }))
  }

  isDown(worker: string, filesGivenBack: number): void {
    this.#update(worker, ({ givenBack }) => ({ state: 'down', givenBack: givenBack + filesGivenBack }))
  }

  /** A call to a machine that failed ends no life. */
  ended(worker: string, reason: ExitReason): void {
    const wasAlive = this.#alive.delete(worker)
    if (!wasAlive && this.#workers.get(worker)?.kind === 'remote') return
    this.#update(worker, ({ ends }) => ({ ends: [...ends, reason] }))
  }

  worker(id: string): WorkerTally | undefined {
    return this.#workers.get(id)
  }

  get areAllUp(): boolean {
    return [...this.#workers.values()].every((worker) => worker.state === 'up')
  }

  /** The state at this moment. Its counts are not a copy: they go on. */
  read(): Tally {
    const workers = [...this.#workers.values()]
    return {
      counts: this.#counts,
      words: this.#words,
      files: this.#files,
      bytes: this.#bytes,
      unreadable: [...this.#unreadable],
      workers,
    }
  }

  #update(worker: string, change: (row: WorkerTally) => Partial<WorkerTally>): void {
    const row = this.#workers.get(worker)
    if (row) this.#workers.set(worker, { ...row, ...change(row) })
  }
}
