import { describe, expect, it } from 'vitest'
import { KILLED, NORMAL, NOT_FOUND, SHUTDOWN } from '../../src/model/exit-reason.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { RestartType } from '../../src/supervision/child-spec.ts'
import { verdict } from '../../src/supervision/restart-verdict.ts'
import type { Verdict } from '../../src/supervision/restart-verdict.ts'

const TYPES: readonly RestartType[] = ['permanent', 'transient', 'temporary']

const TABLE: readonly [ExitReason, Record<RestartType, Verdict>][] = [
  [NORMAL, { permanent: 'restart', transient: 'keep', temporary: 'remove' }],
  [SHUTDOWN, { permanent: 'restart', transient: 'keep', temporary: 'remove' }],
  [
    { kind: 'shutdown', detail: 'done' },
    { permanent: 'restart', transient: 'keep', temporary: 'remove' },
  ],
  [KILLED, { permanent: 'restart', transient: 'restart', temporary: 'remove' }],
  [
    { kind: 'error', error: new Error('x') },
    { permanent: 'restart', transient: 'restart', temporary: 'remove' },
  ],
  [
    { kind: 'exit', code: 3 },
    { permanent: 'restart', transient: 'restart', temporary: 'remove' },
  ],
  [
    { kind: 'signal', signal: 'SIGKILL' },
    { permanent: 'restart', transient: 'restart', temporary: 'remove' },
  ],
  [
    { kind: 'disconnected', node: 'w1' },
    { permanent: 'restart', transient: 'restart', temporary: 'remove' },
  ],
  [NOT_FOUND, { permanent: 'restart', transient: 'restart', temporary: 'remove' }],
]

describe('restart verdict', () => {
  const cells = TABLE.flatMap(([reason, row]) => TYPES.map((type) => [type, reason.kind, reason, row[type]] as const))

  it.each(cells)('of a %s child that ended %s', (type, _kind, reason, expected) => {
    expect(verdict(type, reason)).toBe(expected)
  })
})
