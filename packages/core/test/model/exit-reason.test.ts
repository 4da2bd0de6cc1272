import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { type ExitReason, describeExit, exitCode, isFailure, signalNumber } from '../../src/model/exit-reason.ts'

/** Every kind of reason: its exit code, whether it is a failure, and how it prints. */
const table: readonly [ExitReason, number, boolean, string][] = [
  [{ kind: 'normal' }, 0, false, 'normal'],
  [{ kind: 'shutdown' }, 0, false, 'shutdown'],
  [{ kind: 'shutdown', detail: 'maintenance' }, 0, false, 'shutdown (maintenance)'],
  [{ kind: 'shutdown', detail: { a: 1 } }, 0, false, 'shutdown'],
  [{ kind: 'killed' }, -9, true, 'killed'],
  [{ kind: 'error', error: new RangeError('boom') }, 1, true, 'error (RangeError: boom)'],
  [{ kind: 'exit', code: 3 }, 3, true, 'exit (code 3)'],
  [{ kind: 'exit', code: 255 }, 255, true, 'exit (code 255)'],
  [{ kind: 'signal', signal: 'SIGKILL' }, -9, true, 'signal (SIGKILL)'],
  [{ kind: 'signal', signal: 'SIGTERM' }, -15, true, 'signal (SIGTERM)'],
  [{ kind: 'signal', signal: 'SIGSEGV' }, -11, true, 'signal (SIGSEGV)'],
  [{ kind: 'signal', signal: 'SIGABRT' }, -6, true, 'signal (SIGABRT)'],
  [{ kind: 'disconnected', node: 'far' }, 1, true, 'disconnected (far)'],
  [{ kind: 'not-found' }, 1, true, 'not-found'],
]

describe('an exit reason', () => {
  it.each(table)('%o has an exit code, is a failure or not, and prints', (reason, code, fails, text) => {
    expect(exitCode(reason)).toBe(code)
    expect(isFailure(reason)).toBe(fails)
    expect(describeExit(reason)).toBe(text)
  })

  it('that is no reason at all is a defect', () => {
    expect(() => exitCode({ kind: 'new' } as never)).toThrow('unreachable')
  })
})

/** Other names, signals that only one system has, and those that end no process. */
const UNUSUAL = ['SIGIOT', 'SIGPOLL', 'SIGSTKFLT', 'SIGPWR', 'SIGUNUSED', 'SIGINFO', 'SIGURG', 'SIGWINCH']

describe('signal numbers', () => {
  it.each(Object.entries(constants.signals).filter(([name]) => !UNUSUAL.includes(name)))(
    'of %s is %i, as the operating system says',
    (name, number) => {
      if (process.platform !== 'linux') return
      expect(signalNumber(name)).toBe(number)
    },
  )

  it.each(['SIGNOTHING', '', 'constructor', '__proto__', 'toString'])('of %s is 0', (name) => {
    expect(signalNumber(name)).toBe(0)
  })
})
