/**
 * How a batch gets to a counting actor: one on this machine reads the files itself, one on another machine is sent their
 * contents.
 */
import { readFile } from 'node:fs/promises'
import type { Self } from '@troupe/core'
import type { FileCounts } from './count-files.ts'
import { problemOf } from './problem.ts'
import type { Unreadable } from './problem.ts'
import type { CounterRef } from './protocol.ts'

/** Has `paths` counted, for the actor `by`. Rejects when the counting actor ends before it has answered. */
export async function handOver(by: Self, counter: CounterRef, paths: readonly string[]): Promise<FileCounts> {
  if (counter.takes === 'paths') return counter.ref.with({ by, timeout: Infinity }).ask('count', paths)
  const { contents, unreadable } = await readAll(paths)
  const counts = await counter.ref.with({ by, timeout: Infinity }).ask('countContents', contents)
  const bytes = contents.reduce((sum, content) => sum + content.length, 0)
  return { counts, files: contents.length, bytes, unreadable }
}

async function readAll(paths: readonly string[]): Promise<{ contents: Uint8Array[]; unreadable: Unreadable[] }> {
  const contents: Uint8Array[] = []
  const unreadable: Unreadable[] = []
  for (const path of paths) {
    try {
      const { buffer, byteOffset, length } = await readFile(path)
      contents.push(new Uint8Array(buffer, byteOffset, length))
    } catch (error) {
      unreadable.push({ path, problem: problemOf(error) })
    }
  }
  return { contents, unreadable }
}
