/**
 * The program behind the command line: finds the files, has them counted, compares, and reports.
 */
import type { ExitReason, System } from '@troupe/core'
import { compare } from './compare.ts'
import type { Comparison, Counted } from './compare.ts'
import { findFiles } from './find-files.ts'
import type { TextFile } from './find-files.ts'
import { startJob } from './job.ts'
import type { JobResult } from './job.ts'
import type { Options } from './options.ts'
import { planCrew } from './plan-crew.ts'
import type { CrewPlan } from './plan-crew.ts'
import { Progress } from './progress.ts'
import { makeReport } from './report.ts'
import { reportText } from './report-text.ts'
import { TallyKeeper } from './tally.ts'
import { makeBatches } from './work-list.ts'

export interface WordCount {
  readonly system: System
  readonly folder: string
  readonly options: Options
  /** What machines that others started know, too; null when there are none. */
  readonly secret: string | null
  /** Aborts when the system shuts down: what was counted until then is reported. */
  readonly signal: AbortSignal
}

/** Counts and prints. Resolves with how the program ends: code 1 when the comparison is not equal. Rejects when the crew gave up. */
export async function wordCount(program: WordCount): Promise<ExitReason> {
  const { system, folder, options, secret, signal } = program
  const since = Date.now()
  const { files, unreadable: unlisted } = await findFiles(folder)
  const crew = planCrew(system, options, secret)
  const result = signal.aborted ? nothingCounted(crew) : await count(program, files, crew)
  const comparison = result.extent === 'complete' ? await compareUnlessStopped(files, { ...result.tally, since }, signal) : null
  const report = makeReport({ folder, result, unlisted, comparison })
  console.log(options.output === 'json' ? JSON.stringify(report, null, 2) : reportText(report))
  return comparison && !comparison.equal ? { kind: 'exit', code: 1 } : { kind: 'normal' }
}

async function count(program: WordCount, files: readonly TextFile[], crew: CrewPlan): Promise<JobResult> {
  const { system, options, signal } = program
  const batches = makeBatches(files, crew.workers.length)
  const { coordinator, result } = startJob(system, { ...crew, batches }, signal)

  const goal = { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) }
  const stream = options.output === 'json' ? process.stderr : process.stdout
  const progress = system.spawn(Progress, [{ coordinator, goal, stream }], { name: 'progress' })
  try {
    return await result
  } finally {
    progress.stop()
    await progress.exited
  }
}

async function compareUnlessStopped(
  files: readonly TextFile[],
  counted: Counted,
  signal: AbortSignal,
): Promise<Comparison | null> {
  const paths = files.map((file) => file.path)
  try {
    return await compare(paths, counted, signal)
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

function nothingCounted({ workers }: CrewPlan): JobResult {
  return { tally: new TallyKeeper(workers).read(), extent: 'partial', killed: null, elapsed: 0, lastEnds: new Map() }
}
