import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

describe('producer-consumer', { timeout: PATIENCE }, () => {
  it('does every job exactly once, and lets producers wait while the queue is full', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/producer-consumer.ts', ['--jobs', '10'])
    expect(stdout).toMatch(/^(ada|bob): no room for job \d+, waiting$/m)
    const did = [...stdout.matchAll(/^consumer \d did (\d+) jobs$/gm)].map(([, jobs]) => Number(jobs))
    expect(did).toHaveLength(2)
    expect((did[0] ?? 0) + (did[1] ?? 0)).toBe(20)
    expect(stdout).toMatch(/^20 jobs put, 20 done, 20 of them different\n$/m)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('sentinel', { timeout: PATIENCE }, () => {
  it('ends a child process by STOP, takes the text "STOP" for data, and drains the pipe before its end', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/sentinel.ts')
    expect(stdout.split('\n')).toEqual([
      'good morning -> GOOD MORNING',
      'STOP -> STOP',
      'null -> NULL',
      'COUNT -> (3 lines so far)',
      'the child read 4 lines and ended',
      'left in the pipe: LAST WORDS',
      'the pipe is closed',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('queue-timeouts', { timeout: PATIENCE }, () => {
  it('gives up in time, in its own words for each way, and has put or taken nothing then', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/queue-timeouts.ts', ['--timeout', '20'])
    const [full, empty] = stdout.split('the queue is empty\n')
    expect(full?.split('\n')).toEqual([
      'the queue is full',
      expect.stringMatching(/^ {2}put: QueueFullError: .* within 20 ms: it holds 2 .*\[TROUPE_QUEUE_FULL]$/),
      '  tryPut: false',
      '  it still holds 2',
      'taken: tea, coffee',
      '',
    ])
    expect(empty?.split('\n')).toEqual([
      expect.stringMatching(/^ {2}get: QueueEmptyError: .* within 20 ms.*\[TROUPE_QUEUE_EMPTY]$/),
      expect.stringMatching(/^ {2}get without waiting: QueueEmptyError: /),
      '  tryGet: undefined',
      expect.stringMatching(/^ {2}get until a signal: TimeoutError: /),
      expect.stringMatching(/^ {2}get with a negative timeout: RangeError: .* not -1$/),
      'who waited got the scone',
      expect.stringMatching(/^ {2}get from a closed queue: QueueClosedError: .*\[TROUPE_QUEUE_CLOSED]$/),
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
