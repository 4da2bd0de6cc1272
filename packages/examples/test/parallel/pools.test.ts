import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

describe('pool-calls', { timeout: PATIENCE }, () => {
  it.each([
    ['threads', []],
    ['child processes', ['--processes']],
  ])('runs, maps and submits on %s, with input read only as far ahead as was said', async (_, args) => {
    const { code, stdout, stderr } = await runProgram('parallel/pool-calls.ts', args)
    const lines = stdout.split('\n').filter((line) => !/^ {2}(reading|result) /.test(line))
    expect(lines.filter((line) => !line.startsWith('submit, '))).toEqual([
      'called here: 9; run by a worker: 9',
      'map, in order: 1 4 9 16',
      'map, in chunks of two: 1 4 9 16',
      'starmap, several arguments each: 6 20',
      'imap, results as they are asked for:',
      'imap, as they are done: 1 2 3 in some order',
      expect.stringMatching(/^submit does not wait: the future is (pending|running)$/),
      'after the close: PoolClosedError: the pool is closed: it takes no more work',
      'all workers have ended: true',
      '',
    ])
    expect(lines.filter((line) => line.startsWith('submit, ')).toSorted()).toEqual([
      'submit, failing: RangeError: 3 is odd',
      'submit, later: done',
    ])
    const results = [...stdout.matchAll(/^ {2}result (\d+)$/gm)].map(([, result]) => result)
    expect(results).toEqual(['1', '4', '9'])
    expect([...stdout.matchAll(/^ {2}reading/gm)].length).toBeLessThanOrEqual(results.length + 3) // ahead, and the one that is asked for
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('several-functions', { timeout: PATIENCE }, () => {
  it('has one pool run different tasks, lists of calls and bound tasks, and refuses a closure', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/several-functions.ts')
    expect(stdout.split('\n')).toEqual([
      'run: 42 and A.L.',
      'starmap of calls: 25, 30, G.H.',
      'map with a bound argument: 3 6 9',
      expect.stringMatching(/^NotATaskError: .*function closure.* Export it as a task: export const closure = task\(/),
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('futures', { timeout: PATIENCE }, () => {
  it('are waited for together, cancelled, taken as they come, and all settle', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/futures.ts')
    const lines = stdout.split('\n')
    const order = lines.find((line) => line.startsWith('as completed: ') && line.includes('slow'))
    expect(lines.filter((line) => line !== order)).toEqual([
      expect.stringMatching(/^first completed: 1 done, 1 not; quick is fulfilled, endless is (running|pending)$/),
      'in 20 ms: 1 done, 1 not',
      'cancel what waits: true true true',
      'cancel what runs: true, now it is cancelled',
      'who waits for it hears: CancelledError: task "never" was cancelled',
      'cancel what is done: false, it is fulfilled',
      'as completed: not stuck',
      'FutureTimeoutError: 1 of 2 futures were not done within 1000 ms',
      'after terminate: PoolClosedError: the pool was terminated',
      '',
    ])
    expect(order?.slice('as completed: '.length).split(', ').toSorted()).toEqual([
      'failed (RangeError: 7 is odd)',
      'fast',
      'slow',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('fail-fast', { timeout: PATIENCE }, () => {
  it('ends all at the first error, or tells of each item, and cancels what others were at', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/fail-fast.ts')
    expect(stdout.split('\n')).toEqual([
      'map: RangeError: 7 is odd',
      'collect 0: 1',
      'collect 1: 2',
      'collect 2: RangeError: 7 is odd',
      'collect 3: 4',
      'first exception: 1 done, 3 pending',
      'then: cancelled rejected cancelled cancelled',
      'the exception: RangeError: 7 is odd',
      'and the pool goes on: 5 10',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('parallelize', { timeout: PATIENCE }, () => {
  it('makes of a function of one thing one of many, with the same result', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/parallelize.ts', ['--limit', '100000'])
    expect(stdout.split('\n')).toEqual([
      'here: 9592 primes below 100000',
      'on 2 threads, in 16 pieces: 9592 primes',
      expect.stringMatching(/^it took \d+ ms here, \d+ ms there, with the workers' start$/),
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
