import { describe, expect, it } from 'vitest'
import { runProgram } from '../run-program.ts'

/** The build, a program and its workers, on a machine that has other things to do; in milliseconds. */
const PATIENCE = 120_000

describe('semaphore', { timeout: PATIENCE }, () => {
  it('lets as many work at a time as there are permits, and takes back what a dead worker held', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/semaphore.ts')
    const [went, tokens, ...rest] = stdout.split('\n')
    const [, most] = /^6 divers went down, at most (\d) at a time$/.exec(went ?? '') ?? []
    expect(Number(most)).toBeGreaterThan(0)
    expect(Number(most)).toBeLessThanOrEqual(3)
    expect(tokens).toBe('their tokens rise: +0 +1 +2 +3 +4 +5')
    expect(rest).toEqual([
      'one boat was lost with air on board: exit (code 1)',
      'the air is back: 3 of 3 to be had, and then none',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('shared-counter', { timeout: PATIENCE }, () => {
  it('loses updates by get and set, and none by update, under a lock, and in shared memory', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/shared-counter.ts', ['--times', '100'])
    const [raced, ...right] = stdout.split('\n')
    const [, count, lost] = /^get, add, set +(\d+) of 200: (\d+) updates were lost$/.exec(raced ?? '') ?? []
    expect(Number(lost)).toBeGreaterThan(0)
    expect(Number(count) + Number(lost)).toBe(200)
    expect(right).toEqual([
      expect.stringMatching(/^update\(increment\) +200 of 200$/),
      expect.stringMatching(/^get, add, set, with a lock +200 of 200$/),
      expect.stringMatching(/^add in shared memory +200 of 200$/),
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('collect-results', { timeout: PATIENCE }, () => {
  it('has a thread and a child process write to one dict, and gets the same by what tasks return', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/collect-results.ts')
    expect(stdout.split('\n')).toEqual([
      '1 squared: 1',
      '2 squared: 4',
      '3 squared: 9',
      'root of 1: 1',
      'root of 4: 2',
      'root of 9: 3',
      'a snapshot has 6 entries, of version 6; the dict has 7',
      'returned: 1 4 9 and 9',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('shared-cache', { timeout: PATIENCE }, () => {
  it('computes each result once for all threads, keeps the used ones, and keeps no errors', async () => {
    const { code, stdout, stderr } = await runProgram('parallel/shared-cache.ts')
    expect(stdout.split('\n')).toEqual([
      'two threads, two items, each five times:',
      '  computed: apples',
      '  computed: bread',
      '  totals 2300 and 2300; 18 hits, 2 misses',
      'a third item, where there is room for two:',
      '  computed: cheese',
      'apples are still there, bread is not:',
      '  computed: bread',
      'what fails is computed again for the next who asks:',
      '  computed: gold',
      '  RangeError: nobody sells gold',
      '  computed: gold',
      '  RangeError: nobody sells gold',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
