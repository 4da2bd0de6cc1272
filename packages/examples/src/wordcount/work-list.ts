/**
 * The files that are still to count, in batches. Promises that each batch is done exactly once: it is handed to one
 * worker at a time, comes back when that worker is lost, and is done when its first answer came. Used by the coordinator.
 */
import type { TextFile } from './find-files.ts'

/** A batch is this many files or this many bytes, whichever is reached first; less when there are few files. */
const MAX_FILES = 64
const MAX_BYTES = 1_000_000
/** With fewer, some workers would be idle at the end, and nothing would be in the middle. */
const BATCHES_PER_WORKER = 8

export interface Batch {
  readonly number: number
  readonly paths: readonly string[]
  readonly bytes: number
}

/** Cuts `files` into batches for so many workers, keeping the order. */
export function makeBatches(files: readonly TextFile[], workers: number): readonly Batch[] {
  const maxFiles = Math.max(1, Math.min(MAX_FILES, Math.floor(files.length / (workers * BATCHES_PER_WORKER))))
  const batches: Batch[] = []
  let paths: string[] = []
  let bytes = 0
  const close = (): void => {
    if (paths.length > 0) batches.push({ number: batches.length, paths, bytes })
    paths = []
    bytes = 0
  }
  for (const file of files) {
    if (bytes + file.bytes > MAX_BYTES) close()
    paths.push(file.path)
    bytes += file.bytes
    if (paths.length === maxFiles) close()
  }
  close()
  return batches
}

export class WorkList {
  readonly total: number
  /** Next one last. */
  readonly #waiting: Batch[]
  /** By worker. */
  readonly #out = new Map<string, Batch>()
  /** How often a batch was lost, by its number. */
  readonly #losses = new Map<number, number>()
  #done = 0

  constructor(batches: readonly Batch[]) {
    this.#waiting = batches.toReversed()
    this.total = batches.length
  }

  /** The next batch for `worker`, or null when none waits or it has one. */
  take(worker: string): Batch | null {
    if (this.#out.has(worker)) return null
    const batch = this.#waiting.pop()
    if (!batch) return null
    this.#out.set(worker, batch)
    return batch
  }

  /** True when this is the answer that `worker` owes, and is to be merged; false for one that comes too late. */
  finish(worker: string, batch: number): boolean {
    if (this.#out.get(worker)?.number !== batch) return false
    this.#out.delete(worker)
    this.#done++
    return true
  }

  /** `worker` is lost: its batch goes to whoever takes one next. Returns it, or null when it had none. */
  giveBack(worker: string): Batch | null {
    const batch = this.#out.get(worker)
    if (!batch) return null
    this.#out.delete(worker)
    this.#waiting.push(batch)
    this.#losses.set(batch.number, this.lossesOf(batch.number) + 1)
    return batch
  }

  batchOf(worker: string): Batch | null {
    return this.#out.get(worker) ?? null
  }

  isBusy(worker: string): boolean {
    return this.#out.has(worker)
  }

  lossesOf(batch: number): number {
    return this.#losses.get(batch) ?? 0
  }

  /** How many batches are done. */
  get done(): number {
    return this.#done
  }

  get isFinished(): boolean {
    return this.#done === this.total
  }
}
