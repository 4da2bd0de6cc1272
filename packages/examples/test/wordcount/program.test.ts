import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'
import type { Ended } from '../run-program.ts'
import { tempTree } from './temp-tree.ts'

const MAIN = 'wordcount/main.ts'
/** The build, five programs one after the other, and a machine that has other things to do; in milliseconds. */
const SLOW = 60_000
/** Megabytes of text: the count takes long enough to be stopped in the midst. */
const TYPESCRIPT = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
/** A line of progress in which not all is zero. */
const HAS_COUNTED = /^[1-9][\d,]* of /m

interface Document {
  files: number
  words: number
  top: { word: string; count: number }[]
  workers: { id: string; kind: string; files: number; restarts: number; ends: { reason: string; exitCode: number }[] }[]
  killed: string | null
  unreadable: { path: string; problem: string }[]
  comparison: { equal: boolean } | null
}

/** Each word as often as its place says, in many files. */
function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${index % 7}/${index}.md`,
      `one two two three three three ${'x '.repeat(index)}`,
    ]),
  )
}

/** What `--json` printed: one document, and nothing else. */
function documentOf({ stdout }: Ended): Document {
  return JSON.parse(stdout) as Document
}

describe('word count', { timeout: SLOW }, () => {
  it('counts right although a process is killed, and starts it again', async () => {
    await using tree = await tempTree({ ...manyFiles(120), 'lost.md': { link: 'nowhere' } })
    const ended = await runProgram(MAIN, [tree.root, '--json'])
    const report = documentOf(ended)
    expect(ended.code).toBe(0)
    expect(report).toMatchObject({
      files: 120,
      words: 120 * 6 + (120 * 119) / 2,
      killed: 'worker-3',
      comparison: { equal: true },
    })
    expect(report.top).toEqual([
      { word: 'x', count: (120 * 119) / 2 },
      { word: 'three', count: 360 },
      { word: 'two', count: 240 },
      { word: 'one', count: 120 },
    ])
    expect(report.unreadable).toEqual([{ path: tree.at('lost.md'), problem: 'ENOENT: no such file or directory' }])
    expect(report.workers.map(({ kind, restarts, ends }) => [kind, restarts, ...ends.map((end) => end.exitCode)])).toEqual([
      ['thread', 0, 0],
      ['thread', 0, 0],
      ['process', 1, -9, 0],
      ['process', 0, 0],
    ])
    expect(report.workers.reduce((sum, worker) => sum + worker.files, 0)).toBe(120)
    expect(ended.stderr).toContain(' of 120 files, ')
  })

  it('prints a report for people, with plain lines where there is no terminal', async () => {
    await using tree = await tempTree(manyFiles(10))
    const { code, stdout, stderr } = await runProgram(MAIN, [tree.root, '--kind', 'thread', '--workers', '2', '--no-kill'])
    expect(stdout).toContain('10 files, ')
    expect(stdout).toContain('workers: nobody was killed')
    expect(stdout).toContain('equal to a single-threaded count of the same files')
    expect(stdout).not.toContain('\u001b')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it.each([
    [['/no/such/folder'], 'cannot count /no/such/folder: ENOENT: no such file or directory'],
    [['--workers', '0'], '--workers is 0, expected a whole number from 1 to 64'],
    [[import.meta.filename], 'it is not a folder'],
  ])('refuses %j with code 2 and one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await runProgram(MAIN, args)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('stops in order at the first Ctrl-C and reports what it has', async () => {
    let signaled = false
    const { code, stdout } = await runProgram(MAIN, [TYPESCRIPT, '--workers', '2'], (seen, child) => {
      if (signaled || !HAS_COUNTED.test(seen)) return
      signaled = true
      child.kill('SIGINT')
    })
    expect(code).toBe(130)
    expect(stdout).toContain('top words so far: the count was stopped before its end')
    expect(stdout).toMatch(/worker-1 +thread .* shutdown +0$/m)
    expect(stdout).toMatch(/worker-2 +process .* 0$/m)
    expect(stdout).toContain('not compared')
  })

  it('ends without a word when nobody reads its output any more, as before `| head`', async () => {
    const { code, stderr } = await runProgram(MAIN, [TYPESCRIPT, '--workers', '2'], (_, child) => child.stdout?.destroy())
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  })

  it('ends at once at the second Ctrl-C', async () => {
    let pressing: NodeJS.Timeout | undefined
    const { code, stdout } = await runProgram(MAIN, [TYPESCRIPT, '--workers', '1'], (seen, child) => {
      // Signals do not queue: two that come before the first is handled are one.
      if (HAS_COUNTED.test(seen)) pressing ??= setInterval(() => child.kill('SIGINT'), 5)
    })
    clearInterval(pressing)
    expect(code).toBe(130)
    expect(stdout).not.toContain('not compared')
  })
})
