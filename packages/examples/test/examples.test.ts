import { describe, expect, it } from 'vitest'
import { runProgram } from './run-program.ts'

/** A program and its workers, each with a loader for TypeScript; in milliseconds. */
const SLOW = 60_000

describe('hello', { timeout: SLOW }, () => {
  it('greets, answers, and ends in order', async () => {
    const { code, stdout, stderr } = await runProgram('hello.ts')
    expect(stdout.split('\n')).toEqual([
      'Hello, world!',
      'Hello, Troupe!',
      'the greeter says: 2 greeted',
      'greeter: 2 greeted, reason normal',
      '',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('supervised counter', { timeout: SLOW }, () => {
  it('shows crashes, restarts, and the supervisor giving up', async () => {
    const { code, stdout } = await runProgram('supervised-counter.ts')
    expect(stdout.split('\n')).toEqual([
      'before the crash: 105',
      'restart 1 of counter: error (RangeError: cannot add NaN)',
      'after the crash: 107',
      'restart 2 of counter: error (RangeError: cannot add Infinity)',
      'after the second crash: 100',
      'the asker was told: RangeError: cannot add Infinity',
      'too many restarts: error (RangeError: cannot add NaN)',
      'the counter ended: error (RangeError: cannot add NaN)',
      'the supervisor ended: shutdown (reached-max-restart-intensity)',
      '',
    ])
    expect(code).toBe(0)
  })
})

describe('stash and machine', { timeout: SLOW }, () => {
  it('lets the same visitors through both doors in the same way', async () => {
    const { code, stdout, stderr } = await runProgram('stash-and-machine.ts')
    const [plain, machine] = stdout.split('a state machine\n')
    expect(plain?.split('\n')).toEqual([
      'a plain actor',
      '  0000: wrong PIN',
      '  4711: open',
      '  Ada: Ada is in',
      '  (locks)',
      '  1: wrong PIN',
      '  2: wrong PIN',
      '  3: blocked',
      '  (locks)',
      '  4711, which waits until the door is no longer blocked: open',
      '  Bob: Bob is in',
      '',
    ])
    expect(machine).toBe(plain?.replace('a plain actor\n', ''))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('price feed', { timeout: SLOW }, () => {
  it('holds up nobody for the slow consumer, and bounds what waits for it', async () => {
    const { code, stdout, stderr } = await runProgram('price-feed.ts', ['--prices', '400'])
    const rows = [
      ...stdout.matchAll(/^(\S+) +saw (\d+) prices in \d+ ms; .* number (\d+): .*; at most (\d+) waited, (\d+) were/gm),
    ]
    const [fast, other, slow] = rows.map(([, name, ...numbers]) => ({ name, numbers: numbers.map(Number) }))
    expect([fast, other].map((row) => [row?.name, ...(row?.numbers.slice(0, 2) ?? [])])).toEqual([
      ['fast-1', 400, 399],
      ['fast-2', 400, 399],
    ])
    const [seen = 0, last, waited = 0, dropped = 0] = slow?.numbers ?? []
    expect(waited).toBeLessThanOrEqual(100)
    expect(dropped).toBeGreaterThan(0)
    expect({ all: seen + dropped, last }).toEqual({ all: 400, last: 399 }) // the newest price reaches everybody
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('helps, and refuses what it does not understand', async () => {
    const help = await runProgram('price-feed.ts', ['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('usage: price-feed')
    for (const args of [['--prices', 'many'], ['--color']]) {
      const { code, stdout, stderr } = await runProgram('price-feed.ts', args)
      expect(stderr).toContain('price-feed: ')
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })
})

describe('ask across', { timeout: SLOW }, () => {
  it('plays the same game in one thread, over a thread and over a process', async () => {
    const { code, stdout, stderr } = await runProgram('ask-across.ts', ['--asks', '200'])
    const lines = stdout.split('\n').filter((line) => line !== '')
    expect(lines[0]).toBe('200 asks each; 64 at a time')
    for (const [index, where] of ['in one thread', 'over a thread', 'over a process'].entries()) {
      expect(lines[1 + 2 * index]).toMatch(new RegExp(`^${where} +[\\d.]+ µs per ask, +[\\d,]+ asks per second$`))
      expect(lines[2 + 2 * index]?.trim()).toBe('answered 420 pings')
    }
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
