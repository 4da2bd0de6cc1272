import { describe, expect, it } from 'vitest'
import { HELP, UsageError, parseOptions } from '../../src/wordcount/options.ts'

describe('options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({ folder: undefined, workers: 4, kind: 'mixed', kill: 'one-process', output: 'text' })
  })

  it('take what was said', () => {
    expect(parseOptions(['--workers', '7', 'docs', '--kind=process', '--no-kill', '--json'])).toEqual({
      folder: 'docs',
      workers: 7,
      kind: 'process',
      kill: 'nobody',
      output: 'json',
    })
  })

  it.each([['--help'], ['-h'], ['docs', '--help']])('ask for help with %s %s', (...argv) => {
    expect(parseOptions(argv)).toBe('help')
    for (const option of ['folder', '--workers', '--kind', '--no-kill', '--json', '--help']) expect(HELP).toContain(option)
  })

  it.each<[string[], string]>([
    [['--workers', '0'], '--workers is 0, expected a whole number from 1 to 64'],
    [['--workers', '65'], '--workers is 65'],
    [['--workers', '2.5'], '--workers is 2.5'],
    [['--workers', 'four'], '--workers is four'],
    [['--workers='], '--workers is , expected'],
    [['--workers=-1'], '--workers is -1'],
    [['--workers'], '--workers'],
    [['--kind', 'fiber'], '--kind is fiber, expected thread, process, mixed'],
    [['--color'], '--color'],
    [['--json=yes'], '--json'],
    [['a', 'b'], 'one folder can be counted, not 2: a, b'],
  ])('%j are wrong', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(UsageError)
    expect(() => parseOptions(argv)).toThrow(message)
  })
})
