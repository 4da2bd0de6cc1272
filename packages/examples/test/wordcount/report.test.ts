import type { ExitReason } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import type { JobResult } from '../../src/wordcount/job.ts'
import { progressBars, progressLine } from '../../src/wordcount/progress-text.ts'
import { reportText } from '../../src/wordcount/report-text.ts'
import { makeReport } from '../../src/wordcount/report.ts'
import { TallyKeeper } from '../../src/wordcount/tally.ts'
import { planRemoteWorkers, planWorkers } from '../../src/wordcount/worker-plan.ts'

const KILLED: ExitReason = { kind: 'signal', signal: 'SIGKILL' }
const SHUTDOWN: ExitReason = { kind: 'shutdown' }
const comparison = { equal: true, differences: [], changed: [], elapsed: 2_000 }

/** A thread that counted two files, a process that was killed and came back. */
function tallied(): TallyKeeper {
  const tally = new TallyKeeper(planWorkers('mixed', 2))
  tally.isUp('worker-1', { pid: 10, threadId: 1 })
  tally.isUp('worker-2', { pid: 11, threadId: 0 })
  const counts = new Map([
    ['b', 2],
    ['a', 2],
    ['c', 3],
  ])
  tally.merge('worker-1', {
    counts,
    files: 2,
    bytes: 2_500_000,
    unreadable: [{ path: '/x.md', problem: 'EACCES: permission denied' }],
  })
  tally.isDown('worker-2', 5)
  tally.ended('worker-2', KILLED)
  return tally
}

function finished(): JobResult {
  const tally = tallied()
  tally.isUp('worker-2', { pid: 12, threadId: 0 })
  const lastEnds = new Map(['worker-1', 'worker-2'].map((id) => [id, SHUTDOWN]))
  return { tally: tally.read(), extent: 'complete', killed: 'worker-2', elapsed: 500, lastEnds }
}

describe('worker plan', () => {
  it.each([
    ['thread', 3, 'thread thread thread'],
    ['process', 2, 'process process'],
    ['mixed', 4, 'thread thread process process'],
    ['mixed', 1, 'thread'],
  ] as const)('of %s × %d is %s', (kind, count, kinds) => {
    expect(
      planWorkers(kind, count)
        .map((worker) => worker.kind)
        .join(' '),
    ).toBe(kinds)
  })
})

describe('remote worker plan', () => {
  it('deals workers out to the machines, one to each at least', () => {
    expect(planRemoteWorkers(['a', 'b'], 3).map(({ id, node }) => `${id} ${node}`)).toEqual([
      'worker-1 a',
      'worker-2 b',
      'worker-3 a',
    ])
    expect(planRemoteWorkers(['a', 'b'], 1).map(({ node }) => node)).toEqual(['a', 'b'])
  })
})

describe('tally', () => {
  it('counts no failed call to a machine as a life of its workers', () => {
    const tally = new TallyKeeper(planRemoteWorkers(['machine-1'], 1))
    tally.ended('worker-1', KILLED)
    tally.isUp('worker-1', { pid: 10, threadId: 0 })
    tally.ended('worker-1', SHUTDOWN)
    tally.ended('worker-1', KILLED)
    expect(tally.worker('worker-1')?.ends).toEqual([SHUTDOWN])
  })
})

describe('report', () => {
  it('has the numbers, the most frequent words first, and how each worker ended', () => {
    const unlisted = [{ path: '/lost.md', problem: 'ENOENT: no such file or directory' }]
    const report = makeReport({ folder: '/f', result: finished(), unlisted, comparison })
    expect(report).toMatchObject({ files: 2, words: 7, distinctWords: 3, seconds: 0.5, filesPerSecond: 4, wordsPerSecond: 14 })
    expect(report.top.map(({ word, count }) => `${word} ${count}`)).toEqual(['c 3', 'a 2', 'b 2'])
    expect(report.unreadable.map(({ path }) => path)).toEqual(['/lost.md', '/x.md'])
    expect(report.workers).toEqual([
      expect.objectContaining({ id: 'worker-1', pid: 10, restarts: 0, ends: [{ reason: 'shutdown', exitCode: 0 }] }),
      expect.objectContaining({
        id: 'worker-2',
        pid: 12,
        restarts: 1,
        givenBack: 5,
        ends: [
          { reason: 'signal (SIGKILL)', exitCode: -9 },
          { reason: 'shutdown', exitCode: 0 },
        ],
      }),
    ])
  })

  it('reads well', () => {
    expect(reportText(makeReport({ folder: '/f', result: finished(), unlisted: [], comparison }))).toBe(
      [
        'top words',
        '     word  count',
        '  1  c         3',
        '  2  a         2',
        '  3  b         2',
        '',
        '2 files, 2.5 MB, 7 words, 3 different ones, in 0.50 s',
        '4 files and 14 words per second',
        '',
        'workers: worker-2 was killed in the middle; the others counted what it had not finished',
        '  worker    kind     pid/thread  files    size  batches  gave back  restarts  exit reasons                     exit codes',
        '  worker-1  thread   10/1            2  2.5 MB        1          0         0  shutdown                         0',
        '  worker-2  process  12/0            0  0.0 kB        0          5         1  signal (SIGKILL), then shutdown  -9, then 0',
        '',
        'could not be read: 1',
        '  /x.md: EACCES: permission denied',
        '',
        'equal to a single-threaded count of the same files: 2.00 s alone, 0.50 s together',
      ].join('\n'),
    )
  })

  it('says what differs, and what was stopped', () => {
    const different = { equal: false, differences: [{ word: 'a', parallel: 2, alone: 1_000 }], changed: ['/f/a.md'], elapsed: 1 }
    const text = reportText(makeReport({ folder: '/f', result: finished(), unlisted: [], comparison: different }))
    expect(text).toContain(
      'DIFFERENT from a single-threaded count of the same files\n  a: 2 together, 1,000 alone\n  somebody changed /f/a.md',
    )
    const stopped: JobResult = { ...finished(), extent: 'partial', killed: null }
    const partial = reportText(makeReport({ folder: '/f', result: stopped, unlisted: [], comparison: null }))
    expect(partial).toContain('top words so far: the count was stopped before its end')
    expect(partial).toContain('not compared')
    expect(partial).toContain('workers: nobody was killed')
  })
})

describe('progress', () => {
  const goal = { files: 8, bytes: 10_000_000 }

  it('is a bar per worker with its restarts, and one for the total', () => {
    expect(progressBars(tallied().read(), goal).split('\n')).toEqual([
      'worker-1  thread  ███████░░░░░░░░░░░░░░░░░░░░░  25%  2 files',
      'worker-2  process ░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0%  0 files (starting, restarts: 1)',
      'total             ███████░░░░░░░░░░░░░░░░░░░░░  25%  2 of 8 files',
    ])
  })

  it('is one line without a terminal', () => {
    expect(progressLine(tallied().read(), goal)).toBe('2 of 8 files, 25%: worker-1 2, worker-2 0 (starting, restarts: 1)')
    expect(progressLine(tallied().read(), { files: 0, bytes: 0 })).toContain('0%')
  })
})
