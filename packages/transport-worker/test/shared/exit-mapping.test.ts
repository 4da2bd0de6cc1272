import { describe, expect, it } from 'vitest'
import { type EndReport, toExitReason } from '../../src/shared/exit-mapping.ts'

const error = new TypeError('boom')
const shutdown = { kind: 'shutdown' } as const
const killed = { kind: 'killed' } as const
const nothing: Omit<EndReport, 'kind'> = { code: null, signal: null, error: null, system: null, intent: 'none', force: 'none' }

type Row = [what: string, report: Partial<EndReport>, reason: object]

/** What holds for threads and processes alike. */
const both: Row[] = [
  ['returns', { code: 0 }, { kind: 'normal' }],
  ['exits with 3', { code: 3 }, { kind: 'exit', code: 3 }],
  ['exits with 255', { code: 255 }, { kind: 'exit', code: 255 }],
  ['does not catch an error', { code: 1, error }, { kind: 'error', error }],
  ['exits with 1 without a known error', { code: 1 }, { kind: 'exit', code: 1 }],
  ['never ran', { error }, { kind: 'error', error }],
  ['never ran, and nobody says why', {}, { kind: 'exit', code: 1 }],
  ['does not catch an error, but exits with 0', { code: 0, error }, { kind: 'normal' }],
  ['has a system that was shut down', { code: 0, system: { kind: 'shutdown', detail: 'x' } }, { kind: 'shutdown', detail: 'x' }],
  ['has a system that failed', { code: 1, system: { kind: 'error', error } }, { kind: 'error', error }],
  ['has a system that failed, but exits with 0', { code: 0, system: { kind: 'error', error } }, { kind: 'normal' }],
  ['is terminated', { code: 0, intent: 'terminate' }, shutdown],
  [
    'is terminated, and says more',
    { code: 0, intent: 'terminate', system: { kind: 'shutdown', detail: 'x' } },
    { kind: 'shutdown', detail: 'x' },
  ],
  ['is terminated, and says normal', { code: 0, intent: 'terminate', system: { kind: 'normal' } }, shutdown],
  ['is terminated, and throws', { code: 1, intent: 'terminate', error }, { kind: 'error', error }],
  ['is terminated, and exits with 4', { code: 4, intent: 'terminate' }, { kind: 'exit', code: 4 }],
]

const processes: Row[] = [
  ['is ended by a signal from outside', { signal: 'SIGKILL' }, { kind: 'signal', signal: 'SIGKILL' }],
  ['crashes', { signal: 'SIGSEGV' }, { kind: 'signal', signal: 'SIGSEGV' }],
  ['aborts', { signal: 'SIGABRT', error }, { kind: 'signal', signal: 'SIGABRT' }],
  ['is killed', { signal: 'SIGKILL', intent: 'kill', force: 'SIGKILL' }, killed],
  ['is killed just after it ended', { code: 3, intent: 'kill', force: 'SIGKILL' }, { kind: 'exit', code: 3 }],
  ['is killed just after it returned', { code: 0, intent: 'kill', force: 'SIGKILL' }, shutdown],
  [
    'is killed just after a signal ended it',
    { signal: 'SIGSEGV', intent: 'kill', force: 'SIGKILL' },
    { kind: 'signal', signal: 'SIGSEGV' },
  ],
  [
    'is terminated and needs SIGTERM',
    { signal: 'SIGTERM', intent: 'terminate', force: 'SIGTERM' },
    { kind: 'shutdown', detail: 'by SIGTERM, after its grace' },
  ],
  [
    'is terminated and needs SIGKILL',
    { signal: 'SIGKILL', intent: 'terminate', force: 'SIGKILL' },
    { kind: 'shutdown', detail: 'by SIGKILL, after its grace' },
  ],
  [
    'is terminated and ends by SIGTERM after all',
    { signal: 'SIGTERM', intent: 'terminate', force: 'SIGKILL' },
    { kind: 'shutdown', detail: 'by SIGKILL, after its grace' },
  ],
  [
    'is terminated, and somebody else is faster',
    { signal: 'SIGKILL', intent: 'terminate' },
    { kind: 'signal', signal: 'SIGKILL' },
  ],
  ['has a broken link', { signal: 'SIGKILL', force: 'SIGKILL', system: { kind: 'error', error } }, { kind: 'error', error }],
  ['has no link and does not leave', { signal: 'SIGKILL', force: 'SIGKILL' }, killed],
]

const threads: Row[] = [
  ['runs out of memory', { code: 1, error }, { kind: 'error', error }],
  ['is killed', { code: 1, intent: 'kill', force: 'SIGKILL' }, killed],
  [
    'is terminated and needs force',
    { code: 1, intent: 'terminate', force: 'SIGKILL' },
    { kind: 'shutdown', detail: 'by SIGKILL, after its grace' },
  ],
  ['exits with 300, which a process could not', { code: 300 }, { kind: 'exit', code: 44 }],
  ['exits with -1, which a process could not', { code: -1 }, { kind: 'exit', code: 255 }],
  ['exits with 256, which a process could not', { code: 256 }, { kind: 'normal' }],
]

describe('exit mapping', () => {
  it.each(both)('a thread that %s', (_, report, reason) =>
    expect(toExitReason({ kind: 'thread', ...nothing, ...report })).toEqual(reason),
  )
  it.each(both)('a process that %s', (_, report, reason) =>
    expect(toExitReason({ kind: 'process', ...nothing, ...report })).toEqual(reason),
  )
  it.each(processes)('a process that %s', (_, report, reason) =>
    expect(toExitReason({ kind: 'process', ...nothing, ...report })).toEqual(reason),
  )
  it.each(threads)('a thread that %s', (_, report, reason) =>
    expect(toExitReason({ kind: 'thread', ...nothing, ...report })).toEqual(reason),
  )

  it('has an answer for everything', () => {
    for (const kind of ['thread', 'process'] as const)
      for (const code of [null, 0, 1, 134, 255])
        for (const signal of [null, 'SIGTERM', 'SIGKILL', 'SIGFOO'])
          for (const failure of [null, error])
            for (const system of [null, shutdown, { kind: 'error', error } as const])
              for (const intent of ['none', 'terminate', 'kill'] as const)
                for (const force of ['none', 'SIGTERM', 'SIGKILL'] as const)
                  expect(toExitReason({ kind, code, signal, error: failure, system, intent, force })).toHaveProperty('kind')
  })
})
