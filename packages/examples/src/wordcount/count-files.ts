/**
 * Reads files one after the other and counts their words. Used by the counting actors for a batch, and by the comparison
 * for all files in one thread, so that both count in the same way.
 */
import { readFile } from 'node:fs/promises'
import { countWords } from './count-words.ts'
import { problemOf } from './problem.ts'
import type { Unreadable } from './problem.ts'

export interface FileCounts {
  readonly counts: Map<string, number>
  /** How many files were read. */
  readonly files: number
  /** What was read of them, in bytes. */
  readonly bytes: number
  readonly unreadable: readonly Unreadable[]
}

/** Adds the words of a file's content to `counts`. */
export function countContent({ buffer, byteOffset, length }: Uint8Array, counts: Map<string, number>): void {
  countWords(Buffer.from(buffer, byteOffset, length).toString('utf8'), counts)
}

/** Counts `paths`. A file that cannot be read is told in the result. Rejects with the signal's reason when it aborts. */
export async function countFiles(paths: readonly string[], signal: AbortSignal): Promise<FileCounts> {
  const counts = new Map<string, number>()
  const unreadable: Unreadable[] = []
  let files = 0
  let bytes = 0
  for (const path of paths) {
    signal.throwIfAborted()
    try {
      const content = await readFile(path)
      countContent(content, counts)
      files++
      bytes += content.length
    } catch (error) {
      unreadable.push({ path, problem: problemOf(error) })
    }
  }
  return { counts, files, bytes, unreadable }
}
