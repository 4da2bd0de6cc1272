import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

describe('exit-codes', { timeout: PATIENCE }, () => {
  it('tells of each way to end a worker by a code and a reason', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/exit-codes.ts')
    const rows = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))
    expect(rows).toEqual([
      'clerk: closing the books, shutdown',
      'process finish exit code null, then 0 shutdown',
      'process exit with 3 exit code null, then 3 exit (code 3)',
      'thread exit with 3 exit code null, then 3 exit (code 3)',
      'thread throw exit code null, then 1 error (RangeError: clerk cannot go on)',
      'process be killed by SIGKILL exit code null, then -9 signal (SIGKILL)',
      'process be killed by SIGTERM exit code null, then -15 signal (SIGTERM)',
      'clerk: closing the books, shutdown',
      'thread terminate exit code null, then 0 shutdown',
      'thread terminate while busy exit code null, then 0 shutdown (by SIGKILL, after its grace)',
      'process kill exit code null, then -9 killed',
      '',
    ])
    expect(stderr).toContain('RangeError: clerk cannot go on') // an error that nobody is told of is printed
    expect(code).toBe(0)
  })
})

describe('daemons', { timeout: PATIENCE }, () => {
  it('keeps the program for the worker that is none, and ends the other with it', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/daemons.ts', ['--work', '100'])
    expect(stdout.split('\n')).toEqual([
      'main: nothing more to do here',
      'writer: done',
      'writer: closing the books, shutdown',
      'main: the program ends',
      expect.stringMatching(/^watchman: closing the books, /),
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe.skipIf(process.platform === 'win32')('ctrl-c', { timeout: PATIENCE }, () => {
  /** Sends a real SIGINT each time that the program has printed the next of these lines. */
  const interrupt = (args: readonly string[], lines: readonly string[]): ReturnType<typeof runProgram> => {
    const left = [...lines]
    return runProgram('parallel/ctrl-c.ts', args, (stdout, child) => {
      const [line] = left
      if (line === undefined || !stdout.includes(line)) return
      left.shift()
      child.kill('SIGINT')
    })
  }

  it('stops all in order at the first one', async () => {
    const { code, stdout, stderr } = await interrupt([], ['working; press Ctrl-C'])
    const [working, stopping, ...rest] = stdout.split('\n')
    expect([working, stopping]).toEqual(['working; press Ctrl-C', 'stopping'])
    expect(rest.slice(0, 2).toSorted()).toEqual(['child: closing the books, shutdown', 'thread: closing the books, shutdown'])
    expect(rest.slice(2)).toEqual(['all has stopped, in order', ''])
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
  })

  it('ends at once at the second one, also with a thread in a busy loop', async () => {
    const { code, stdout } = await interrupt(['--busy'], ['working; press Ctrl-C', 'stopping'])
    expect(stdout).toContain('stopping')
    expect(stdout).not.toContain('all has stopped')
    expect(code).toBe(130)
  })
})
