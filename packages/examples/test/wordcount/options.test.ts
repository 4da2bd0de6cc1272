import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/usage-error.ts'
import { HELP, parseOptions } from '../../src/wordcount/options.ts'

describe('options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      folder: undefined,
      workers: 4,
      place: { kind: 'here', workers: 'mixed' },
      kill: 'one-process',
      output: 'text',
    })
  })

  it('take what was said', () => {
    expect(parseOptions(['--workers', '7', 'docs', '--kind=process', '--no-kill', '--json'])).toEqual({
      folder: 'docs',
      workers: 7,
      place: { kind: 'here', workers: 'process' },
      kill: 'nobody',
      output: 'json',
    })
  })

  it('take other places to count at', () => {
    expect(parseOptions(['--remote'])).toMatchObject({ place: { kind: 'second-program' } })
    const urls = ['ws://127.0.0.1:1', 'wss://far:2/path']
    const argv = urls.flatMap((url) => ['--connect', url])
    expect(parseOptions(argv)).toMatchObject({ place: { kind: 'machines', urls, insecure: false } })
  })

  it('serve', () => {
    expect(parseOptions(['--serve'])).toEqual({ serve: { port: 0, host: '127.0.0.1', insecure: false, until: 'stopped' } })
    expect(parseOptions(['--serve', '--port', '7400', '--host', '10.0.0.2', '--insecure', '--until-stdin-ends'])).toEqual({
      serve: { port: 7400, host: '10.0.0.2', insecure: true, until: 'stdin-ends' },
    })
  })

  it.each([['--help'], ['-h'], ['docs', '--help']])('ask for help with %s %s', (...argv) => {
    expect(parseOptions(argv)).toBe('help')
    for (const option of ['folder', '--workers', '--kind', '--no-kill', '--json', '--help', '--remote', '--connect', '--serve'])
      expect(HELP).toContain(option)
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
    [['--remote', '--connect', 'ws://localhost:1'], '--remote and --connect cannot both be said'],
    [['--remote', '--kind', 'thread'], '--kind is for workers on this machine'],
    [['--connect', 'http://far:1'], '--connect is http://far:1, expected an address such as ws://127.0.0.1:7400'],
    [['--connect', 'far'], '--connect is far'],
    [['--connect', 'ws://far:1'], 'Say --insecure if that is meant'],
    [['--serve', '--host', '0.0.0.0'], 'Say --insecure if that is meant'],
    [['--port', '7400'], '--port is for --serve'],
    [['--serve', '--port', '65536'], '--port is 65536, expected a whole number from 0 to 65535'],
    [['--serve', 'docs'], 'docs does not go with --serve'],
    [['--serve', '--connect', 'ws://far:1'], '--connect does not go with --serve'],
    [['--json=yes'], '--json'],
    [['a', 'b'], 'one folder can be counted, not 2: a, b'],
  ])('%j are wrong', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(UsageError)
    expect(() => parseOptions(argv)).toThrow(message)
  })
})
