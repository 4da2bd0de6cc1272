import { describe, expect, it } from 'vitest'
import { runProgram } from '../workers.ts'

/** What workers get to end when their parent is gone, in milliseconds. */
const LIMIT = 1_000

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}

describe('child processes', () => {
  it.each<[string, string, NodeJS.Signals | null]>([
    ['is killed', 'wait', 'SIGKILL'],
    ['calls process.exit', 'exit', null],
  ])(
    'end within a second when their parent %s, busy or not, and their children too',
    async (_, act, signal) => {
      const program = runProgram('family', act)
      const [, ...pids] = await program.line('pids')
      expect(pids).toHaveLength(5)
      if (signal !== null) process.kill(program.pid, signal)
      await program.exited
      const gone = performance.now()
      await program.silent // they all hold its output
      expect(performance.now() - gone).toBeLessThan(LIMIT)
    },
    30_000,
  )

  it('leave a Ctrl-C in the terminal to their parent', async () => {
    const program = runProgram('family', 'wait')
    const [, ...pids] = await program.line('pids')
    process.kill(-program.pid, 'SIGINT') // as a terminal does: the whole process group
    expect(await program.line('asked')).toEqual(['asked', 'true'])
    expect(pids.every(isAlive)).toBe(true)
    process.kill(program.pid, 'SIGKILL')
    await program.silent
  }, 30_000)
})
