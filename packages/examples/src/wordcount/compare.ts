/**
 * The proof: the same files counted once more, in this thread alone, must give the same counts. When they do not, files that
 * somebody changed meanwhile are named.
 */
import { stat } from 'node:fs/promises'
import { countFiles } from './count-files.ts'

export interface Difference {
  readonly word: string
  readonly parallel: number
  readonly alone: number
}

export interface Comparison {
  /** Every word as often, and as many files. */
  readonly equal: boolean
  /** Words that were not counted the same; the first few, by word. */
  readonly differences: readonly Difference[]
  /** Files that were changed since the count began, when it is not equal; the first few. */
  readonly changed: readonly string[]
  /** Milliseconds that one thread took. */
  readonly elapsed: number
}

/** Enough to see what is wrong. */
const MOST_SHOWN = 10

/** What the crew counted. */
export interface Counted {
  readonly counts: ReadonlyMap<string, number>
  readonly files: number
  /** Milliseconds since 1970 when it began. */
  readonly since: number
}

/** Counts `paths` in this thread and compares. Rejects with the signal's reason when it aborts. */
export async function compare(paths: readonly string[], parallel: Counted, signal: AbortSignal): Promise<Comparison> {
  const start = performance.now()
  const alone = await countFiles(paths, signal)
  const elapsed = performance.now() - start
  const differences = differ(parallel.counts, alone.counts)
  const equal = differences.length === 0 && parallel.files === alone.files
  const changed = equal ? [] : await changedSince(parallel.since, paths)
  return { equal, differences: differences.slice(0, MOST_SHOWN), changed: changed.slice(0, MOST_SHOWN), elapsed }
}

async function changedSince(since: number, paths: readonly string[]): Promise<readonly string[]> {
  const changed: string[] = []
  for (const path of paths) {
    const facts = await stat(path).catch(() => null)
    if (!facts || facts.mtimeMs > since) changed.push(path)
  }
  return changed
}

function differ(parallel: ReadonlyMap<string, number>, alone: ReadonlyMap<string, number>): readonly Difference[] {
  const words = new Set([...parallel.keys(), ...alone.keys()])
  const all = [...words].map((word) => ({ word, parallel: parallel.get(word) ?? 0, alone: alone.get(word) ?? 0 }))
  return all.filter((row) => row.parallel !== row.alone).sort((one, other) => (one.word < other.word ? -1 : 1))
}
