/**
 * What the coordinator, the counting actors and the job say to each other.
 */
import type { ActorRef, Deferred, ExitReason } from '@troupe/core'
import type { FileCounts } from './count-files.ts'
import type { Tally, Whereabouts } from './tally.ts'

/** A counting actor on this machine. */
export interface CounterProtocol {
  /** Counts the words of these files and answers with the sum. */
  count(paths: readonly string[]): Promise<FileCounts>
}

/** A counting actor on another machine. */
export interface RemoteCounterProtocol {
  /** Counts the words of these texts, in UTF-8, and answers with the sum. */
  countContents(contents: readonly Uint8Array[]): Map<string, number> | Promise<Map<string, number>>
}

/** A counting actor, and what it takes. */
export type CounterRef =
  | { readonly takes: 'paths'; readonly ref: ActorRef<CounterProtocol> }
  | { readonly takes: 'contents'; readonly ref: ActorRef<RemoteCounterProtocol> }

/** Who hands out the files. Workers are named by their ids. */
export interface CoordinatorProtocol {
  /** From a counting actor, once per incarnation: it is there, and has nothing to do. */
  ready(worker: string, where: Whereabouts): void
  /** From the job: all are there, hand out. */
  begin(counters: ReadonlyMap<string, CounterRef>): void
  /** To itself: an answer came. */
  counted(worker: string, batch: number, result: FileCounts): void
  /** To itself: no answer will come. */
  lost(worker: string, batch: number, error: unknown): void
  /** From the job: a worker ended, and its supervisor starts it again. */
  ended(worker: string, reason: ExitReason): void
  /** How far it is. */
  progress(): Tally
  /** Answers when all is counted and every worker is up; with what there is when the coordinator is stopped before. */
  finished(): Deferred<Outcome>
}

export interface Outcome {
  readonly tally: Tally
  /** 'partial': it was stopped before all was counted. */
  readonly extent: 'complete' | 'partial'
  /** The worker, or the machine of workers, that was killed in the middle; or null. */
  readonly killed: string | null
  /** Milliseconds of counting: from the first batch handed out to the last answer. */
  readonly elapsed: number
}
